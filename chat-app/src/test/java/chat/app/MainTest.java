package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.auth.jwt.JwtAuthenticator;
import chat.auth.jwt.JwtSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  @TempDir private Path data;

  private record Ran(int code, String out, String err) {}

  private static Ran run(Map<String, String> environment, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        Main.run(environment, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Ran(code, out.toString(), err.toString());
  }

  @Test
  void theHelpNamesEverySettingAsOptionAndInTheEnvironment() {
    var help = run(Map.of(), "serve", "--help");
    assertThat(help.code()).isZero();
    for (var setting : Setting.values()) {
      assertThat(help.out()).contains(setting.option() + "=", setting.name());
    }
    assertThat(run(Map.of(), "--help").out()).contains("serve", "migrate", "token", "todo");
    assertThat(run(Map.of(), "--version").out()).startsWith("chat ");
  }

  @Test
  void aWrongCommandLineIsOneLineAndExitsWith2() {
    for (var wrong :
        new String[][] {{"--prot", "1"}, {"sing"}, {"token"}, {"todo", "--port", "x"}}) {
      var ran = run(Map.of("CHAT_DATA_DIR", data.toString()), wrong);
      assertThat(ran.code()).as(wrong[0]).isEqualTo(2);
      assertThat(ran.err()).contains("see ./chat --help").hasLineCount(1);
      assertThat(ran.out()).isEmpty();
    }
  }

  @Test
  void aWrongValueIsOneLineAndExitsWith1WhereverItCameFrom() {
    var fromOption = run(Map.of("CHAT_PORT", "1"), "serve", "--port", "x");
    var fromEnvironment = run(Map.of("CHAT_PORT", "x"));
    assertThat(fromOption).isEqualTo(fromEnvironment);
    assertThat(fromOption.code()).isEqualTo(1);
    assertThat(fromOption.err())
        .isEqualToIgnoringNewLines("CHAT_PORT is \"x\": set a number from 0 to 65535");
  }

  @Test
  void anUnreachableDatabaseIsOneLineAndExitsWith1() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    var url = "postgresql://u:hidden@127.0.0.1:" + closed + "/chat";
    var ran = run(Map.of("CHAT_DATABASE_URL", url, "CHAT_DATA_DIR", data.toString()), "serve");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .startsWith("the database jdbc:postgresql://127.0.0.1:" + closed + "/chat")
        .contains("CHAT_DATABASE_URL")
        .doesNotContain("hidden")
        .hasLineCount(1);
  }

  @Test
  void aUrlThatOnlyTheDriverFindsWrongIsOneLineWithoutThePassword() {
    var url = "jdbc:postgresql://127.0.0.1:1/x?password=hidden&loggerLevel=&sslmode=nonsense";
    var ran = run(Map.of("CHAT_DATABASE_URL", url, "CHAT_DATA_DIR", data.toString()), "serve");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("CHAT_DATABASE_URL").doesNotContain("hidden").hasLineCount(1);
  }

  @Test
  void aCommandReadsItsOwnSettingsAlone() {
    var others =
        Map.of(
            "OPENAI_API_KEY", "a key without a model",
            "CHAT_PORT", "x",
            "CHAT_DATABASE_URL", "nonsense",
            "CHAT_DATA_DIR", data.toString());
    assertThat(run(others, "token", "--user", "alice").code()).isZero();
    var migrated = run(others, "migrate");
    assertThat(migrated.code()).isEqualTo(1);
    assertThat(migrated.err()).startsWith("CHAT_DATABASE_URL ");
  }

  @Test
  void aMistypedSettingIsRefusedWithTheNameThatIsNearest() {
    for (var command : new String[][] {{"serve"}, {"migrate"}, {"token", "--user", "alice"}}) {
      var ran = run(Map.of("CHAT_JWT_SECRETT", "hidden"), command);
      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.err())
          .isEqualToIgnoringNewLines(
              "CHAT_JWT_SECRETT is no setting: unset it, or did you mean CHAT_JWT_SECRET?");
    }
    assertThat(run(Map.of("CHAT_JWT_JWKS", "https://id.example/keys")).err())
        .startsWith("CHAT_JWT_JWKS is no setting")
        .contains("CHAT_JWT_JWKS_URL")
        .hasLineCount(1);
    var unset = Map.of("CHAT_OLD", "", "CHAT_DATA_DIR", data.toString());
    assertThat(run(unset, "token", "--user", "alice").code()).isZero();
  }

  @Test
  void aTokenIsAllThatIsPrintedAndIsGoodForThatUser() throws Exception {
    var ran = run(Map.of("CHAT_DATA_DIR", data.toString()), "token", "--user", "alice");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).hasLineCount(1);
    var key = data.resolve("token-key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(holder(ran.out().strip(), Files.readString(key).strip())).isEqualTo("alice");
  }

  @Test
  void aTokenIsSignedWithTheConfiguredSecretAndNothingIsKeptThen() {
    var secret = "a secret that nobody has ever guessed";
    var environment =
        Map.of("CHAT_JWT_SECRET", secret, "CHAT_DATA_DIR", data.resolve("new").toString());
    var ran = run(environment, "token", "--user", "bob");
    assertThat(holder(ran.out().strip(), secret)).isEqualTo("bob");
    assertThat(data.resolve("new")).doesNotExist();
  }

  @Test
  void whereSomebodyElseSignsTheTokensNoneAreMadeHere() {
    var environment =
        Map.of(
            "CHAT_JWT_JWKS_URL",
            "https://id.example/keys",
            "CHAT_DATA_DIR",
            data.resolve("new").toString());
    var ran = run(environment, "token", "--user", "bob");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("CHAT_JWT_JWKS_URL is set: ").hasLineCount(1);
    assertThat(data.resolve("new")).doesNotExist();
  }

  @Test
  void aUserWithoutANameGetsNoToken() {
    for (var user : new String[] {"", " ", "\u2003"}) {
      var ran = run(Map.of("CHAT_DATA_DIR", data.toString()), "token", "--user", user);
      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err()).startsWith("--user: ").hasLineCount(1);
    }
  }

  private static String holder(String token, String secret) {
    return new JwtAuthenticator(JwtSettings.secret(secret), InstantSource.system())
        .authenticate(token)
        .user()
        .value();
  }
}
