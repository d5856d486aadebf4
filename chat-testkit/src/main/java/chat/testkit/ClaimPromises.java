package chat.testkit;

import static chat.testkit.SameMeaning.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.Content;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Lease;
import chat.port.TurnJournal.Lost;
import chat.port.TurnJournal.Rest;
import chat.port.TurnJournal.Segment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows the promises of {@code claim}. */
interface ClaimPromises extends StoreContract {
  /** Is longer than any store under test has been up. */
  Duration LONGER_THAN_UP = Duration.ofDays(36_500);

  @Test
  default void eachTurnGoesToOneInstanceOnly() throws InterruptedException {
    var scene = new Scene(store());
    for (int i = 0; i < 5; i++) {
      var id = scene.begins("runs").conversation();
      scene.enqueues(id, "waits");
    }
    scene.instanceDies();

    var claimed = Together.atOnce(4, scene::claims).stream().flatMap(List::stream).toList();

    assertThat(claimed).hasSize(5);
    assertThat(claimed).extracting(work -> work.turn().id()).doesNotHaveDuplicates();
    assertThat(scene.claims()).isEmpty();
  }

  @Test
  default void noMoreTurnsAreClaimedThanAskedFor() {
    var scene = new Scene(store());
    for (int i = 0; i < 3; i++) scene.begins("runs");
    scene.instanceDies();

    assertThat(scene.journal.claim(scene.otherInstance(), 2, Scene.TEXTS, Duration.ZERO, false))
        .hasSize(2);
  }

  @Test
  default void theFirstOfAQueueRunsWhenItsConversationIsFree() {
    var scene = new Scene(store());
    var running = scene.begins("one");
    var id = running.conversation();
    var message = Message.Id.next();
    var options = new Content.Options("some-model", null);
    var content =
        new Content.UserInput(List.of(new Content.Part.Text("two")), List.of(), null, options);
    var waiting =
        scene
            .accepts(
                Samples.onBusy(
                    Samples.request(new Turn.Input.Send(id, message, content, null)),
                    Turn.OnBusy.ENQUEUE))
            .turn();
    scene.enqueues(id, "three");
    assertThat(scene.claims()).as("while another runs").isEmpty();
    running.awaits(PlayedTurn.FAR_AWAY, running.call("search"));
    assertThat(scene.claims()).as("while another awaits").isEmpty();
    scene.conversations.stop(scene.owner, id, running.id());
    new PlayedTurn(scene, scene.claimsOne()).answers("never mind");

    var work = scene.claimsOne();

    assertThat(work.why()).isEqualTo(Lease.Why.RUN);
    assertThat(work.turn().id()).isEqualTo(waiting.id());
    assertThat(work.turn().state()).isEqualTo(Turn.State.RUNNING);
    assertThat(work.turn().userMessage()).isEqualTo(message);
    assertThat(work.turn().queued()).isNull();
    assertThat(work.options()).isEqualTo(options);
    assertThat(scene.texts(id)).containsExactly("one", "", "never mind", "two");
    var history = scene.history(id);
    assertThat(history.get(3).id()).isEqualTo(message);
    assertThat(history.get(3).parent()).isEqualTo(history.get(2).id());
    assertThat(history.get(3).seq()).isEqualTo(4);
    assertThat(history.get(3).createdAt()).isAfter(history.get(2).createdAt());
    assertThat(work.lease().lastSeq()).isEqualTo(4);
    assertThat(work.history()).extracting(Message::id).endsWith(message);
    assertThat(scene.claims()).as("the third, while the second runs").isEmpty();
    new PlayedTurn(scene, work).completes();
    assertThat(scene.claimsOne().history())
        .last()
        .satisfies(last -> assertThat(last.content().text()).isEqualTo("three"));
  }

  @Test
  default void aQueuedEditAndAQueuedRetryTakeTheirPlaceWhenTheyRun() {
    var scene = new Scene(store());
    var running = scene.begins("one");
    var id = running.conversation();
    var retry = Samples.onBusy(Samples.retry(id, running.question()), Turn.OnBusy.INTERRUPT);
    scene.accepts(retry);
    var edit = Samples.onBusy(Samples.edit(id, running.question(), "1"), Turn.OnBusy.ENQUEUE);
    scene.accepts(edit);
    running.answers("first answer");
    assertThat(scene.texts(id)).containsExactly("one", "first answer");

    var again = new PlayedTurn(scene, scene.claimsOne());
    assertThat(again.question()).isEqualTo(running.question());
    assertThat(scene.texts(id)).containsExactly("one");
    again.answers("second answer");
    new PlayedTurn(scene, scene.claimsOne()).answers("third answer");

    assertThat(scene.texts(id)).containsExactly("1", "third answer");
    assertThat(scene.conversations.siblings(scene.owner, id, running.question())).hasSize(2);
  }

  @Test
  default void anAwaitingTurnThatIsToStopIsClaimedToBeStopped() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var call = turn.call("search");
    turn.awaits(PlayedTurn.FAR_AWAY, call);
    scene.conversations.stop(scene.owner, turn.conversation(), turn.id());

    var work = scene.claimsOne();

    assertThat(work.why()).isEqualTo(Lease.Why.STOP);
    assertThat(work.stop()).isEqualTo(Turn.EndReason.USER);
    assertThat(work.turn().state()).isEqualTo(Turn.State.RUNNING);
    assertThat(work.turn().awaiting()).extracting(Turn.Pending::message).containsExactly(call.id());
    assertThat(work.lease().fence()).isGreaterThan(turn.lease.fence());
    assertThat(work.steps()).isEqualTo(1);
    assertThat(work.history()).extracting(Message::id).containsExactly(turn.question(), call.id());
    assertThatThrownBy(turn::completes).isInstanceOf(Lost.class);
    var stopping = new PlayedTurn(scene, work);
    stopping.leaves(stopping.rest(Turn.State.STOPPED, Turn.EndReason.USER));
    assertThat(turn.found().state()).isEqualTo(Turn.State.STOPPED);
  }

  @Test
  default void anAwaitingTurnWhoseTimeToAnswerHasPassedIsClaimedToExpire() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var one = turn.call("one");
    var two = turn.call("two");
    turn.leaves(
        awaiting(
            turn.awaiting(PlayedTurn.FAR_AWAY, one, two),
            new Turn.Pending(one.id(), PlayedTurn.FAR_AWAY, null),
            new Turn.Pending(two.id(), PlayedTurn.LONG_AGO, null)));
    scene.answers(turn, one, new Turn.Answer.Deny());

    var work = scene.claimsOne();

    assertThat(work.why()).isEqualTo(Lease.Why.EXPIRE);
    assertThat(work.lease().fence()).isGreaterThan(turn.lease.fence());
    assertThat(work.turn().awaiting())
        .extracting(pending -> pending.answer() == null)
        .containsExactly(false, true);
    assertThat(turn.found().state()).isEqualTo(Turn.State.RUNNING);
    assertThat(scene.claims()).isEmpty();
  }

  @Test
  default void whatWasAnsweredDoesNotExpire() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var one = turn.call("one");
    var two = turn.call("two");

    turn.leaves(
        awaiting(
            turn.awaiting(PlayedTurn.FAR_AWAY, one, two),
            new Turn.Pending(one.id(), PlayedTurn.LONG_AGO, null)
                .with(new Turn.Answer.Deny(), PlayedTurn.LONG_AGO),
            new Turn.Pending(two.id(), PlayedTurn.FAR_AWAY, null)));

    assertThat(scene.claims()).isEmpty();
    assertThat(scene.answers(turn, two, new Turn.Answer.Deny()).work()).isNotNull();
  }

  private static Rest awaiting(Rest rest, Turn.Pending... pending) {
    return new Rest(
        rest.state(),
        null,
        null,
        rest.calls(),
        rest.steps(),
        List.of(pending),
        rest.messages(),
        rest.events(),
        rest.lastEvent());
  }

  @Test
  default void theTurnOfADeadInstanceIsClaimedToBeRecovered() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var text = turn.text("said");
    scene.journal.store(
        turn.lease,
        List.of(text),
        List.of(),
        Segment.of(
            turn.events(
                new TurnEvent.TurnStarted(turn.question(), null), new TurnEvent.MessageDone(text))),
        2);
    var half = turn.deltas(3);
    turn.appends(half);
    scene.conversations.stop(scene.owner, turn.conversation(), turn.id());
    scene.instanceDies();

    var work = scene.claimsOne();

    assertThat(work.why()).isEqualTo(Lease.Why.RECOVER);
    assertThat(work.stop()).isEqualTo(Turn.EndReason.USER);
    assertSame(work.events(), half.events());
    assertThat(work.turn().resumeFrom()).isEqualTo(2);
    assertThat(work.turn().lastEvent()).isEqualTo(5);
    assertThat(work.lease().lastSeq()).isEqualTo(2);
    assertThat(work.lease().time()).isAfterOrEqualTo(text.createdAt());
    assertThat(work.lease().fence()).isGreaterThan(turn.lease.fence());
    assertThat(work.history()).extracting(Message::id).containsExactly(turn.question(), text.id());
    var recovered = new PlayedTurn(scene, work);
    recovered.leaves(recovered.rest(Turn.State.INTERRUPTED, null));
    assertThat(turn.found().state()).isEqualTo(Turn.State.INTERRUPTED);
    assertThat(turn.found().lastEvent()).isEqualTo(6);
  }

  @Test
  default void theTurnsOfTheLivingAndOnesOwnAreLeftAlone() {
    var scene = new Scene(store());
    var turn = scene.begins("go");

    assertThat(scene.claims()).as("a living instance's").isEmpty();
    scene.instanceDies();
    assertThat(scene.claims(scene.instance, Duration.ZERO, false)).as("its own").isEmpty();
    assertThat(scene.claims(scene.instance, Duration.ZERO, true)).as("its own").isEmpty();
    turn.completes();
  }

  @Test
  default void othersTurnsAreLeftAloneWhileTheStoreHasBeenUpForLessThanALease() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    scene.instanceDies();

    assertThat(scene.claims(scene.otherInstance(), LONGER_THAN_UP, false)).isEmpty();
    turn.stores(turn.text("nobody took it"));
    assertThat(scene.claims(scene.otherInstance(), Duration.ZERO, false)).hasSize(1);
  }

  @Test
  default void oneThatIsAloneTakesOthersTurnsAtOnce() {
    var scene = new Scene(store());
    var turn = scene.begins("go");

    var works = scene.claims(scene.otherInstance(), LONGER_THAN_UP, true);

    assertThat(works).extracting(work -> work.turn().id()).containsExactly(turn.id());
    assertThat(works.get(0).why()).isEqualTo(Lease.Why.RECOVER);
    assertThatThrownBy(turn::completes).isInstanceOf(Lost.class);
  }
}
