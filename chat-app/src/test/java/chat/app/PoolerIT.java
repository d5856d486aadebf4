package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.app.folder.DataFolder;
import chat.app.postgres.EmbeddedPostgres;
import chat.port.Toolset;
import chat.testkit.ScriptedAgent;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two instances whose only way to the database is a transaction pooler. */
@Timeout(120)
final class PoolerIT {
  private static final String CHAT = "/api/alice/chat";

  @TempDir private Path folder;

  @Test
  void everythingWorksBehindATransactionPooler() throws Exception {
    var go = new CountDownLatch(1);
    var slow = new ScriptedAgent().says("one ").waitsFor(go).says("two");
    try (var postgres = EmbeddedPostgres.start(DataFolder.open(folder.resolve("data")));
        var pooler = PgBouncer.before(postgres, folder)) {
      pooler.database().migrate();
      try (var one = Instance.start(pooler.database(), slow, Toolset.NONE);
          var other = Instance.start(pooler.database(), slow, Toolset.NONE);
          var here = one.client.stream("alice", CHAT, Map.of("message", "hello"))) {
        var started = here.next("turn.started").data();
        var turn = turnOf(started);
        here.next("message.delta");
        try (var there = other.client.follow("alice", turn, 0)) {
          there.next("message.delta");
          var conversation = started.get("conversation_id").textValue();
          var queued =
              other.client.post(
                  "alice",
                  CHAT,
                  Map.of("message", "next", "conversation_id", conversation, "on_busy", "enqueue"),
                  "Prefer",
                  "respond-async");
          assertThat(queued.text("state")).isEqualTo("queued");
          assertThat(other.client.stop("alice", turn).status()).isEqualTo(202);
          assertThat(here.rest().getLast().name()).isEqualTo("turn.stopped");
          assertThat(there.rest().getLast().name()).isEqualTo("turn.stopped");
          go.countDown();
          try (var next = one.client.follow("alice", queued.header("Location"), 0)) {
            assertThat(next.rest().getLast().name()).isEqualTo("turn.completed");
          }
        }
        nobodySeesWhatIsAnothers(List.of(one, other));
      }
    }
  }

  private static String turnOf(JsonNode started) {
    return "/api/alice/conversations/%s/turns/%s"
        .formatted(started.get("conversation_id").textValue(), started.get("turn_id").textValue());
  }

  /** Many users at once share a handful of connections. */
  private static void nobodySeesWhatIsAnothers(List<Instance> instances) throws Exception {
    try (var threads = Executors.newFixedThreadPool(8)) {
      var users = new ArrayList<Future<?>>();
      for (int i = 0; i < 40; i++) {
        var user = "user-" + i;
        var instance = instances.get(i % 2);
        users.add(
            threads.submit(
                () -> {
                  var path = "/api/" + user;
                  var said = instance.client.post(user, path + "/chat", Map.of("message", user));
                  assertThat(said.status()).isEqualTo(200);
                  var list = instance.client.get(user, path + "/conversations").body().get("data");
                  assertThat(list.findValuesAsText("title")).containsExactly(user);
                  return user;
                }));
      }
      for (var user : users) user.get();
    }
  }
}
