package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.port.Agent;
import chat.port.Toolset;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replies that do not stream, about turns that run at another instance. */
@Timeout(60)
final class WaitingReplyTest {
  private static final Duration SOON = Duration.ofMillis(300);
  private static final Duration LATE = Duration.ofSeconds(55);

  private final String user = "user-" + UUID.randomUUID();
  private final String chat = "/api/" + user + "/chat";
  private final String key = UUID.randomUUID().toString();
  private final CountDownLatch go = new CountDownLatch(1);
  private final Instance hasty = start(SOON);
  private final Instance alsoHasty = start(SOON);
  private final Instance patient = start(LATE);

  private Instance start(Duration replyWithin) {
    return Instance.start(
        SharedDatabase.inThisJvm().database(),
        this::answer,
        Toolset.NONE,
        Instance.QUICK,
        Instance.http(replyWithin));
  }

  private void answer(Agent.Request request, Agent.Sink sink) {
    sink.text("one ");
    try {
      go.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sink.text("two");
  }

  @AfterEach
  void stop() {
    go.countDown();
    for (var instance : List.of(hasty, alsoHasty, patient)) instance.close();
  }

  private Client.Reply ask(Instance instance, String... headers) throws Exception {
    var all = Stream.concat(Stream.of("Idempotency-Key", key), Stream.of(headers));
    return instance.client.post(user, chat, Map.of("message", "hi"), all.toArray(String[]::new));
  }

  private static void assertLater(Client.Reply reply) {
    assertThat(reply.status()).isEqualTo(202);
    assertThat(reply.text("state")).isEqualTo("running");
  }

  @Test
  void whatTakesTooLongIsToldWhereItWillBeWhereverItRuns() throws Exception {
    var here = ask(hasty);
    assertLater(here);
    var elsewhere = ask(alsoHasty);
    assertLater(elsewhere);
    var location = here.header("Location");
    assertThat(elsewhere.header("Location")).isEqualTo(location).isNotEmpty();

    for (var instance : List.of(hasty, alsoHasty, patient)) {
      assertThat(instance.client.get(user, location).text("state")).isEqualTo("running");
    }
    go.countDown();
    for (var instance : List.of(hasty, alsoHasty, patient)) {
      Awaitility.await()
          .until(() -> instance.client.get(user, location).text("state").equals("completed"));
      var answer = ask(instance);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text("message")).isEqualTo("one two");
    }
  }

  @Test
  void whoeverDoesNotWantToWaitIsToldAtOnce() throws Exception {
    var here = ask(patient, "Prefer", "respond-async");
    assertLater(here);
    assertThat(here.header("Preference-Applied")).isEqualTo("respond-async");
    var elsewhere = ask(hasty, "Prefer", "respond-async");
    assertLater(elsewhere);
    assertThat(elsewhere.header("Location")).isEqualTo(here.header("Location")).isNotEmpty();

    try (var stream = hasty.client.follow(user, elsewhere.header("Location"), 0)) {
      stream.next("message.delta");
      go.countDown();
      assertThat(stream.rest().getLast().name()).isEqualTo("turn.completed");
    }
  }

  @Test
  void aReplyThatWaitsElsewhereHasTheAnswerWhenItIsThere() throws Exception {
    var turn = ask(hasty, "Prefer", "respond-async").header("Location");
    var waiting = new Client.Reply[1];
    var waiter = Thread.ofVirtual().unstarted(() -> waiting[0] = reply());
    waiter.start();
    hasty.client.follow(user, turn, 0).close();
    go.countDown();
    waiter.join();
    assertThat(waiting[0].status()).isEqualTo(200);
    assertThat(waiting[0].text("message")).isEqualTo("one two");
  }

  private Client.Reply reply() {
    try {
      return ask(patient);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
