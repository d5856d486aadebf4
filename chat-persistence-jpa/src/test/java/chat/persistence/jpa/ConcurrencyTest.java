package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.UserId;
import chat.model.Window;
import chat.port.ConversationRepository.Accepted;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Shows what becomes of requests that meet. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConcurrencyTest {
  private static final int REQUESTS = 20;
  private static final String INSTANCE = "one";
  private final HikariDataSource pool =
      Postgres.pool(Postgres.as(Postgres.LOGIN, Postgres.migrated()), REQUESTS);
  private final JpaStore store = JpaStore.open(pool);
  private final UserId owner = new UserId("user-" + UUID.randomUUID());

  ConcurrencyTest() {
    store.journal().renew(INSTANCE, Duration.ofHours(1));
  }

  @AfterAll
  void close() {
    store.close();
    pool.close();
  }

  @Test
  void oneKeyManyTimesAtOnceIsOneTurnOfTheConversation() throws Exception {
    var conversation =
        store.conversations().create(owner, Conversation.Change.NONE, null, "00").id();

    var accepted = atOnce(() -> accept(request(conversation, null, "in one")));

    assertThat(accepted).filteredOn(it -> it.work() != null).hasSize(1);
    assertThat(accepted).extracting(it -> it.turn().id()).containsOnly(first(accepted));
    assertThat(texts(conversation)).hasSize(1);
  }

  @Test
  void oneKeyManyTimesAtOnceIsOneNewConversation() throws Exception {
    var accepted = atOnce(() -> accept(request(null, null, "in new ones")));

    assertThat(accepted).filteredOn(it -> it.work() != null).hasSize(1);
    assertThat(accepted).extracting(it -> it.turn().id()).containsOnly(first(accepted));
    var listed =
        store.conversations().list(owner, Conversation.Order.CREATED_DESC, null, 200).data();
    assertThat(listed)
        .extracting(Conversation::id)
        .containsOnlyOnce(accepted.get(0).turn().conversation());
  }

  @Test
  void oneMessageIdManyTimesAtOnceIsOneTurn() throws Exception {
    var message = Message.Id.next();

    var accepted = atOnce(() -> accept(request(null, message, null)));

    assertThat(accepted).filteredOn(it -> it.work() != null).hasSize(1);
    assertThat(accepted).extracting(it -> it.turn().id()).containsOnly(first(accepted));
  }

  @Test
  void manyMessagesAtOnceQueueInOneRowEach() throws Exception {
    var conversation =
        store.conversations().create(owner, Conversation.Change.NONE, null, "00").id();
    accept(request(conversation, null, null));

    var outcomes =
        atOnce(
            () -> {
              var busy = request(conversation, null, null);
              var wait =
                  new Turn.Request(
                      busy.input(), Turn.OnBusy.ENQUEUE, null, busy.hash(), null, false);
              try {
                return accept(wait).turn().state().name();
              } catch (chat.model.ChatException.Conflict full) {
                return full.code();
              }
            });

    assertThat(outcomes).filteredOn("QUEUED"::equals).hasSize(10);
    assertThat(outcomes).filteredOn("queue_full"::equals).hasSize(10);
  }

  @Test
  void aTurnIsClaimedByOneInstanceOnly() throws Exception {
    var accepted = accept(request(null, null, null));
    store.journal().renew(INSTANCE, Duration.ZERO);

    var claimed =
        atOnce(
            () -> {
              var other = "other-" + UUID.randomUUID();
              store.journal().renew(other, Duration.ofHours(1));
              return store.journal().claim(other, 100, 15, Duration.ZERO, false).stream()
                  .filter(work -> work.turn().id().equals(accepted.turn().id()))
                  .count();
            });

    store.journal().renew(INSTANCE, Duration.ofHours(1));
    assertThat(claimed.stream().mapToLong(Long::longValue).sum()).isEqualTo(1);
  }

  private Accepted accept(Turn.Request request) {
    return store.conversations().accept(owner, request, INSTANCE, 15, ready -> {});
  }

  private static Turn.Request request(
      Conversation.@Nullable Id conversation, Message.@Nullable Id message, @Nullable String key) {
    var input = new Turn.Input.Send(conversation, message, Content.UserInput.of("hello"), null);
    return new Turn.Request(input, Turn.OnBusy.REJECT, key, "00", null, false);
  }

  private static Turn.Id first(List<Accepted> accepted) {
    return accepted.get(0).turn().id();
  }

  private List<String> texts(Conversation.Id conversation) {
    return store
        .conversations()
        .window(owner, conversation, Window.Query.newest(200))
        .messages()
        .stream()
        .map(message -> message.content().text())
        .toList();
  }

  private static <T> List<T> atOnce(Supplier<T> deed) throws Exception {
    var together = new CyclicBarrier(REQUESTS);
    Callable<T> one =
        () -> {
          together.await();
          return deed.get();
        };
    var results = new ArrayList<T>();
    try (var threads = Executors.newFixedThreadPool(REQUESTS)) {
      var running = new ArrayList<Future<T>>();
      for (int i = 0; i < REQUESTS; i++) running.add(threads.submit(one));
      for (var future : running) results.add(future.get());
    }
    return results;
  }
}
