package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.StorageFailed;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Turn;
import chat.model.UserId;
import chat.persistence.jpa.CountingProxy.Fault;
import chat.port.ConversationRepository.Accepted;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Cuts the connection where it hurts. */
class FaultsTest extends ThroughAProxy {
  private static final UserId OWNER = new UserId("alice");

  @Test
  void aCommitWhoseAnswerIsLostIsFoundToHaveTakenPlace() {
    var accepted = accept(null, ready -> proxy.fault = Fault.LOSE_THE_ANSWER);

    assertThat(accepted.repeated()).isFalse();
    assertThat(accepted.work()).isNotNull();
    var turn = accepted.turn();
    assertThat(store.conversations().turn(OWNER, turn.conversation(), turn.id())).contains(turn);
  }

  @Test
  void aTurnWhoseCommitNeverArrivedNeverWas() {
    assertThatThrownBy(() -> accept(null, ready -> proxy.fault = Fault.LOSE_THE_REQUEST))
        .isInstanceOf(StorageFailed.class);

    assertThat(store.conversations().list(OWNER, Conversation.Order.CREATED_ASC, null, 9).data())
        .isEmpty();
  }

  @Test
  void theNextTurnOfItsConversationBeginsAfterACommitThatNeverArrived() {
    var id = store.conversations().create(OWNER, Conversation.Change.NONE, null, "00").id();
    assertThatThrownBy(() -> accept(id, ready -> proxy.fault = Fault.LOSE_THE_REQUEST))
        .isInstanceOf(StorageFailed.class);

    var accepted = accept(id, ready -> {});

    assertThat(accepted.work()).isNotNull();
  }

  @Test
  void aTurnInDoubtIsClaimedOnceTheDatabaseAnswersAgain() {
    var id = store.conversations().create(OWNER, Conversation.Change.NONE, null, "00").id();
    Consumer<Accepted> andStayAway =
        ready -> {
          proxy.fault = Fault.LOSE_THE_ANSWER;
          proxy.refusing = true;
        };
    pool.setConnectionTimeout(500);
    assertThatThrownBy(() -> accept(id, andStayAway)).isInstanceOf(StorageFailed.class);
    proxy.refusing = false;
    pool.setConnectionTimeout(5000);

    var works = store.journal().claim(INSTANCE, 10, 15, Duration.ofHours(1), false);

    assertThat(works).hasSize(1);
    assertThat(works.get(0).why()).isEqualTo(chat.port.Lease.Why.RECOVER);
    assertThat(works.get(0).turn().conversation()).isEqualTo(id);
    assertThat(store.journal().claim(INSTANCE, 10, 15, Duration.ofHours(1), false)).isEmpty();
  }

  @Test
  void aDatabaseThatIsDownIsStorageFailed() throws IOException {
    proxy.close();

    assertThatThrownBy(() -> store.conversations().find(OWNER, Conversation.Id.next()))
        .isInstanceOf(StorageFailed.class)
        .hasMessageContaining("database");
    assertThatThrownBy(() -> store.journal().renew(INSTANCE, Duration.ZERO))
        .isInstanceOf(StorageFailed.class);
  }

  private Accepted accept(Conversation.@Nullable Id conversation, Consumer<Accepted> ready) {
    var input = new Turn.Input.Send(conversation, null, Content.UserInput.of("hello"), null);
    var request = new Turn.Request(input, Turn.OnBusy.REJECT, null, "00", null, false);
    return store.conversations().accept(OWNER, request, INSTANCE, 15, ready);
  }
}
