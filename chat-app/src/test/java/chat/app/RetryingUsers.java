package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.contract.ServerSentEvents.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.awaitility.Awaitility;

/**
 * Are users who talk to two instances by turns, each in one conversation, and who go on at the
 * other instance with the same request, or the same stream, whenever they are cut off.
 */
final class RetryingUsers implements AutoCloseable {
  private static final int USERS = 6;
  private static final int WORDS = 20;
  private static final Duration PACE = Duration.ofMillis(30);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

  private final Cluster cluster;
  private final AtomicReferenceArray<Client> clients;
  private final AtomicInteger tries = new AtomicInteger();
  private final CountDownLatch enough = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Integer> answered = new ConcurrentHashMap<>();
  private final List<Future<Integer>> sent = new ArrayList<>();

  RetryingUsers(Cluster cluster, Cluster.Member one, Cluster.Member other) {
    this.cluster = cluster;
    this.clients = new AtomicReferenceArray<>(new Client[] {one.client(), other.client()});
    cluster.model.playsTo(request -> new Speech(WORDS, PACE, Speech.Ending.ENDS));
  }

  void begin() {
    for (int i = 0; i < USERS; i++) {
      var user = "user-" + i;
      sent.add(threads.submit((Callable<Integer>) () -> talk(user)));
    }
  }

  /** An instance is another one from now on. */
  void replace(int place, Cluster.Member member) {
    clients.set(place, member.client());
  }

  /** Waits until each has sent so many messages and has the answers. */
  void awaitSent(int count) {
    Awaitility.await()
        .atMost(PATIENCE)
        .failFast(() -> sent.stream().anyMatch(Future::isDone))
        .until(() -> answered.values().stream().filter(it -> it >= count).count() == USERS);
  }

  /** Lets them come to an end, and fails unless each got one whole answer to all they sent. */
  void requireAllAnsweredOnce(int atLeast) throws Exception {
    enough.countDown();
    for (int i = 0; i < USERS; i++) {
      int count = sent.get(i).get();
      assertThat(count).isGreaterThanOrEqualTo(atLeast);
      try (var owner = cluster.postgres.owner()) {
        StoredTurns.of(owner, "user-" + i).requireSound(count);
      }
    }
  }

  /** Sends one message after the other in one conversation; returns how many. */
  private int talk(String user) throws Exception {
    var body = new HashMap<String, String>();
    int count = 0;
    while (enough.getCount() > 0) {
      body.put("message", "message " + count);
      var events = send(user, body, user + "-" + count);
      DoomedTurn.requireSound(events);
      assertThat(events.getLast().name()).isEqualTo("turn.completed");
      assertThat(events.stream().filter(event -> event.name().equals("message.delta")))
          .hasSize(WORDS);
      var end = DoomedTurn.data(events.getLast());
      body.put("conversation_id", end.get("conversation_id").textValue());
      answered.put(user, ++count);
    }
    return count;
  }

  /** Sends and reads to the end: whenever it is cut off, it goes on at the next instance. */
  private List<Event> send(String user, Map<String, String> body, String key) throws Exception {
    var events = new ArrayList<Event>();
    while (events.isEmpty() || !DoomedTurn.isEnd(events.getLast())) {
      var client = clients.get(tries.incrementAndGet() % clients.length());
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
    var path = DoomedTurn.turnPath(user, events.getFirst());
    return client.follow(token, path, Long.parseLong(String.valueOf(events.getLast().id())));
  }

  @Override
  public void close() {
    enough.countDown();
    threads.shutdownNow();
  }
}
