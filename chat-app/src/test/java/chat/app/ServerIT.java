package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.app.Client.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server as its users meet it: a process, and its HTTP. */
@Timeout(180)
final class ServerIT {
  private static final Map<String, String> NOTHING_SET = Map.of();
  private static final String CHAT = "/api/alice/chat";
  private static final String CONVERSATIONS = "/api/alice/conversations";

  @TempDir private static Path home;
  private static ServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    server = ServerProcess.start(home, NOTHING_SET);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aTurnIsStreamedWhileItHappens() throws Exception {
    try (var stream =
        server.stream(server.token("alice"), CHAT, Map.of("message", "a table please"))) {
      var events = stream.rest();
      var names = events.stream().map(Event::name).distinct().toList();
      assertThat(names)
          .containsExactly(
              "turn.started", "message.done", "message.started", "message.delta", "turn.completed");
      assertThat(events.getLast().name()).isEqualTo("turn.completed");
      var deltas = deltas(events);
      assertThat(deltas).startsWith("You wrote:\n\n> a table please").contains("|---|---|");
      var last = events.get(events.size() - 2);
      assertThat(last.name()).isEqualTo("message.done");
      assertThat(last.data().get("content").textValue()).isEqualTo(deltas);
    }
  }

  @Test
  void anotherUserIsForbiddenTheAddressAndDoesNotFindTheConversation() throws Exception {
    var reply = server.post(server.token("alice"), CHAT, Map.of("message", "mine"));
    var conversation = reply.body().get("conversation_id").textValue();
    var bob = server.token("bob");
    assertThat(server.get(bob, CONVERSATIONS + "/" + conversation).status()).isEqualTo(403);
    assertThat(server.get(bob, "/api/bob/conversations/" + conversation).status()).isEqualTo(404);
    assertThat(server.get(bob, "/api/bob/conversations").body().get("data")).isEmpty();
    assertThat(server.get("nonsense", CONVERSATIONS).status()).isEqualTo(401);
  }

  @Test
  void aSecondServerOnTheSameDataIsRefusedInOneLine() throws Exception {
    var second = home.resolve("second");
    var sameData = Map.of("CHAT_DATA_DIR", home.resolve("data").toString());
    var refused = ServerProcess.run(second, sameData, "serve", "--port", "0");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .startsWith("process " + server.pid() + " uses the data in ")
        .hasLineCount(1);
    assertThat(server.get(server.token("alice"), CONVERSATIONS).status()).isEqualTo(200);
  }

  @Test
  void aPortThatIsTakenIsOneLineAndNothingIsLeftRunning() throws Exception {
    var other = home.resolve("other");
    var taken = Integer.toString(server.port());
    var refused = ServerProcess.run(other, NOTHING_SET, "serve", "--port", taken);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("CHAT_PORT", taken).hasLineCount(1);
    assertThat(Files.exists(other.resolve("data/postgres/postmaster.pid"))).isFalse();
  }

  @Test
  void aTokenFromTheCommandLineIsGoodForTheServerThatRuns() throws Exception {
    var second = home.resolve("token");
    var sameData = Map.of("CHAT_DATA_DIR", home.resolve("data").toString());
    var token = ServerProcess.run(second, sameData, "token", "--user", "alice").out().strip();
    assertThat(server.get(token, CONVERSATIONS).status()).isEqualTo(200);
  }

  private static String deltas(List<Event> events) {
    var text = new StringBuilder();
    for (var event : events) {
      if (event.name().equals("message.delta")) {
        text.append(event.data().get("content").textValue());
      }
    }
    return text.toString();
  }
}
