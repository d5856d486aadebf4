package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.StorageFailed;
import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.ConversationRepository.Accepted;
import chat.port.Lease;
import chat.port.TurnJournal;
import chat.testkit.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Loses the commit of an answer, and with it the database for a while. */
class DoubtsTest {
  private static final UserId OWNER = new UserId("alice");
  private static final String INSTANCE = "one";
  private final LostCommit lost = new LostCommit(Postgres.as(Postgres.LOGIN, Postgres.migrated()));
  private final JpaStore store = JpaStore.open(lost.source(), lost.source(), null);

  @BeforeEach
  void register() {
    store.journal().renew(INSTANCE, Duration.ofHours(1));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void anAnswerThatIsGivenAgainEndsTheDoubtAboutTheFirst() {
    var lease = Objects.requireNonNull(begun().work()).lease();
    var call = awaits(lease);
    lost.next = true;
    assertThatThrownBy(() -> answer(lease, call)).isInstanceOf(StorageFailed.class);
    lost.away = false;

    var work = Objects.requireNonNull(answer(lease, call).work());

    assertThat(claim()).isEmpty();
    assertThatCode(
            () ->
                store
                    .journal()
                    .store(work.lease(), List.of(), List.of(), TurnJournal.Segment.EMPTY, 0))
        .doesNotThrowAnyException();
  }

  @Test
  void aTurnIsClaimedOnceHoweverOftenItIsInDoubt() {
    var lease = Objects.requireNonNull(begun().work()).lease();
    var call = awaits(lease);
    for (int i = 0; i < 2; i++) {
      lost.next = true;
      assertThatThrownBy(() -> answer(lease, call)).isInstanceOf(StorageFailed.class);
      lost.away = false;
    }

    assertThat(claim()).isEmpty();
    assertThat(answer(lease, call).work()).isNotNull();
    assertThat(claim()).isEmpty();
  }

  private Accepted begun() {
    var request = Samples.message(null, "hello");
    return store.conversations().accept(OWNER, request, INSTANCE, 15, ready -> {});
  }

  private Message.Id awaits(Lease lease) {
    var call =
        new Message(
            Message.Id.next(),
            lease.conversation(),
            lease.lastSeq() + 1,
            lease.turn(),
            1,
            null,
            Message.Siblings.ONLY,
            Content.ToolCall.pending("search", null, Json.EMPTY).awaiting(false),
            false,
            0,
            null,
            lease.time().plusMillis(1));
    var pending = new Turn.Pending(call.id(), Instant.parse("2099-01-01T00:00:00Z"), null);
    store
        .journal()
        .leave(
            lease,
            new TurnJournal.Rest(
                Turn.State.AWAITING,
                null,
                null,
                List.of(),
                1,
                List.of(pending),
                List.of(call),
                TurnJournal.Segment.EMPTY,
                1));
    return call.id();
  }

  private Accepted answer(Lease lease, Message.Id call) {
    return store
        .conversations()
        .answer(
            OWNER,
            lease.conversation(),
            lease.turn(),
            call,
            new Turn.Answer.Deny(),
            null,
            INSTANCE,
            15);
  }

  private List<Lease.Work> claim() {
    return store.journal().claim(INSTANCE, 10, 15, Duration.ofHours(1), false);
  }
}
