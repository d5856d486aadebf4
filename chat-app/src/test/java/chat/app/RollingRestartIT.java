package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.contract.ServerSentEvents.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restarts two instances one after the other while users talk to them and try again. */
@Timeout(240)
final class RollingRestartIT {
  private static final int USERS = 6;
  private static final int WORDS = 20;
  private static final Duration PACE = Duration.ofMillis(30);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

  @TempDir private static Path folder;

  private final AtomicReferenceArray<Cluster.Member> members = new AtomicReferenceArray<>(2);
  private final AtomicInteger tries = new AtomicInteger();
  private final CountDownLatch enough = new CountDownLatch(1);

  @Test
  void aRollingRestartLosesNoTurnAndMakesNoneTwice() throws Exception {
    try (var cluster = Cluster.start(folder);
        var users = Executors.newVirtualThreadPerTaskExecutor()) {
      cluster.model.playsTo(request -> new Speech(WORDS, PACE, Speech.Ending.ENDS));
      for (int i = 0; i < members.length(); i++) members.set(i, cluster.start("any"));
      try {
        var sending = new ArrayList<Future<Integer>>();
        for (int i = 0; i < USERS; i++) {
          var user = "user-" + i;
          sending.add(users.submit((Callable<Integer>) () -> talk(user)));
        }
        for (int i = 0; i < members.length(); i++) restart(cluster, i);
        enough.countDown();
        for (int i = 0; i < USERS; i++) {
          int sent = sending.get(i).get();
          assertThat(sent).isGreaterThan(members.length());
          try (var owner = cluster.postgres.owner()) {
            StoredTurns.of(owner, "user-" + i).requireSound(sent);
          }
        }
      } finally {
        enough.countDown();
        for (int i = 0; i < members.length(); i++) members.get(i).close();
      }
    }
  }

  private void restart(Cluster cluster, int place) throws Exception {
    var old = members.get(place);
    assertThat(old.server.stop()).as("exit code").isZero();
    members.set(place, cluster.start("any"));
    old.close();
  }

  /** Sends one message after the other in one conversation; returns how many. */
  private int talk(String user) throws Exception {
    var body = new HashMap<String, String>();
    int sent = 0;
    while (enough.getCount() > 0) {
      body.put("message", "message " + sent);
      var events = send(user, body, user + "-" + sent);
      DoomedTurn.requireSound(events);
      assertThat(events.getLast().name()).isEqualTo("turn.completed");
      assertThat(events.stream().filter(event -> event.name().equals("message.delta")))
          .hasSize(WORDS);
      var end = DoomedTurn.data(events.getLast());
      body.put("conversation_id", end.get("conversation_id").textValue());
      sent++;
    }
    return sent;
  }

  /** Sends and reads to the end: whenever it is cut off, it goes on at the next instance. */
  private List<Event> send(String user, Map<String, String> body, String key) throws Exception {
    var events = new ArrayList<Event>();
    while (events.isEmpty() || !DoomedTurn.isEnd(events.getLast())) {
      var client = members.get(tries.incrementAndGet() % members.length()).client();
      try (var stream = open(client, user, body, key, events)) {
        for (var event = stream.events().next(); event != null; event = stream.events().next()) {
          events.add(event);
        }
      } catch (IOException | UncheckedIOException e) {
        boolean ignored = enough.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
    return events;
  }

  private static Client.Stream open(
      Client client, String user, Map<String, String> body, String key, List<Event> events)
      throws IOException {
    var token = Cluster.token(user);
    if (events.isEmpty()) {
      return client.stream(token, "/api/" + user + "/chat", body, "Idempotency-Key", key);
    }
    var first = DoomedTurn.data(events.getFirst());
    var path =
        "/api/%s/conversations/%s/turns/%s"
            .formatted(
                user, first.get("conversation_id").textValue(), first.get("turn_id").textValue());
    return client.follow(token, path, Long.parseLong(String.valueOf(events.getLast().id())));
  }
}
