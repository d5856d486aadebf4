package chat.app;

import chat.Attachments;
import chat.ChatService;
import chat.agent.openai.OpenAiAgent;
import chat.agent.openai.OpenAiTranscriber;
import chat.app.folder.DataFolder;
import chat.app.folder.StartFailure;
import chat.app.page.Page;
import chat.auth.jwt.JwtAuthenticator;
import chat.auth.jwt.JwtSettings;
import chat.auth.jwt.TokenIssuer;
import chat.engine.EngineSettings;
import chat.engine.ModelTitles;
import chat.engine.TurnEngine;
import chat.engine.TurnObserver;
import chat.model.ChatException.StorageFailed;
import chat.persistence.jpa.JpaStore;
import chat.port.Agent;
import chat.port.Toolset;
import chat.port.Transcriber;
import chat.tools.mcp.McpToolset;
import chat.transport.javalin.ChatHttp;
import chat.transport.javalin.HttpSettings;
import chat.transport.javalin.chatkit.ChatKitSettings;
import java.net.BindException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Puts the server together: the one place where adapters meet. */
final class Wiring {
  private static final int VALID_SECONDS = 2;
  private static final Duration FOR_A_TITLE = Duration.ofSeconds(30);

  private Wiring() {}

  /**
   * Starts the server.
   *
   * @param resources takes charge of all that is opened, also if this then fails
   * @return where it can be reached
   */
  static String serve(Settings settings, Resources resources) {
    var database = Database.open(settings, resources);
    if (settings.migrate()) database.migrate();
    var pool = resources.add(database.requests());
    // However many requests wait for a connection, turns are stored and the lease is renewed.
    var journal = resources.add(database.journal());
    var direct = database.direct();
    if (direct != null) resources.add(direct);
    var store = resources.add(JpaStore.open(pool, journal, direct));
    requireRowSecurity(store);
    var agent = agent(settings, resources);
    var engine =
        resources.add(
            TurnEngine.start(
                UUID.randomUUID().toString(),
                store,
                agent,
                tools(settings, resources),
                EngineSettings.DEFAULT
                    .withSystemPrompt(settings.systemPrompt())
                    .withContext(settings.contextMessages(), settings.contextTokens())
                    .withTiming(
                        EngineSettings.Timing.DEFAULT
                            .withAnswer(settings.approval())
                            .withRetention(settings.retention())
                            .withGrace(settings.grace()))
                    .withAdmission(settings.admission())
                    .withStopNote(
                        settings.http().chatKit().stopsWhenGone()
                            ? ChatKitSettings.STOP_NOTE
                            : null)
                    .withAlone(database.ours()),
                observer(settings, agent, store, resources)));
    var attachments = new Attachments(store, settings.attachments());
    var service = new ChatService(store.conversations(), attachments, engine);
    var http = resources.add(http(service, settings, transcriber(settings, resources), pool));
    // Turns end while their streams can still tell it: the engine is closed before what carries
    // them.
    resources.add(engine);
    return "http://" + bracketed(settings.http().host()) + ":" + http.port();
  }

  private static void requireRowSecurity(JpaStore store) {
    try {
      store.requireRowSecurity();
    } catch (StorageFailed e) {
      throw new StartFailure(
          "the database does not keep users apart (%s): run migrate as the owner of its tables"
              .formatted(e.getMessage()),
          e);
    }
  }

  private static Agent agent(Settings settings, Resources resources) {
    var model = settings.model();
    return model == null ? new DemoAgent() : resources.add(new OpenAiAgent(model));
  }

  private static Transcriber transcriber(Settings settings, Resources resources) {
    var model = settings.model();
    var name = settings.transcription();
    if (model == null || name == null) return Transcriber.NONE;
    return resources.add(new OpenAiTranscriber(model, name));
  }

  private static Toolset tools(Settings settings, Resources resources) {
    if (settings.tools().isEmpty()) return Toolset.NONE;
    try {
      return resources.add(new McpToolset(settings.tools()));
    } catch (IllegalArgumentException e) {
      throw new StartFailure("CHAT_MCP_CONFIG: " + e.getMessage() + ": rename one of them", e);
    }
  }

  private static TurnObserver observer(
      Settings settings, Agent agent, JpaStore store, Resources resources) {
    var troubles = new Troubles();
    return settings.modelTitles()
        ? resources.add(new ModelTitles(agent, store.conversations(), FOR_A_TITLE, troubles))
        : troubles;
  }

  private static ChatHttp http(
      ChatService service, Settings settings, Transcriber transcriber, DataSource pool) {
    var clock = InstantSource.system();
    var keys = keys(settings);
    var hears = settings.http().chatKit().withTranscriber(transcriber);
    var http = settings.http().ready(() -> answers(pool)).chatKit(hears);
    return listen(
        service,
        new JwtAuthenticator(keys, clock),
        settings.jwt() == null ? http.login(new TokenIssuer(keys, clock)::issue) : http,
        page(settings));
  }

  private static @Nullable Page page(Settings settings) {
    if (settings.page() == null) return null;
    var around =
        new Page.Surroundings(
            settings.jwt() == null,
            settings.http().publicUrl(),
            settings.attachments(),
            settings.models());
    return new Page(settings.page(), around);
  }

  private static ChatHttp listen(
      ChatService service,
      JwtAuthenticator authenticator,
      HttpSettings settings,
      @Nullable Page page) {
    try {
      return page == null
          ? ChatHttp.start(service, authenticator, settings)
          : ChatHttp.start(service, authenticator, settings, page);
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof BindException) {
          throw new StartFailure(
              "cannot listen on %s port %d (%s): set CHAT_PORT or CHAT_HOST to another"
                  .formatted(settings.host(), settings.port(), cause.getMessage()),
              e);
        }
      }
      throw e;
    }
  }

  /** Returns which tokens are good: in development those signed with a key of the data folder. */
  static JwtSettings keys(Settings settings) {
    var jwt = settings.jwt();
    if (jwt != null) return jwt;
    return JwtSettings.secret(DataFolder.open(settings.dataDir()).secret("token-key"));
  }

  private static boolean answers(DataSource pool) {
    try (var connection = pool.getConnection()) {
      return connection.isValid(VALID_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }

  private static String bracketed(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }
}
