package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.port.Lease;
import chat.port.TurnJournal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Counts what a turn costs: round trips, statements, commits. */
class RoundTripsTest extends ThroughAProxy {
  private static final UserId OWNER = new UserId("alice");
  private static final int WARM = 8;

  @Test
  void aPlainTurnIsThreeRoundTripsAndTwoCommits() {
    var conversation = turn(null).conversation();
    for (int i = 0; i < WARM; i++) turn(conversation);
    int trips = proxy.trips.get();
    int statements = proxy.statements.get();

    var work = accept(conversation);

    assertThat(proxy.trips.get() - trips).as("accept: all of it, commit").isEqualTo(2);
    assertThat(proxy.statements.get() - statements)
        .as("begin, settings, lock, write, history, commit")
        .isEqualTo(6);
    trips = proxy.trips.get();
    statements = proxy.statements.get();

    leave(work);

    assertThat(proxy.trips.get() - trips).as("leave").isEqualTo(1);
    assertThat(proxy.statements.get() - statements)
        .as("begin, settings, lock, write, commit")
        .isEqualTo(5);
  }

  @Test
  void aTurnInANewConversationCostsTheSame() {
    for (int i = 0; i < WARM; i++) turn(null);
    int trips = proxy.trips.get();

    leave(accept(null));

    assertThat(proxy.trips.get() - trips).isEqualTo(3);
  }

  @Test
  void aTurnCommitsTwiceAndAWritersTickOnce() throws SQLException {
    for (int i = 0; i < WARM; i++) turn(null);
    long before = transactions();
    var work = accept(null);
    long accepted = transactions();
    append(work.lease(), 1);
    append(work.lease(), 2);
    long appended = transactions();
    leave(work);
    long left = transactions();

    assertThat(accepted - before).isEqualTo(1);
    assertThat(appended - accepted).isEqualTo(2);
    assertThat(left - appended).isEqualTo(1);
  }

  @Test
  void aWritersTickIsOneRoundTripForHoweverManyTurns() {
    var works = List.of(accept(null), accept(null), accept(null));
    for (int i = 1; i < WARM; i++) append(works.get(0).lease(), i);
    int trips = proxy.trips.get();

    var segments = new HashMap<Lease, TurnJournal.Segment>();
    for (var work : works) segments.put(work.lease(), segment(WARM));
    var appended = store.journal().append(segments);

    assertThat(appended.lost()).isEmpty();
    assertThat(proxy.trips.get() - trips).isEqualTo(1);
  }

  @Test
  void aLookIsOneRoundTripForHoweverManyTurns() {
    var works = List.of(accept(null), accept(null), accept(null));
    for (var work : works) append(work.lease(), 1);
    var watched =
        works.stream().map(work -> new TurnJournal.Watched(OWNER, work.turn().id(), 0)).toList();
    for (int i = 0; i < WARM; i++) store.journal().look(INSTANCE, watched, Duration.ZERO);
    int trips = proxy.trips.get();

    var changes = store.journal().look(INSTANCE, watched, Duration.ZERO);

    assertThat(changes.events()).hasSize(3);
    assertThat(proxy.trips.get() - trips).isEqualTo(1);
  }

  @Test
  void storingInTheMiddleOfATurnIsOneRoundTripThatWaitsForNoConversation() throws SQLException {
    var work = accept(null);
    var lease = work.lease();
    for (int i = 1; i < WARM; i++) {
      store
          .journal()
          .store(
              lease,
              List.of(answer(work, i)),
              List.of(modelCall(work)),
              TurnJournal.Segment.EMPTY,
              0);
    }
    int trips = proxy.trips.get();
    try (var other = Postgres.as("postgres", database).getConnection();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select 1 from conversation for update");
      store
          .journal()
          .store(
              lease,
              List.of(answer(work, WARM)),
              List.of(modelCall(work)),
              TurnJournal.Segment.EMPTY,
              0);
    }

    assertThat(proxy.trips.get() - trips).isEqualTo(1);
  }

  /** Counts what the database committed with something written, by the next transaction's id. */
  private long transactions() throws SQLException {
    try (var connection = Postgres.as("postgres", database).getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select pg_snapshot_xmax(pg_current_snapshot())")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private Turn turn(Conversation.@Nullable Id conversation) {
    var work = accept(conversation);
    leave(work);
    return work.turn();
  }

  private Lease.Work accept(Conversation.@Nullable Id conversation) {
    var input = new Turn.Input.Send(conversation, null, Content.UserInput.of("hello"), null);
    var request = new Turn.Request(input, Turn.OnBusy.REJECT, null, "00", "Hello", false);
    var accepted = store.conversations().accept(OWNER, request, INSTANCE, 15, ready -> {});
    return Objects.requireNonNull(accepted.work());
  }

  private void append(Lease lease, long number) {
    assertThat(store.journal().append(Map.of(lease, segment(number))).lost()).isEmpty();
  }

  private static TurnJournal.Segment segment(long number) {
    var event = new TurnEvent.MessageDelta(Message.Id.next(), "word");
    return TurnJournal.Segment.of(List.of(new TurnEvent.Numbered(number, event)));
  }

  private static Message answer(Lease.Work work, int number) {
    return new Message(
        Message.Id.next(),
        work.turn().conversation(),
        work.lease().lastSeq() + number,
        work.turn().id(),
        1,
        work.turn().userMessage(),
        Message.Siblings.ONLY,
        new Content.AssistantText("hi", List.of()),
        false,
        0,
        null,
        work.lease().time().plusMillis(number));
  }

  private static ModelCall.Entry modelCall(Lease.Work work) {
    var usage = new Turn.Usage(10, 4, 3, 1);
    var call = new ModelCall("model", usage, Duration.ZERO, ModelCall.Outcome.COMPLETED);
    return new ModelCall.Entry(1, work.lease().time(), call);
  }

  private void leave(Lease.Work work) {
    var end = new TurnEvent.TurnEnded(Turn.State.COMPLETED, null, null, null, Turn.Usage.NONE);
    store
        .journal()
        .leave(
            work.lease(),
            new TurnJournal.Rest(
                Turn.State.COMPLETED,
                null,
                null,
                List.of(modelCall(work)),
                1,
                List.of(),
                List.of(answer(work, 1)),
                TurnJournal.Segment.of(List.of(new TurnEvent.Numbered(100, end))),
                100));
  }
}
