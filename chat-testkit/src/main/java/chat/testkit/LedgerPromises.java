package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.NotFound;
import chat.model.Conversation;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.port.TurnJournal.Gap;
import chat.port.TurnJournal.Lost;
import chat.port.TurnJournal.Segment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Shows the promises of {@code modelCalls}, and what {@code store} and {@code leave} promise of
 * model calls.
 */
interface LedgerPromises extends StoreContract {

  // modelCalls

  @Test
  default void modelCallsComeBackInTheOrderTheyWereMadeEachAsItWasGiven() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var made = new ArrayList<>(List.of(turn.modelCall(null), turn.modelCall()));
    enter(scene, turn, made);
    var call = turn.call("search");
    var pause = turn.awaiting(PlayedTurn.FAR_AWAY, call);
    turn.leaves(pause);
    made.addAll(pause.calls());
    var resumed = scene.plays(scene.answers(turn, call, new Turn.Answer.Deny()));
    var end = resumed.rest(Turn.State.COMPLETED, null);
    resumed.leaves(end);
    made.addAll(end.calls());

    assertThat(ledger(scene, turn)).hasSize(4).isEqualTo(made);
  }

  @Test
  default void whatTheModelCallsUsedIsTheTurnsUsageAtAnyTime() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    requireSum(scene, turn, Turn.Usage.NONE);
    var once = PlayedTurn.USAGE;

    enter(scene, turn, List.of(turn.modelCall(null)));
    requireSum(scene, turn, Turn.Usage.NONE);
    enter(scene, turn, List.of(turn.modelCall()));
    requireSum(scene, turn, once);
    var call = turn.call("search");
    turn.awaits(PlayedTurn.FAR_AWAY, call);
    requireSum(scene, turn, once.plus(once));
    var resumed = scene.plays(scene.answers(turn, call, new Turn.Answer.Deny()));
    assertThat(resumed.work.turn().usage()).isEqualTo(once.plus(once));
    enter(scene, resumed, List.of(resumed.modelCall()));
    scene.instanceDies();
    var recovered = new PlayedTurn(scene, scene.claimsOne());
    assertThat(recovered.work.turn().usage()).isEqualTo(once.plus(once).plus(once));
    recovered.completes();
    requireSum(scene, turn, once.plus(once).plus(once).plus(once));
  }

  @Test
  default void theModelCallsOfWhatIsUnknownOrAnothersAreNotFound() {
    var scene = new Scene(store());
    var turn = scene.exchange(null, "q", "a");
    var other = scene.conversation();

    assertThat(ledger(scene, turn)).hasSize(1);
    requireNone(scene, Samples.user(), turn.conversation(), turn.id());
    requireNone(scene, scene.owner, other, turn.id());
    requireNone(scene, scene.owner, turn.conversation(), Turn.Id.next());
    scene.conversations.delete(scene.owner, turn.conversation());
    requireNone(scene, scene.owner, turn.conversation(), turn.id());
  }

  // store

  @Test
  default void modelCallsAreStoredWithTheMessagesOnceHoweverOftenTheyAreGiven() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var first = turn.modelCall();
    var second = turn.modelCall();
    var bad = turn.text("a\0b");
    assertThatThrownBy(
            () -> scene.journal.store(turn.lease, List.of(bad), List.of(first), Segment.EMPTY, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ledger(scene, turn)).as("both or none").isEmpty();

    enter(scene, turn, List.of(first));
    enter(scene, turn, List.of(first));
    enter(scene, turn, List.of(first, second));

    assertThat(ledger(scene, turn)).containsExactly(first, second);
    requireSum(scene, turn, PlayedTurn.USAGE.plus(PlayedTurn.USAGE));
  }

  @Test
  default void withoutALeaseAndBehindAGapNoModelCallIsStored() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var events = turn.events(new TurnEvent.TurnResumed());
    assertThatThrownBy(
            () ->
                scene.journal.store(
                    turn.lease, List.of(), List.of(turn.modelCall()), new Segment(9, events), 0))
        .isInstanceOf(Gap.class);
    scene.instanceDies();
    var taken = new PlayedTurn(scene, scene.claimsOne());
    assertThatThrownBy(() -> enter(scene, turn, List.of(turn.modelCall())))
        .isInstanceOf(Lost.class);
    assertThatThrownBy(turn::completes).isInstanceOf(Lost.class);

    assertThat(ledger(scene, turn)).isEmpty();
    requireSum(scene, taken, Turn.Usage.NONE);
  }

  // leave

  @Test
  default void leavingTheSameWayAgainCountsNoModelCallTwice() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var known = turn.modelCall();
    enter(scene, turn, List.of(known));
    var rest = turn.rest(Turn.State.COMPLETED, null);

    turn.leaves(rest);
    turn.leaves(rest);

    assertThat(ledger(scene, turn)).containsExactly(known, rest.calls().get(0));
    requireSum(scene, turn, PlayedTurn.USAGE.plus(PlayedTurn.USAGE));
  }

  private static void enter(Scene scene, PlayedTurn turn, List<ModelCall.Entry> calls) {
    scene.journal.store(turn.lease, List.of(), calls, Segment.EMPTY, 0);
  }

  private static List<ModelCall.Entry> ledger(Scene scene, PlayedTurn turn) {
    return scene.conversations.modelCalls(scene.owner, turn.conversation(), turn.id());
  }

  private static void requireSum(Scene scene, PlayedTurn turn, Turn.Usage expected) {
    var sum =
        ledger(scene, turn).stream()
            .map(entry -> entry.call().spent())
            .reduce(Turn.Usage.NONE, Turn.Usage::plus);
    assertThat(sum).isEqualTo(expected);
    assertThat(turn.found().usage()).isEqualTo(expected);
  }

  private static void requireNone(
      Scene scene, UserId owner, Conversation.Id conversation, Turn.Id turn) {
    assertThatThrownBy(() -> scene.conversations.modelCalls(owner, conversation, turn))
        .isInstanceOf(NotFound.class);
  }
}
