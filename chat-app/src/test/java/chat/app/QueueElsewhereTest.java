package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.port.Toolset;
import chat.testkit.ScriptedAgent;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A queue is seen everywhere, each of it can be stopped anywhere, and any instance goes on. */
@Timeout(60)
final class QueueElsewhereTest {
  private final String user = "user-" + UUID.randomUUID();
  private final String conversations = "/api/" + user + "/conversations/";

  @Test
  @SuppressWarnings("try") // one instance is to close before the other
  void whatWaitsIsTakenByWhicheverInstanceIsLeft() throws Exception {
    var database = SharedDatabase.inThisJvm().database();
    var never = new ScriptedAgent().says("begun").waitsFor(new CountDownLatch(1));
    try (var one = Instance.start(database, never, Toolset.NONE);
        var other = Instance.start(database, new ScriptedAgent().says("done"), Toolset.NONE);
        var running = one.client.stream(user, "/api/" + user + "/chat", Map.of("message", "a"))) {
      var conversation = running.next("turn.started").data().get("conversation_id").textValue();
      running.next("message.delta");
      var second = enqueued(other, conversation, "b");
      var third = enqueued(one, conversation, "c");
      for (var instance : new Instance[] {one, other}) {
        var queue = instance.client.get(user, conversations + conversation).body().get("queue");
        assertThat(queue.findValuesAsText("position")).containsExactly("1", "2");
        assertThat(queue.findValuesAsText("id")).containsExactly(id(second), id(third));
      }

      assertThat(other.client.stop(user, third.header("Location")).text("state"))
          .isEqualTo("stopped");
      one.close();

      assertThat(running.rest().getLast().name()).isEqualTo("turn.interrupted");
      try (var next = other.client.follow(user, second.header("Location"), 0)) {
        assertThat(next.rest().getLast().name()).isEqualTo("turn.completed");
      }
      var detail = other.client.get(user, conversations + conversation).body();
      assertThat(detail.get("queue")).isEmpty();
      assertThat(
              StreamSupport.stream(detail.get("messages").spliterator(), false)
                  .map(message -> message.get("content").textValue()))
          .containsExactly("a", "begun", "b", "done");
    }
  }

  private Client.Reply enqueued(Instance at, String conversation, String text) throws Exception {
    var body = Map.of("message", text, "conversation_id", conversation, "on_busy", "enqueue");
    var path = "/api/" + user + "/chat";
    var reply = at.client.post(user, path, body, "Prefer", "respond-async");
    assertThat(reply.text("state")).isEqualTo("queued");
    return reply;
  }

  private static String id(Client.Reply turn) {
    return turn.text("id");
  }
}
