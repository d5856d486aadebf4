package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.contract.ServerSentEvents.Event;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Is one turn whose instance will die, from the client's side: one user, who sends one message,
 * reads what comes, and sends the same with the same key to another instance.
 */
final class DoomedTurn {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATIENCE_SECONDS = 60;

  final String user;
  final String question;
  final Speech speech;
  final List<Event> seen = new CopyOnWriteArrayList<>();
  private final Map<String, String> body = new HashMap<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable CompletableFuture<Void> reading;

  /**
   * @param conversation null for a new one
   */
  DoomedTurn(String user, @Nullable String conversation, Speech speech) {
    this.user = user;
    this.question = "what " + user + " asks";
    this.speech = speech;
    body.put("message", question);
    if (conversation != null) body.put("conversation_id", conversation);
  }

  String token() {
    return Cluster.token(user);
  }

  String path() {
    return "/api/" + user + "/chat";
  }

  Map<String, String> body() {
    return body;
  }

  byte[] bytes() throws IOException {
    return JSON.writeValueAsBytes(body);
  }

  /**
   * Sends it and reads on its own thread.
   *
   * @param patient whether it reads on after the beginning
   */
  void begin(Client client, boolean patient) {
    reading = CompletableFuture.runAsync(() -> read(client, patient), Thread::startVirtualThread);
  }

  private void read(Client client, boolean patient) {
    try (var stream = client.stream(token(), path(), body, "Idempotency-Key", user)) {
      for (var event = stream.events().next(); event != null; event = stream.events().next()) {
        seen.add(event);
        started.countDown();
        if (!patient) break;
        if (isEnd(event)) ended.countDown();
      }
      if (!patient) ended.await();
    } catch (IOException | UncheckedIOException cut) {
      // As expected, some time.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void awaitStarted() throws InterruptedException {
    await(started);
  }

  void awaitEnded() throws InterruptedException {
    await(ended);
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new AssertionError("nothing came");
  }

  /** Waits until its connection is gone. */
  void awaitCut() {
    ended.countDown();
    speech.over();
    if (reading != null) reading.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Sends the same again, to another instance, and reads to the turn's end. */
  List<Event> repeat(Client other) throws IOException {
    try (var stream = other.stream(token(), path(), body, "Idempotency-Key", user)) {
      return stream.events().rest();
    }
  }

  static boolean isEnd(Event event) {
    return List.of("turn.completed", "turn.failed", "turn.stopped", "turn.interrupted")
        .contains(event.name());
  }

  /** Returns where the turn is found, by the first event that was read. */
  String turnPath() {
    return turnPath(user, seen.getFirst());
  }

  /** Returns where a turn is found, by its first event. */
  static String turnPath(String user, Event event) {
    var first = data(event);
    return "/api/%s/conversations/%s/turns/%s"
        .formatted(
            user, first.get("conversation_id").textValue(), first.get("turn_id").textValue());
  }

  String state(Client client) throws IOException {
    return client.get(token(), turnPath()).text("state");
  }

  static JsonNode data(Event event) {
    try {
      return JSON.readTree(event.data());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a stream as it must be: numbers rise, and the end is one, and the last. */
  static void requireSound(List<Event> events) {
    assertThat(events).isNotEmpty();
    assertThat(events.stream().map(Event::id).toList()).doesNotContainNull();
    assertThat(events.stream().map(event -> Long.parseLong(String.valueOf(event.id()))).toList())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(events.stream().filter(DoomedTurn::isEnd)).hasSize(1);
    assertThat(isEnd(events.getLast())).isTrue();
  }
}
