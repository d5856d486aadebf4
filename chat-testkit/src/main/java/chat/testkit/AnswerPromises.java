package chat.testkit;

import static chat.testkit.SameMeaning.assertSame;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.NotFound;
import chat.model.Message;
import chat.model.Question;
import chat.model.Seal;
import chat.model.Turn;
import chat.port.ConversationRepository;
import chat.port.Lease;
import chat.port.TurnJournal.Rest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Shows the promises of {@code answer}. */
interface AnswerPromises extends StoreContract {

  // answer

  @Test
  default void whileAnotherAnswerIsMissingTheTurnGoesOnAwaiting() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var one = turn.call("one");
    var two = turn.call("two");
    turn.awaits(PlayedTurn.FAR_AWAY, one, two);

    var answered = scene.answers(turn, two, new Turn.Answer.Deny());

    assertThat(answered.work()).isNull();
    assertThat(answered.turn().state()).isEqualTo(Turn.State.AWAITING);
    assertThat(answered.turn().awaiting())
        .extracting(Turn.Pending::message, Turn.Pending::seal, Turn.Pending::answer)
        .containsExactly(
            tuple(one.id(), PlayedTurn.SEAL, null),
            tuple(two.id(), PlayedTurn.SEAL, new Turn.Answer.Deny()));
    assertThat(turn.found()).isEqualTo(answered.turn());
  }

  @Test
  default void theLastAnswerGivesTheTurnToTheInstance() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var calls = new ArrayList<Message>();
    var answers =
        List.<Turn.Answer>of(
            new Turn.Answer.Approve(Samples.JSON),
            new Turn.Answer.Approve(null),
            new Turn.Answer.Deny(),
            new Turn.Answer.Result(Samples.JSON),
            new Turn.Answer.Form(Map.of("q", Question.Given.of(Samples.TEXT)), true));
    for (int i = 0; i < answers.size(); i++) calls.add(turn.call("tool" + i));
    turn.awaits(PlayedTurn.FAR_AWAY, calls.toArray(new Message[0]));
    for (int i = 0; i < 4; i++) scene.answers(turn, calls.get(i), answers.get(i));
    var other = scene.otherInstance();

    var last =
        scene.conversations.answer(
            scene.owner,
            turn.conversation(),
            turn.id(),
            calls.get(4).id(),
            answers.get(4),
            null,
            other,
            Scene.TEXTS);

    assertThat(last.turn().state()).isEqualTo(Turn.State.RUNNING);
    assertThat(last.turn().awaiting()).as("it waits for nothing").isEmpty();
    var work = requireNonNull(last.work());
    assertThat(work.why()).isEqualTo(Lease.Why.RESUME);
    assertThat(work.lease().fence()).isGreaterThan(turn.lease.fence());
    assertThat(work.lease().lastSeq()).isEqualTo(6);
    assertThat(work.steps()).isEqualTo(1);
    assertThat(work.turn().lastEvent()).isEqualTo(1);
    assertThat(work.history()).extracting(Message::seq).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertSame(work.turn().awaiting().stream().map(Turn.Pending::answer).toList(), answers);
    assertThat(turn.found().awaiting()).isEmpty();
    scene.instanceDies();
    assertThat(scene.claims()).as("it is the other instance's").isEmpty();
    scene.plays(last).completes();
  }

  @Test
  default void theSameAnswerAgainChangesNothingAndAnotherOneIsAConflict()
      throws InterruptedException {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var one = turn.call("one");
    var two = turn.call("two");
    var yes = new Turn.Answer.Approve(Samples.JSON);
    turn.awaits(PlayedTurn.FAR_AWAY, one, two);

    scene.answers(turn, one, yes);
    repeats(scene, turn, one, yes);
    var works =
        Together.atOnce(4, () -> scene.answers(turn, two, yes)).stream()
            .filter(answered -> answered.work() != null)
            .toList();
    assertThat(works).as("one of them gets the turn").hasSize(1);
    repeats(scene, turn, one, yes);
    var again = scene.plays(works.get(0));
    var three = again.call("three");
    again.awaits(PlayedTurn.FAR_AWAY, three);
    repeats(scene, turn, one, yes);
    scene.plays(scene.answers(turn, three, yes)).completes();
    repeats(scene, turn, one, yes);
    repeats(scene, turn, three, yes);
  }

  private static void repeats(Scene scene, PlayedTurn turn, Message call, Turn.Answer answer) {
    var before = turn.found();
    var again = scene.answers(turn, call, answer);
    assertThat(again.work()).isNull();
    assertSame(again.turn(), before);
    assertThatThrownBy(() -> scene.answers(turn, call, new Turn.Answer.Deny()))
        .isInstanceOfSatisfying(
            Conflict.class, e -> assertThat(e.code()).isEqualTo("already_answered"));
    assertSame(turn.found(), before);
  }

  @Test
  default void answeringWhatIsUnknownAnothersOrWasNeverAwaitedIsRefused() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var id = turn.conversation();
    var done = turn.text("just text");
    turn.stores(done);
    var call = turn.call("one");
    turn.awaits(PlayedTurn.FAR_AWAY, call);
    var other = scene.begins("other");
    var deny = new Turn.Answer.Deny();

    refused(() -> scene.answers(turn, done, deny));
    refused(() -> scene.answers(other, call, deny));
    var by = scene.instance;
    refused(
        () ->
            scene.conversations.answer(
                Samples.user(), id, turn.id(), call.id(), deny, null, by, Scene.TEXTS));
    refused(
        () ->
            scene.conversations.answer(
                scene.owner, id, Turn.Id.next(), call.id(), deny, null, by, Scene.TEXTS));
    refused(
        () ->
            scene.conversations.answer(
                scene.owner,
                scene.conversation(),
                turn.id(),
                call.id(),
                deny,
                null,
                by,
                Scene.TEXTS));
  }

  @Test
  default void anAnswerAfterItsTimeOrToATurnThatIsToStopIsAConflict() {
    var scene = new Scene(store());
    var late = scene.begins("late");
    var expired = late.call("one");
    late.awaits(PlayedTurn.LONG_AGO, expired);
    var stopped = scene.begins("stopped");
    var pending = stopped.call("one");
    stopped.awaits(PlayedTurn.FAR_AWAY, pending);
    scene.conversations.stop(scene.owner, stopped.conversation(), stopped.id());

    for (int i = 0; i < 2; i++) {
      tooLate(scene, late, expired);
      tooLate(scene, stopped, pending);
      for (var work : scene.claims()) {
        var ending = new PlayedTurn(scene, work);
        ending.leaves(ending.rest(Turn.State.STOPPED, work.stop()));
      }
    }
  }

  private static void tooLate(Scene scene, PlayedTurn turn, Message call) {
    assertThatThrownBy(() -> scene.answers(turn, call, new Turn.Answer.Deny()))
        .isInstanceOfSatisfying(
            Conflict.class, e -> assertThat(e.code()).isEqualTo("already_answered"));
  }

  @Test
  default void anAnswerToWhatIsNoLongerAskedIsAConflict() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var call = turn.call("one");
    turn.awaits(PlayedTurn.FAR_AWAY, call);
    var yes = new Turn.Answer.Approve(null);
    var seen = PlayedTurn.SEAL.hash();

    changed(() -> answers(scene, turn, call, yes, "0".repeat(64)));
    assertThat(turn.found().awaiting()).extracting(Turn.Pending::answer).containsOnlyNulls();
    var again = scene.plays(answers(scene, turn, call, yes, seen));
    assertThat(answers(scene, turn, call, yes, seen).work()).as("the same again").isNull();
    changed(() -> answers(scene, turn, call, yes, "0".repeat(64)));

    var other = new Seal(Samples.hash("other"), "2");
    var asked = again.awaiting(PlayedTurn.FAR_AWAY, call);
    again.leaves(
        new Rest(
            asked.state(),
            null,
            null,
            asked.calls(),
            asked.steps(),
            List.of(new Turn.Pending(call.id(), PlayedTurn.FAR_AWAY, other)),
            List.of(),
            asked.events(),
            asked.lastEvent()));
    changed(() -> answers(scene, turn, call, yes, seen));
    changed(() -> answers(scene, turn, call, yes, null));
    assertThat(turn.found().awaiting()).extracting(Turn.Pending::answer).containsOnlyNulls();
    assertThat(answers(scene, turn, call, yes, other.hash()).work()).isNotNull();

    var old = scene.begins("from before there were seals");
    var unsealed = old.call("one");
    old.leaves(unsealed(old.awaiting(PlayedTurn.FAR_AWAY, unsealed), unsealed));
    changed(() -> answers(scene, old, unsealed, yes, seen));
    assertThat(answers(scene, old, unsealed, yes, null).work()).isNotNull();
  }

  private static Rest unsealed(Rest rest, Message call) {
    return new Rest(
        rest.state(),
        null,
        null,
        rest.calls(),
        rest.steps(),
        List.of(new Turn.Pending(call.id(), PlayedTurn.FAR_AWAY, null)),
        rest.messages(),
        rest.events(),
        rest.lastEvent());
  }

  private static ConversationRepository.Accepted answers(
      Scene scene, PlayedTurn turn, Message call, Turn.Answer answer, @Nullable String hash) {
    return scene.conversations.answer(
        scene.owner,
        turn.conversation(),
        turn.id(),
        call.id(),
        answer,
        hash,
        scene.instance,
        Scene.TEXTS);
  }

  private static void changed(Runnable deed) {
    assertThatThrownBy(deed::run)
        .isInstanceOfSatisfying(
            Conflict.class, e -> assertThat(e.code()).isEqualTo("call_changed"));
  }

  @Test
  default void theTimeOfAnAnswerStandsBesideIt() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var one = turn.call("one");
    var two = turn.call("two");
    turn.awaits(PlayedTurn.FAR_AWAY, one, two);
    assertThat(turn.found().awaiting()).extracting(Turn.Pending::answeredAt).containsOnlyNulls();

    var first = scene.answers(turn, one, new Turn.Answer.Deny()).turn().awaiting().get(0);
    var work = requireNonNull(scene.answers(turn, two, new Turn.Answer.Deny()).work());

    var awaited = work.turn().awaiting();
    assertThat(first.answeredAt()).isAfterOrEqualTo(turn.found().createdAt());
    assertThat(awaited.get(0)).isEqualTo(first);
    assertThat(awaited.get(1).answeredAt()).isAfterOrEqualTo(first.answeredAt());
  }

  private static void refused(Runnable deed) {
    assertThatThrownBy(deed::run).isInstanceOf(NotFound.class);
  }
}
