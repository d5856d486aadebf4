package chat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.Attachments;
import chat.agent.openai.OpenAiSettings;
import chat.app.folder.StartFailure;
import chat.app.page.PageSettings;
import chat.auth.jwt.JwtSettings;
import chat.tools.mcp.McpServer;
import chat.transport.javalin.chatkit.ChatKitSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
  private static final String SECRET = "a secret that nobody has ever guessed";

  private static Settings read(Map<Setting, String> set) {
    return Settings.read(set::get);
  }

  @Test
  void nothingNeedsToBeSet() {
    var settings = read(Map.of());
    assertThat(settings.http().host()).isEqualTo("127.0.0.1");
    assertThat(settings.http().port()).isEqualTo(8080);
    assertThat(settings.http().chatKit()).isEqualTo(ChatKitSettings.DEFAULT);
    assertThat(settings.database()).isNull();
    assertThat(settings.migrate()).isTrue();
    assertThat(settings.model()).isNull();
    assertThat(settings.jwt()).isNull();
    assertThat(settings.contextMessages()).isEqualTo(15);
    assertThat(settings.contextTokens()).isEqualTo(16_000);
    assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.attachments()).isEqualTo(Attachments.Policy.DEFAULT);
    assertThat(settings.transcription()).isNull();
    assertThat(settings.dataDir()).isEqualTo(Path.of(".", "data"));
    assertThat(settings.page()).isEqualTo(PageSettings.DEFAULT);
    assertThat(settings.models()).isEmpty();
  }

  @Test
  void thePageCanBeLeftOut() {
    assertThat(read(Map.of(Setting.CHAT_PAGE, "false")).page()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "CHAT_PAGE_ORIGINS, https://app.example/",
    "CHAT_PAGE_ORIGINS, *",
    "CHAT_PAGE_IMAGE_ORIGINS, https://a.example; script-src *",
    "CHAT_PAGE_TOKEN_URL, //id.example/token",
    "CHAT_PAGE_TOKEN_URL, javascript:alert(1)",
    "CHAT_PAGE_TOKEN_URL, https://u:p@id.example/token",
    "CHAT_PAGE_SIGN_IN_URL, /sign-in",
  })
  void whatWouldOpenThePageToOthersIsRefused(Setting setting, String value) {
    assertThatThrownBy(() -> read(Map.of(setting, value)))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(setting.name());
  }

  @Test
  void everythingCanBeSet(@TempDir Path folder) throws IOException {
    var servers = folder.resolve("mcp.json");
    Files.writeString(servers, "{\"mcpServers\": {\"todo\": {\"command\": \"todo\"}}}");
    var set = new EnumMap<Setting, String>(Setting.class);
    set.put(Setting.CHAT_HOST, "0.0.0.0");
    set.put(Setting.CHAT_PORT, "0");
    set.put(Setting.CHAT_DATABASE_URL, "postgresql://u:p@db/chat");
    set.put(Setting.CHAT_DATABASE_DIRECT_URL, "jdbc:postgresql://db:5433/chat");
    set.put(Setting.CHAT_MIGRATE, "false");
    set.put(Setting.CHAT_DATA_DIR, "/somewhere");
    set.put(Setting.OPENAI_API_KEY, "sk-hidden");
    set.put(Setting.OPENAI_BASE_URL, "http://127.0.0.1:11434/v1");
    set.put(Setting.OPENAI_API, "responses");
    set.put(Setting.OPENAI_MODEL, "small");
    set.put(Setting.CHAT_MODELS, "medium, large");
    set.put(Setting.CHAT_LOCKED_TURNS, "allow");
    set.put(Setting.CHAT_JWT_SECRET, SECRET);
    set.put(Setting.CHAT_JWT_ISSUER, "us");
    set.put(Setting.CHAT_JWT_AUDIENCE, "chat");
    set.put(Setting.CHAT_SYSTEM_PROMPT, "Be brief.");
    set.put(Setting.CHAT_CONTEXT_MESSAGES, "5");
    set.put(Setting.CHAT_CONTEXT_TOKENS, "1000");
    set.put(Setting.CHAT_TITLES, "first_message");
    set.put(Setting.CHAT_MCP_CONFIG, servers.toString());
    set.put(Setting.CHAT_CORS_ORIGINS, "https://a.example, http://localhost:3000");
    set.put(Setting.CHAT_PAGE, "true");
    set.put(Setting.CHAT_PAGE_TOKEN_URL, "https://id.example/api/auth/token");
    set.put(Setting.CHAT_PAGE_SIGN_IN_URL, "/sign-in");
    set.put(Setting.CHAT_PAGE_ORIGINS, "https://app.example");
    set.put(Setting.CHAT_PAGE_IMAGE_ORIGINS, "https://images.example, https://a.example");
    set.put(Setting.CHAT_CHATKIT_DISCONNECT, "stop");
    set.put(Setting.CHAT_CHATKIT_KEEPALIVE, "0");
    set.put(Setting.CHAT_PUBLIC_URL, "https://chat.example/a/");
    set.put(Setting.CHAT_ATTACHMENT_MAX, "3");
    set.put(Setting.CHAT_ATTACHMENT_TYPES, "text/*, image/png");
    set.put(Setting.OPENAI_TRANSCRIPTION_MODEL, "whisper");
    set.put(Setting.CHAT_APPROVAL_TTL, "90");
    set.put(Setting.CHAT_LOG_RETENTION, "36");
    set.put(Setting.CHAT_SHUTDOWN_GRACE, "3");
    var notTogether = EnumSet.of(Setting.CHAT_JWT_JWKS_URL);
    assertThat(EnumSet.complementOf(notTogether))
        .as("this test misses none")
        .containsExactlyElementsOf(set.keySet());
    var settings = read(set);
    assertThat(settings.http().corsOrigins())
        .containsExactlyInAnyOrder("https://a.example", "http://localhost:3000");
    assertThat(settings.http().chatKit())
        .isEqualTo(ChatKitSettings.DEFAULT.withStopsWhenGone(true).withKeepAlive(null));
    assertThat(settings.http().publicUrl()).isEqualTo(URI.create("https://chat.example/a/"));
    assertThat(settings.attachments())
        .isEqualTo(new Attachments.Policy(Set.of("text/*", "image/png"), 3 << 20, 10));
    assertThat(settings.transcription()).isEqualTo("whisper");
    assertThat(settings.page())
        .isEqualTo(
            new PageSettings(
                Set.of("https://app.example"),
                Set.of("https://images.example", "https://a.example"),
                URI.create("https://id.example/api/auth/token"),
                URI.create("/sign-in")));
    assertThat(settings.models()).containsExactly("small", "large", "medium");
    assertThat(settings.database()).isEqualTo(DatabaseUrl.parse("postgresql://u:p@db/chat"));
    assertThat(settings.migrate()).isFalse();
    assertThat(Objects.requireNonNull(settings.model()).api())
        .isEqualTo(OpenAiSettings.Api.RESPONSES);
    assertThat(settings.admission().models()).containsExactlyInAnyOrder("small", "medium", "large");
    assertThat(settings.admission().intoLocked()).isTrue();
    assertThat(settings.approval()).isEqualTo(Duration.ofSeconds(90));
    assertThat(settings.retention()).isEqualTo(Duration.ofHours(36));
    assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.systemPrompt()).isEqualTo("Be brief.");
    assertThat(settings.tools()).extracting(McpServer::name).containsExactly("todo");
    assertThat(settings.modelTitles()).isFalse();
    assertThat(settings.toString()).doesNotContain(SECRET, "sk-hidden", ":p@");
  }

  @Test
  void onlyTheModelThatAnswersMayBeAskedForUnlessMoreAreOffered() {
    var model = Map.of(Setting.OPENAI_API_KEY, "k", Setting.OPENAI_MODEL, "small");
    assertThat(read(model).admission().admits("small")).isTrue();
    assertThat(read(model).admission().admits("large")).isFalse();
    assertThat(read(Map.of()).admission().admits("anything")).isTrue();
    assertThatThrownBy(() -> read(Map.of(Setting.CHAT_MODELS, "large")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("CHAT_MODELS");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://id.example/api/auth/jwks",
        "http://localhost:3000/api/auth/jwks",
        "http://auth:3000/api/auth/jwks",
        "http://auth_server:3000/api/auth/jwks",
        "http://auth.internal/keys",
        "http://auth.prod.svc.cluster.local/keys",
        "http://127.0.0.1:3000/keys",
        "http://10.1.2.3/keys",
        "http://172.16.0.1/keys",
        "http://192.168.0.1/keys",
        "http://[::1]:3000/keys",
        "http://[fd12:3456::1]/keys",
      })
  void keysAreFetchedByHttpsOrFromWhereNoStrangerIsOnTheWay(String url) {
    var settings = read(Map.of(Setting.CHAT_JWT_JWKS_URL, url, Setting.CHAT_HOST, "0.0.0.0"));
    assertThat(settings.jwt()).isEqualTo(JwtSettings.jwks(URI.create(url)));
  }

  @Test
  void keysOfAnIssuerAndASecretAreNotSetTogether() {
    var both =
        Map.of(Setting.CHAT_JWT_SECRET, SECRET, Setting.CHAT_JWT_JWKS_URL, "https://id.example");
    assertThatThrownBy(() -> read(both))
        .isInstanceOf(StartFailure.class)
        .message()
        .contains("CHAT_JWT_JWKS_URL", "CHAT_JWT_SECRET", "unset")
        .doesNotContain(SECRET);
  }

  @Test
  void theModelNamesConversationsWhereThereIsOne() {
    assertThat(read(Map.of()).modelTitles()).isFalse();
    var model = Map.of(Setting.OPENAI_API_KEY, "key", Setting.OPENAI_MODEL, "small");
    assertThat(read(model).modelTitles()).isTrue();
  }

  @Test
  void anEmptyValueIsNone() {
    assertThat(read(Map.of(Setting.CHAT_DATABASE_URL, " ", Setting.CHAT_PORT, "")).http().port())
        .isEqualTo(8080);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CHAT_PORT | eighty | a number from 0 to 65535",
        "CHAT_PORT | 65536 | a number from 0 to 65535",
        "CHAT_HOST | 0.0.0.0 | set CHAT_JWT_JWKS_URL or CHAT_JWT_SECRET, or CHAT_HOST to 127.0.0.1",
        "CHAT_HOST | no such host. | 127.0.0.1",
        "CHAT_MIGRATE | yes | true or false",
        "CHAT_TITLES | none | model or first_message",
        "CHAT_MCP_CONFIG | /nowhere/at/all | cannot be read",
        "CHAT_DATABASE_DIRECT_URL | postgresql://h/d | CHAT_DATABASE_URL",
        "CHAT_CONTEXT_MESSAGES | 0 | a number from 1",
        "CHAT_CONTEXT_TOKENS | many | a number from 100",
        "CHAT_CORS_ORIGINS | app.example | https://app.example",
        "CHAT_PUBLIC_URL | chat.example | https://chat.example",
        "CHAT_PUBLIC_URL | https://chat.example?x | https://chat.example",
        "CHAT_PUBLIC_URL | not a url | correct it",
        "CHAT_ATTACHMENT_MAX | 0 | a number from 1",
        "CHAT_ATTACHMENT_TYPES | png | not a MIME type",
        "OPENAI_TRANSCRIPTION_MODEL | whisper | OPENAI_API_KEY or OPENAI_BASE_URL",
        "CHAT_APPROVAL_TTL | 0 | a number from 1",
        "CHAT_LOG_RETENTION | 121 | a number from 1 to 120",
        "CHAT_SHUTDOWN_GRACE | 30s | a number from 0",
        "CHAT_JWT_JWKS_URL | id.example/keys | begins with https://",
        "CHAT_JWT_JWKS_URL | https:/keys | begins with https://",
        "CHAT_JWT_JWKS_URL | https://id.example:99999/keys | begins with https://",
        "CHAT_JWT_JWKS_URL | ftp://id.example/keys | begins with https://",
        "CHAT_JWT_JWKS_URL | not a url | correct it",
        "CHAT_JWT_JWKS_URL | http://id.example/keys | an https one",
        "CHAT_JWT_JWKS_URL | http://8.8.8.8/keys | an https one",
        "CHAT_JWT_JWKS_URL | http://134744072/keys | an https one",
        "CHAT_JWT_JWKS_URL | http://172.32.0.1/keys | an https one",
        "CHAT_JWT_JWKS_URL | http://[2001:db8::1]/keys | an https one",
        "CHAT_JWT_JWKS_URL | http://localhost.example/keys | an https one",
        "CHAT_JWT_ISSUER | us | CHAT_JWT_SECRET",
        "CHAT_JWT_AUDIENCE | us | CHAT_JWT_SECRET",
        "OPENAI_API | completions | set chat or responses",
        "OPENAI_BASE_URL | http://127.0.0.1/v1 | OPENAI_MODEL",
      })
  void aWrongValueIsOneLineThatNamesTheSettingAndTheMend(
      Setting setting, String value, String mend) {
    assertThatThrownBy(() -> read(Map.of(setting, value)))
        .isInstanceOf(StartFailure.class)
        .message()
        .contains(setting == Setting.OPENAI_BASE_URL ? "OPENAI_MODEL" : setting.name())
        .contains(mend)
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "CHAT_JWT_SECRET, tooshortsecret",
    "CHAT_JWT_JWKS_URL, https://u:secret@id.example/keys",
    "OPENAI_API_KEY, my secret key",
    "OPENAI_BASE_URL, http://u:secret@127.0.0.1/v1",
    "OPENAI_BASE_URL, http://secret@127.0.0.1:bad/v1",
    "CHAT_DATABASE_URL, mysql://u:secret@h/d",
    "CHAT_DATABASE_URL, jdbc:mysql://h/d?password=secret",
    "CHAT_DATABASE_URL, postgresql://u:sec/retsecret@127.0.0.1:1/x",
    "CHAT_DATABASE_URL, postgresql://u:12/secret@127.0.0.1:1/x",
    "CHAT_DATABASE_URL, postgresql://u:12/3?secret@127.0.0.1:1/x",
    "CHAT_DATABASE_URL, jdbc:postgresql://u:secret@127.0.0.1:1/x",
    "CHAT_DATABASE_URL, jdbc:postgresql://u:12?secret@127.0.0.1:1/x",
    "CHAT_DATABASE_URL, jdbc:postgresql://secret:bad/x",
    "CHAT_DATABASE_URL, jdbc:postgresql://secret:65536/x",
    "CHAT_DATABASE_URL, postgresql://secret:notaport/x",
    "CHAT_DATABASE_URL, postgresql://secret:0/x",
    "CHAT_DATABASE_URL, postgresql://u:secret%zzpw@h/x",
    "CHAT_DATABASE_URL, jdbc:postgresql://h/x?password=secret%zz",
    "CHAT_DATABASE_DIRECT_URL, jdbc:postgresql://u:secret@127.0.0.1:1/x",
  })
  void aWrongSecretIsNamedButNotShown(Setting setting, String value) {
    assertThatThrownBy(() -> read(Map.of(setting, value, Setting.OPENAI_MODEL, "m")))
        .isInstanceOf(StartFailure.class)
        .message()
        .contains(setting.name())
        .doesNotContain("secret");
  }

  @Test
  void theModelsAddressIsAnHttpOne() {
    assertThatThrownBy(
            () -> read(Map.of(Setting.OPENAI_BASE_URL, "ftp://x/v1", Setting.OPENAI_MODEL, "m")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("OPENAI_BASE_URL")
        .hasMessageContaining("https://");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "postgresql://u:p@h/d | jdbc:postgresql://h/d | u | p",
        "postgres://u:p%40%2F+@h:5433/d | jdbc:postgresql://h:5433/d | u | p@/+",
        "postgresql://u:a@b:c@h/d | jdbc:postgresql://h/d | u | a@b:c",
        "postgresql://u@h | jdbc:postgresql://h/ | u | -",
        "postgresql://h1,h2:1/d?sslmode=require | jdbc:postgresql://h1,h2:1/d?sslmode=require | - |"
            + " -",
        "postgresql://u:p@h/d?channel_binding=require&connect_timeout=3"
            + " | jdbc:postgresql://h/d?channelBinding=require&connectTimeout=3 | u | p",
        "postgresql://u:p@[::1]:1/d | jdbc:postgresql://[::1]:1/d | u | p",
        "jdbc:postgresql:///d | jdbc:postgresql:///d | - | -",
        "jdbc:postgresql://h/d?user=u&password=p | jdbc:postgresql://h/d?user=u&password=p | - | -",
      })
  void aDatabaseIsNamedAsProvidersPrintIt(String url, String jdbc, String user, String password) {
    assertThat(DatabaseUrl.parse(url)).isEqualTo(new DatabaseUrl(jdbc, user, password));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgresql://u:a%zz@h/d | %25",
        "postgresql://u:a/b@h/d | %2F",
        "jdbc:postgresql://u:p@h/d | ?user=USER&password=PASSWORD",
        "jdbc:postgresql://h:x/d | HOST:PORT",
        "postgresql://h:70000/d | 1 to 65535",
      })
  void aDatabaseThatIsNamedWronglyComesWithTheMend(String url, String mend) {
    assertThatThrownBy(() -> DatabaseUrl.parse(url)).hasMessageContaining(mend);
  }

  @Test
  void aDatabaseIsShownWithoutItsPassword() {
    assertThat(new DatabaseUrl("jdbc:postgresql://u:hidden@h/d", null, null).toString())
        .isEqualTo("jdbc:postgresql://h/d");
    assertThat(DatabaseUrl.parse("jdbc:postgresql://h/d?user=u&password=hidden").toString())
        .isEqualTo("jdbc:postgresql://h/d");
    assertThat(DatabaseUrl.parse("postgresql://u:hidden@h/d").toString())
        .isEqualTo("jdbc:postgresql://h/d");
  }
}
