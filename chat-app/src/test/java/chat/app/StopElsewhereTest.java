package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.agent.openai.OpenAiAgent;
import chat.agent.openai.OpenAiSettings;
import chat.port.Toolset;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A turn runs at one instance and is stopped at another, which tells the first through the database
 * alone: with notifications, and without a connection for them.
 */
@Timeout(120)
@ParameterizedClass
@ValueSource(booleans = {true, false})
final class StopElsewhereTest {
  private static final Duration PROMISED = Duration.ofSeconds(1);
  private static final int TURNS = 7;

  private final String user = "user-" + UUID.randomUUID();
  private final String chat = "/api/" + user + "/chat";
  private final String conversations = "/api/" + user + "/conversations/";
  private final List<AutoCloseable> open = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);

  /** When the model saw a connection closed. */
  private final LinkedBlockingQueue<Long> closed = new LinkedBlockingQueue<>();

  private final ScriptedModel model;
  private final Instance here;
  private final Instance there;

  StopElsewhereTest(boolean hinted) throws Exception {
    model = new ScriptedModel(this::thinkUntilHungUp);
    open.add(model);
    here = instance(hinted);
    there = instance(hinted);
  }

  private Instance instance(boolean hinted) {
    var shared = SharedDatabase.inThisJvm();
    var database = hinted ? shared.database() : shared.databaseWithoutDirectUrl();
    var agent = new OpenAiAgent(OpenAiSettings.of(URI.create(model.url()), null, "scripted"));
    open.add(agent);
    var instance = Instance.start(database, agent, Toolset.NONE);
    open.add(instance);
    return instance;
  }

  @AfterEach
  void stop() throws Exception {
    over.countDown();
    for (var each : open.reversed()) each.close();
  }

  /** Says one word, and then nothing that anybody would store. */
  private void thinkUntilHungUp(HttpExchange exchange) throws Exception {
    var stream = ScriptedModel.stream(exchange);
    ScriptedModel.say(stream, "word");
    try {
      while (!over.await(10, TimeUnit.MILLISECONDS)) {
        stream.write(':');
        stream.write('\n');
        stream.flush();
      }
    } catch (IOException e) {
      closed.add(System.nanoTime());
    }
  }

  /** Begins a turn here that the model answers until it is stopped. */
  private Client.Reply begin() throws Exception {
    var begun = here.client.post(user, chat, Map.of("message", "go on"), "Prefer", "respond-async");
    try (var stream = here.client.follow(user, begun.header("Location"), 0)) {
      stream.next("message.delta");
    }
    return begun;
  }

  private Duration untilClosed(long asked) throws InterruptedException {
    var at = closed.poll(10, TimeUnit.SECONDS);
    assertThat(at).as("the model's connection is closed").isNotNull();
    return Duration.ofNanos(at - asked);
  }

  /** A machine that is busy with other things may be late once. */
  private static Duration median(List<Duration> durations) {
    return durations.stream().sorted().toList().get(durations.size() / 2);
  }

  @Test
  void theModelsConnectionIsClosedWithinASecond() throws Exception {
    var took = new ArrayList<Duration>();
    for (int i = 0; i < TURNS; i++) {
      var turn = begin().header("Location");
      long asked = System.nanoTime();
      assertThat(there.client.stop(user, turn).status()).isEqualTo(202);
      took.add(untilClosed(asked));
      try (var stream = there.client.follow(user, turn, 0)) {
        assertThat(stream.rest().getLast().name()).isEqualTo("turn.stopped");
      }
      assertThat(here.client.get(user, turn).text("end_reason")).isEqualTo("user");
    }
    assertThat(median(took)).as("of %s", took).isLessThan(PROMISED);
  }

  @Test
  void aNewerMessageStopsItAndIsAnswered() throws Exception {
    var took = new ArrayList<Duration>();
    for (int i = 0; i < TURNS; i++) {
      model.plays(this::thinkUntilHungUp);
      var begun = begin();
      model.plays(ScriptedModel.says("answered"));
      var next =
          Map.of(
              "message", "no, this",
              "conversation_id", begun.text("conversation_id"),
              "on_busy", "interrupt");
      long asked = System.nanoTime();
      var reply = there.client.post(user, chat, next, "Prefer", "respond-async");
      took.add(untilClosed(asked));
      try (var stream = here.client.follow(user, begun.header("Location"), 0)) {
        var end = stream.rest().getLast();
        assertThat(end.name()).isEqualTo("turn.stopped");
        assertThat(end.data().get("end_reason").textValue()).isEqualTo("superseded");
      }
      try (var stream = there.client.follow(user, reply.header("Location"), 0)) {
        assertThat(stream.rest().getLast().name()).isEqualTo("turn.completed");
      }
    }
    assertThat(median(took)).as("of %s", took).isLessThan(PROMISED);
  }

  @Test
  void aConversationThatIsDeletedLeavesNothingRunning() throws Exception {
    var begun = begin();
    try (var stream = here.client.follow(user, begun.header("Location"), 0)) {
      long asked = System.nanoTime();
      var conversation = conversations + begun.text("conversation_id");
      assertThat(there.client.delete(user, conversation).status()).isEqualTo(204);
      assertThat(untilClosed(asked)).isPositive();
      var end = stream.rest().getLast();
      assertThat(end.name()).isEqualTo("turn.stopped");
      assertThat(end.data().get("end_reason").textValue()).isEqualTo("deleted");
    }
    assertThat(here.client.get(user, begun.header("Location")).status()).isEqualTo(404);
  }
}
