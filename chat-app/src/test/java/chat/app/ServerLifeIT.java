package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chat.auth.jwt.JwtSettings;
import chat.auth.jwt.TokenIssuer;
import chat.model.UserId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of turns and conversations when the process ends, whatever ends it. */
@Timeout(180)
final class ServerLifeIT {
  private static final Map<String, String> NOTHING_SET = Map.of();
  private static final String CHAT = "/api/alice/chat";
  private static final String CONVERSATIONS = "/api/alice/conversations";

  @TempDir private static Path home;

  private static ServerProcess start() throws Exception {
    return ServerProcess.start(home, NOTHING_SET);
  }

  @Test
  void aConversationIsKeptWhenTheServerIsStoppedAndStartedAgain() throws Exception {
    String conversation;
    try (var server = start()) {
      var alice = server.token("alice");
      var reply = server.post(alice, CHAT, Map.of("message", "Where is this kept?"));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body().get("status").textValue()).isEqualTo("completed");
      assertThat(reply.body().get("message").textValue())
          .contains("> Where is this kept?", "I am a demo", "OPENAI_MODEL");
      conversation = reply.body().get("conversation_id").textValue();
      assertThat(server.stop()).as("exit code").isZero();
      assertThat(server.err()).doesNotContain("WARN", "ERROR");
    }
    try (var server = start()) {
      var alice = server.token("alice");
      var detail = server.get(alice, CONVERSATIONS + "/" + conversation).body();
      assertThat(detail.get("title").textValue()).isEqualTo("Where is this kept?");
      assertThat(detail.get("messages").findValuesAsText("role"))
          .containsExactly("user", "assistant");
      var list = server.get(alice, CONVERSATIONS).body();
      assertThat(list.get("data").findValuesAsText("id")).contains(conversation);
    }
  }

  @Test
  void whatACrashCutIsInterruptedAsSoonAsTheNextStartIsReady() throws Exception {
    String conversation;
    String turn;
    String seen;
    var server = start();
    try (var stream = server.stream(server.token("alice"), CHAT, Map.of("message", "a long one"))) {
      var started = stream.next();
      assertThat(started).isNotNull();
      conversation = started.data().get("conversation_id").textValue();
      turn = started.data().get("turn_id").textValue();
      seen = readWords(stream, 40);
    } finally {
      server.kill();
    }
    try (var again = start()) {
      var alice = again.token("alice");
      var path = CONVERSATIONS + "/" + conversation;
      assertThat(again.get(alice, path + "/turns/" + turn).body().get("state").textValue())
          .isEqualTo("interrupted");
      var messages = again.get(alice, path).body().get("messages");
      var answer = messages.get(messages.size() - 1);
      assertThat(answer.get("status").textValue()).isEqualTo("partial");
      var kept = answer.get("content").textValue();
      assertThat(kept).startsWith("You wrote:\n\n> a long one");
      assertThat(kept.startsWith(seen) || seen.startsWith(kept)).as(kept).isTrue();
      assertThat(
              again.post(alice, CHAT, Map.of("message", "go on", "conversation_id", conversation)))
          .extracting(Client.Reply::status)
          .isEqualTo(200);
    }
  }

  @Test
  void aRunningTurnMayEndBeforeTheServerStops() throws Exception {
    try (var server = start();
        var stream =
            server.stream(server.token("alice"), CHAT, Map.of("message", "a table please"))) {
      readWords(stream, 3);
      assertThat(server.stop()).isZero();
      assertThat(stream.rest().getLast().name()).isEqualTo("turn.completed");
    }
  }

  @Test
  void aTurnThatOutlastsTheGraceIsInterruptedAndKept() throws Exception {
    var hurry = Map.of("CHAT_SHUTDOWN_GRACE", "0");
    String conversation;
    try (var server = ServerProcess.start(home, hurry);
        var stream = server.stream(server.token("alice"), CHAT, Map.of("message", "a long one"))) {
      var started = stream.next();
      assertThat(started).isNotNull();
      conversation = started.data().get("conversation_id").textValue();
      readWords(stream, 10);
      assertThat(server.stop()).isZero();
      assertThat(stream.rest().getLast().name()).isEqualTo("turn.interrupted");
    }
    try (var server = start()) {
      var detail = server.get(server.token("alice"), CONVERSATIONS + "/" + conversation).body();
      assertThat(detail.get("messages").get(1).get("content").textValue()).startsWith("You wrote:");
    }
  }

  @Test
  void aTokenThatIsNotGoodIsRefusedInOneWayWhateverIsWrongWithIt() throws Exception {
    var secret = "a secret that nobody has ever guessed";
    var configured =
        Map.of("CHAT_JWT_SECRET", secret, "CHAT_JWT_ISSUER", "us", "CHAT_JWT_AUDIENCE", "chat");
    var now = InstantSource.system();
    var yesterday = InstantSource.fixed(now.instant().minus(Duration.ofDays(1)));
    var good = token(JwtSettings.secret(secret).issuer("us").audience("chat"), now);
    var unsigned = "{\"alg\":\"none\"}".getBytes(UTF_8);
    var none = Base64.getUrlEncoder().withoutPadding().encodeToString(unsigned);
    var bad =
        Map.of(
            "expired", token(JwtSettings.secret(secret).issuer("us").audience("chat"), yesterday),
            "another's signature",
                token(JwtSettings.secret(secret + "!").issuer("us").audience("chat"), now),
            "another's issuer",
                token(JwtSettings.secret(secret).issuer("them").audience("chat"), now),
            "no issuer", token(JwtSettings.secret(secret).audience("chat"), now),
            "another's audience",
                token(JwtSettings.secret(secret).issuer("us").audience("mail"), now),
            "no algorithm", none + "." + good.split("\\.", -1)[1] + ".",
            "no signature", good.substring(0, good.lastIndexOf('.') + 1));
    try (var server = ServerProcess.start(home, configured)) {
      assertThat(server.get(good, CONVERSATIONS).status()).isEqualTo(200);
      var nonsense = server.get("nonsense", CONVERSATIONS);
      assertThat(nonsense.status()).isEqualTo(401);
      assertThat(nonsense.challenge()).isEqualTo("Bearer");
      for (var each : bad.entrySet()) {
        assertThat(server.get(each.getValue(), CONVERSATIONS))
            .as(each.getKey())
            .extracting(Client.Reply::status, Client.Reply::body, Client.Reply::challenge)
            .containsExactly(401, nonsense.body(), "Bearer");
      }
      assertThat(server.err()).doesNotContain("WARN", "ERROR");
    }
  }

  private static String token(JwtSettings settings, InstantSource clock) {
    return new TokenIssuer(settings, clock).issue(new UserId("alice"));
  }

  private static String readWords(Client.Stream stream, int words) throws Exception {
    var text = new StringBuilder();
    for (int deltas = 0; deltas < words; ) {
      var event = stream.next();
      assertThat(event).isNotNull();
      if (!event.name().equals("message.delta")) continue;
      text.append(event.data().get("content").textValue());
      deltas++;
    }
    return text.toString();
  }
}
