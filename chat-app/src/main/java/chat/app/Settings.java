package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import chat.Attachments;
import chat.agent.openai.OpenAiSettings;
import chat.app.folder.StartFailure;
import chat.app.page.PageSettings;
import chat.auth.jwt.JwtSettings;
import chat.engine.EngineSettings;
import chat.port.TurnJournal;
import chat.tools.mcp.McpFile;
import chat.tools.mcp.McpServer;
import chat.transport.javalin.HttpSettings;
import chat.transport.javalin.chatkit.ChatKitSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Is how the server is to run, checked: every wrong value is a {@link StartFailure} that names its
 * setting and the mend, and no secret.
 *
 * @param database where the database is; null to run one of our own
 * @param direct the same database past a pooler; null if there is only {@code database}
 * @param model the model that answers; null for the demo
 * @param jwt which tokens are good; null for the development login
 * @param admission which turns are taken
 * @param tools the MCP servers whose tools the agent may call
 * @param modelTitles whether the model names conversations
 * @param transcription the model that hears what users dictate; null for none
 * @param attachments which files users may send
 * @param approval how long a call waits for its user
 * @param page how the page is served; null for not at all
 */
record Settings(
    HttpSettings http,
    Path dataDir,
    @Nullable DatabaseUrl database,
    @Nullable DatabaseUrl direct,
    boolean migrate,
    @Nullable OpenAiSettings model,
    @Nullable JwtSettings jwt,
    String systemPrompt,
    int contextMessages,
    int contextTokens,
    EngineSettings.Admission admission,
    List<McpServer> tools,
    boolean modelTitles,
    @Nullable String transcription,
    Attachments.Policy attachments,
    Duration approval,
    Duration retention,
    Duration grace,
    @Nullable PageSettings page) {

  /** Where the script that starts the server says that the project lies. */
  static final String HOME = "chat.home";

  private static final URI OPENAI = URI.create("https://api.openai.com/v1");

  /** Reads all of them. */
  static Settings read(Function<Setting, @Nullable String> values) {
    var reader = new Reader(values);
    var jwt = reader.jwt();
    var model = reader.model();
    return new Settings(
        reader.http(jwt == null),
        reader.dataDir(),
        reader.url(Setting.CHAT_DATABASE_URL),
        reader.directUrl(),
        reader.either(Setting.CHAT_MIGRATE, "true", "false"),
        model,
        jwt,
        reader.required(Setting.CHAT_SYSTEM_PROMPT),
        reader.number(Setting.CHAT_CONTEXT_MESSAGES, 1, 1000),
        reader.number(Setting.CHAT_CONTEXT_TOKENS, 100, 10_000_000),
        reader.admission(model),
        reader.tools(),
        reader.either(Setting.CHAT_TITLES, "model", "first_message") && model != null,
        reader.transcription(model),
        reader.attachments(),
        Duration.ofSeconds(reader.number(Setting.CHAT_APPROVAL_TTL, 1, 30 * 24 * 3600)),
        Duration.ofHours(
            reader.number(Setting.CHAT_LOG_RETENTION, 1, (int) TurnJournal.KEPT.toHours())),
        Duration.ofSeconds(reader.number(Setting.CHAT_SHUTDOWN_GRACE, 0, 3600)),
        reader.page());
  }

  /** Returns which models may be asked for by name, the usual one first; none for any. */
  List<String> models() {
    if (model == null) return List.of();
    var usual = model.model();
    return Stream.concat(
            Stream.of(usual),
            admission.models().stream().filter(each -> !each.equals(usual)).sorted())
        .toList();
  }

  private record Reader(Function<Setting, @Nullable String> values) {

    HttpSettings http(boolean developmentLogin) {
      var host = required(Setting.CHAT_HOST);
      var port = number(Setting.CHAT_PORT, 0, 65_535);
      if (developmentLogin && !isLoopback(host)) {
        throw wrong(
            Setting.CHAT_HOST,
            "others can reach that address, and everyone could log in as anyone: set"
                + " CHAT_JWT_JWKS_URL or CHAT_JWT_SECRET, or CHAT_HOST to 127.0.0.1");
      }
      var origins = list(Setting.CHAT_CORS_ORIGINS);
      var http =
          checked(
              Setting.CHAT_CORS_ORIGINS,
              () -> HttpSettings.at(host, port).corsOrigins(origins).chatKit(chatKit()));
      var url = text(Setting.CHAT_PUBLIC_URL);
      if (url == null) return http;
      return checked(Setting.CHAT_PUBLIC_URL, () -> http.publicUrl(URI.create(url)));
    }

    @Nullable PageSettings page() {
      if (!either(Setting.CHAT_PAGE, "true", "false")) return null;
      var hosts = list(Setting.CHAT_PAGE_ORIGINS);
      var images = list(Setting.CHAT_PAGE_IMAGE_ORIGINS);
      var page = checked(Setting.CHAT_PAGE_ORIGINS, () -> PageSettings.DEFAULT.hosts(hosts));
      var drawing = checked(Setting.CHAT_PAGE_IMAGE_ORIGINS, () -> page.imageOrigins(images));
      var token = text(Setting.CHAT_PAGE_TOKEN_URL);
      var signIn = text(Setting.CHAT_PAGE_SIGN_IN_URL);
      if (token == null && signIn != null) {
        throw wrong(
            Setting.CHAT_PAGE_SIGN_IN_URL,
            "nobody comes back with a token without CHAT_PAGE_TOKEN_URL: set that, too");
      }
      if (token == null) return drawing;
      var asking = checked(Setting.CHAT_PAGE_TOKEN_URL, () -> drawing.tokenUrl(URI.create(token)));
      if (signIn == null) return asking;
      return checked(Setting.CHAT_PAGE_SIGN_IN_URL, () -> asking.signInUrl(URI.create(signIn)));
    }

    private ChatKitSettings chatKit() {
      var silence = number(Setting.CHAT_CHATKIT_KEEPALIVE, 0, 3600);
      return ChatKitSettings.DEFAULT
          .withStopsWhenGone(either(Setting.CHAT_CHATKIT_DISCONNECT, "stop", "continue"))
          .withKeepAlive(silence == 0 ? null : Duration.ofSeconds(silence));
    }

    /** Reads what is separated by commas. */
    private Set<String> list(Setting setting) {
      var text = text(setting);
      if (text == null) return Set.of();
      return Arrays.stream(text.split(","))
          .map(String::strip)
          .filter(each -> !each.isEmpty())
          .collect(Collectors.toSet());
    }

    Attachments.Policy attachments() {
      long max = (long) number(Setting.CHAT_ATTACHMENT_MAX, 1, 1024) << 20;
      return checked(
          Setting.CHAT_ATTACHMENT_TYPES,
          () ->
              new Attachments.Policy(
                  list(Setting.CHAT_ATTACHMENT_TYPES),
                  max,
                  Attachments.Policy.DEFAULT.perMessage()));
    }

    @Nullable String transcription(@Nullable OpenAiSettings model) {
      var name = text(Setting.OPENAI_TRANSCRIPTION_MODEL);
      if (name != null && model == null) {
        throw wrong(
            Setting.OPENAI_TRANSCRIPTION_MODEL,
            "nobody is asked without OPENAI_API_KEY or OPENAI_BASE_URL: set one");
      }
      return name;
    }

    private boolean isLoopback(String host) {
      try {
        return InetAddress.getByName(host).isLoopbackAddress();
      } catch (UnknownHostException e) {
        throw wrong(Setting.CHAT_HOST, "that is no address of this machine: set 127.0.0.1, say");
      }
    }

    @Nullable JwtSettings jwt() {
      var keys = jwtKeys();
      var issuer = text(Setting.CHAT_JWT_ISSUER);
      var audience = text(Setting.CHAT_JWT_AUDIENCE);
      if (keys != null) return keys.issuer(issuer).audience(audience);
      for (var unused : new Setting[] {Setting.CHAT_JWT_ISSUER, Setting.CHAT_JWT_AUDIENCE}) {
        if (text(unused) != null) {
          throw wrong(
              unused,
              "no token is checked for it without CHAT_JWT_JWKS_URL or CHAT_JWT_SECRET: set one");
        }
      }
      return null;
    }

    private @Nullable JwtSettings jwtKeys() {
      var secret = text(Setting.CHAT_JWT_SECRET);
      var url = text(Setting.CHAT_JWT_JWKS_URL);
      if (url != null && secret != null) {
        throw new StartFailure(
            "CHAT_JWT_JWKS_URL and CHAT_JWT_SECRET are both set: unset the one that your issuer"
                + " does not use");
      }
      if (url != null) {
        if (url.contains("@")) {
          throw new StartFailure("CHAT_JWT_JWKS_URL has a user or password: leave it out");
        }
        return checked(Setting.CHAT_JWT_JWKS_URL, () -> JwtSettings.jwks(URI.create(url)));
      }
      if (secret == null) return null;
      if (secret.getBytes(UTF_8).length < 32) {
        throw new StartFailure("CHAT_JWT_SECRET has fewer than 32 bytes: set a longer one");
      }
      return JwtSettings.secret(secret);
    }

    @Nullable OpenAiSettings model() {
      var key = text(Setting.OPENAI_API_KEY);
      var baseUrl = text(Setting.OPENAI_BASE_URL);
      var name = text(Setting.OPENAI_MODEL);
      var api = api();
      if (key == null && baseUrl == null) return null;
      if (name == null) {
        throw new StartFailure("OPENAI_MODEL is not set: name the model that is to answer");
      }
      if (key != null && !key.matches("[\\x21-\\x7e]+")) {
        throw new StartFailure("OPENAI_API_KEY is not one word of printable ASCII: copy it again");
      }
      if (baseUrl != null && baseUrl.split("\\?", 2)[0].contains("@")) {
        throw new StartFailure(
            "OPENAI_BASE_URL has a user or password before the host: set OPENAI_API_KEY instead");
      }
      return checked(
          Setting.OPENAI_BASE_URL,
          () ->
              OpenAiSettings.of(baseUrl == null ? OPENAI : URI.create(baseUrl), key, name)
                  .api(api));
    }

    private OpenAiSettings.Api api() {
      return switch (required(Setting.OPENAI_API)) {
        case "chat" -> OpenAiSettings.Api.CHAT;
        case "responses" -> OpenAiSettings.Api.RESPONSES;
        default -> throw wrong(Setting.OPENAI_API, "set chat or responses");
      };
    }

    @Nullable DatabaseUrl url(Setting setting) {
      var url = text(setting);
      try {
        return url == null ? null : DatabaseUrl.parse(url);
      } catch (IllegalArgumentException e) {
        throw new StartFailure(setting + " " + e.getMessage() + ": correct it");
      }
    }

    @Nullable DatabaseUrl directUrl() {
      var direct = url(Setting.CHAT_DATABASE_DIRECT_URL);
      if (direct != null && text(Setting.CHAT_DATABASE_URL) == null) {
        throw new StartFailure(
            "CHAT_DATABASE_DIRECT_URL is set without CHAT_DATABASE_URL: set both, or neither");
      }
      return direct;
    }

    Path dataDir() {
      var path = text(Setting.CHAT_DATA_DIR);
      try {
        return path != null ? Path.of(path) : Path.of(System.getProperty(HOME, "."), "data");
      } catch (InvalidPathException e) {
        throw wrong(Setting.CHAT_DATA_DIR, "that is no path: set a folder that can be written");
      }
    }

    /** Reads which models may be asked for; the demo answers to any name. */
    EngineSettings.Admission admission(@Nullable OpenAiSettings model) {
      var offered = new TreeSet<String>();
      var names = text(Setting.CHAT_MODELS);
      if (model != null) {
        offered.add(model.model());
        if (names != null) {
          for (var name : names.split(",", -1)) offered.add(name.strip());
        }
      } else if (names != null) {
        throw new StartFailure(
            "CHAT_MODELS names models, but none is configured: set OPENAI_MODEL");
      }
      if (offered.contains("")) {
        throw new StartFailure("CHAT_MODELS has an empty name: leave out the comma");
      }
      boolean allow = either(Setting.CHAT_LOCKED_TURNS, "allow", "refuse");
      return new EngineSettings.Admission(offered, allow);
    }

    List<McpServer> tools() {
      var path = text(Setting.CHAT_MCP_CONFIG);
      if (path == null) return List.of();
      try {
        return McpFile.read(Files.readString(Path.of(path)), System::getenv);
      } catch (IOException | InvalidPathException e) {
        throw wrong(Setting.CHAT_MCP_CONFIG, "that file cannot be read: set one that can");
      } catch (IllegalArgumentException e) {
        throw wrong(Setting.CHAT_MCP_CONFIG, e.getMessage() + ": correct that file");
      }
    }

    /** Tells whether it has the first of two words. */
    boolean either(Setting setting, String yes, String no) {
      var word = required(setting);
      if (word.equals(yes)) return true;
      if (word.equals(no)) return false;
      throw wrong(setting, "set " + yes + " or " + no);
    }

    int number(Setting setting, int least, int most) {
      try {
        var number = Integer.parseInt(required(setting));
        if (number >= least && number <= most) return number;
      } catch (NumberFormatException e) {
        // Said below, as for a number out of bounds.
      }
      throw wrong(setting, "set a number from " + least + " to " + most);
    }

    String required(Setting setting) {
      var text = text(setting);
      if (text == null) throw new StartFailure(setting + " is not set: set it");
      return text;
    }

    /** An empty value is none: that is how many tools unset a variable. */
    private @Nullable String text(Setting setting) {
      var text = values.apply(setting);
      return text == null || text.isBlank() ? setting.standard() : text.strip();
    }

    private <T> T checked(Setting setting, Supplier<T> settings) {
      try {
        return settings.get();
      } catch (IllegalArgumentException e) {
        throw wrong(setting, e.getMessage() + "; correct it");
      }
    }

    /** Shows the value, so this is for what is no secret. */
    private StartFailure wrong(Setting setting, String mend) {
      return new StartFailure(setting + " is \"" + text(setting) + "\": " + mend);
    }
  }
}
