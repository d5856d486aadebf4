package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Conversation;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.ConversationRepository.Accepted;
import chat.port.Lease;
import chat.port.TurnJournal;
import chat.testkit.Samples;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims what no request could have written, and looks at what a renewal leaves behind. */
class ClaimingTest {
  private static final UserId OWNER = new UserId("alice");
  private static final String INSTANCE = "one";
  private final String database = Postgres.migrated();
  private final JpaStore store = JpaStore.open(Postgres.as(Postgres.LOGIN, database));

  @BeforeEach
  void register() {
    store.journal().renew(INSTANCE, Duration.ofHours(1));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void theOldestGoFirst() {
    var waiting = List.of(waiting(), waiting(), waiting());

    assertThat(claim(2)).containsExactly(waiting.get(0), waiting.get(1));
    assertThat(claim(2)).containsExactly(waiting.get(2));
  }

  @Test
  void aTurnThatCannotBeReadKeepsNoOtherFromBeingTaken() {
    var waiting = List.of(waiting(), waiting(), waiting());
    write("update turn set input = '{\"type\": \"unheard\"}' where id = '" + waiting.get(1) + "'");

    assertThat(claim(9)).containsExactly(waiting.get(0), waiting.get(2));
  }

  @Test
  void turnsThatCannotBeReadAreNotAllThatIsLookedAt() {
    var waiting = List.of(waiting(), waiting());
    write("update turn set input = '{\"type\": \"unheard\"}' where id = '" + waiting.get(0) + "'");

    assertThat(claim(1)).isEmpty();
    assertThat(claim(1)).containsExactly(waiting.get(1));
  }

  @Test
  void aRenewalForgetsInstancesThatAreLongGoneAndRunNothing() {
    store.journal().renew("gone", Duration.ZERO);
    store.journal().renew("busy", Duration.ZERO);
    store.journal().renew("late", Duration.ZERO);
    store.conversations().accept(OWNER, Samples.message(null, "hi"), "busy", 15, ready -> {});
    write(
        "update instance set lease_until = now() - interval '2 days' where id in ('gone', 'busy')");

    store.journal().renew(INSTANCE, Duration.ofHours(1));

    for (var kept : List.of(INSTANCE, "busy", "late")) assertThat(known(kept)).as(kept).isTrue();
    assertThat(known("gone")).isFalse();
  }

  /** Returns a turn that waits, and that nothing keeps from running. */
  private Turn.Id waiting() {
    var first = accept(null, Turn.OnBusy.REJECT);
    var turn = accept(first.turn().conversation(), Turn.OnBusy.ENQUEUE).turn();
    var lease = Objects.requireNonNull(first.work()).lease();
    store
        .journal()
        .leave(
            lease,
            new TurnJournal.Rest(
                Turn.State.COMPLETED,
                null,
                null,
                List.of(),
                1,
                List.of(),
                List.of(),
                TurnJournal.Segment.EMPTY,
                1));
    return turn.id();
  }

  private Accepted accept(Conversation.@Nullable Id conversation, Turn.OnBusy onBusy) {
    var request = Samples.onBusy(Samples.message(conversation, "hello"), onBusy);
    return store.conversations().accept(OWNER, request, INSTANCE, 15, ready -> {});
  }

  private List<Turn.Id> claim(int atMost) {
    return store.journal().claim(INSTANCE, atMost, 15, Duration.ofHours(1), false).stream()
        .map(Lease.Work::turn)
        .map(Turn::id)
        .toList();
  }

  private void write(String sql) {
    Postgres.execute(Postgres.as("postgres", database), sql);
  }

  private boolean known(String instance) {
    try (var connection = Postgres.as("postgres", database).getConnection();
        var statement = connection.prepareStatement("select 1 from instance where id = ?")) {
      statement.setString(1, instance);
      return statement.executeQuery().next();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
