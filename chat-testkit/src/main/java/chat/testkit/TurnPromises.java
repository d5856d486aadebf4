package chat.testkit;

import static chat.testkit.SameMeaning.assertSame;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.NotFound;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.TurnEvent.Numbered;
import chat.port.Lease;
import chat.port.TurnJournal.Rest;
import chat.port.TurnJournal.Segment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows the promises of the methods from {@code turn} to {@code events}. */
interface TurnPromises extends StoreContract {

  // turn

  @Test
  default void anUnknownTurnAnothersAndOneOfAnotherConversationAreEmpty() {
    var scene = new Scene(store());
    var turn = scene.begins("hello");
    var id = turn.conversation();

    assertThat(scene.conversations.turn(scene.owner, id, turn.id())).isPresent();
    assertThat(scene.conversations.turn(scene.owner, id, Turn.Id.next())).isEmpty();
    assertThat(scene.conversations.turn(Samples.user(), id, turn.id())).isEmpty();
    assertThat(scene.conversations.turn(scene.owner, scene.conversation(), turn.id())).isEmpty();
  }

  // stop

  @Test
  default void aQueuedTurnIsStoppedAtOnce() {
    var scene = new Scene(store());
    var running = scene.begins("runs");
    var id = running.conversation();
    var waiting = scene.enqueues(id, "waits");

    var stopped = scene.conversations.stop(scene.owner, id, waiting.id());

    assertThat(stopped.state()).isEqualTo(Turn.State.STOPPED);
    assertThat(stopped.endReason()).isEqualTo(Turn.EndReason.USER);
    assertThat(stopped.lastEvent()).isEqualTo(1);
    assertThat(stopped.finishedAt()).isNotNull();
    assertThat(stopped).isEqualTo(scene.found(waiting));
    running.completes();
    assertThat(scene.claims()).isEmpty();
    assertThat(scene.texts(id)).containsExactly("runs");
  }

  @Test
  default void aRunningOrAwaitingTurnThatIsToStopKeepsItsStateUntilThatIsCarriedOut() {
    var scene = new Scene(store());
    var running = scene.begins("runs");
    var id = running.conversation();

    assertThat(scene.conversations.stop(scene.owner, id, running.id()).state())
        .isEqualTo(Turn.State.RUNNING);
    running.stores(running.text("goes on until it hears"));
    running.awaits(PlayedTurn.FAR_AWAY, running.call("search"));
    assertThat(scene.conversations.stop(scene.owner, id, running.id()).state())
        .isEqualTo(Turn.State.AWAITING);
    assertThat(scene.claimsOne().stop()).isEqualTo(Turn.EndReason.USER);
  }

  @Test
  default void stoppingAgainOrWhatHasEndedChangesNothing() {
    var scene = new Scene(store());
    var turn = scene.begins("runs");
    var id = turn.conversation();
    var waiting = scene.enqueues(id, "waits");

    var once = scene.conversations.stop(scene.owner, id, waiting.id());
    assertThat(scene.conversations.stop(scene.owner, id, waiting.id())).isEqualTo(once);
    var told = scene.conversations.stop(scene.owner, id, turn.id());
    assertThat(scene.conversations.stop(scene.owner, id, turn.id())).isEqualTo(told);
    turn.completes();
    var ended = turn.found();
    assertThat(scene.conversations.stop(scene.owner, id, turn.id())).isEqualTo(ended);
    assertThat(turn.found()).isEqualTo(ended);
    assertThat(scene.claims()).isEmpty();
  }

  @Test
  default void stoppingWhatIsUnknownOrAnothersIsRefused() {
    var scene = new Scene(store());
    var turn = scene.begins("runs");
    var id = turn.conversation();

    refused(() -> scene.conversations.stop(scene.owner, id, Turn.Id.next()));
    refused(() -> scene.conversations.stop(Samples.user(), id, turn.id()));
    refused(() -> scene.conversations.stop(scene.owner, scene.conversation(), turn.id()));
  }

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
        .containsExactly(
            new Turn.Pending(one.id(), PlayedTurn.FAR_AWAY, null),
            new Turn.Pending(two.id(), PlayedTurn.FAR_AWAY, new Turn.Answer.Deny()));
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
            new Turn.Answer.Form(Samples.JSON, true));
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
                Samples.user(), id, turn.id(), call.id(), deny, by, Scene.TEXTS));
    refused(
        () ->
            scene.conversations.answer(
                scene.owner, id, Turn.Id.next(), call.id(), deny, by, Scene.TEXTS));
    refused(
        () ->
            scene.conversations.answer(
                scene.owner, scene.conversation(), turn.id(), call.id(), deny, by, Scene.TEXTS));
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

  // events

  @Test
  default void theStoredEventsAfterANumberAreReadAscending() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    assertThat(events(scene, turn, 0, 100)).isEmpty();
    var first = turn.deltas(5);
    var second = turn.deltas(5);
    turn.appends(first);
    turn.appends(second);
    var all = new ArrayList<>(first.events());
    all.addAll(second.events());

    assertThat(events(scene, turn, 0, 100)).isEqualTo(all);
    assertThat(events(scene, turn, 3, 100)).as("from the middle").isEqualTo(all.subList(3, 10));
    assertThat(events(scene, turn, 10, 100)).isEmpty();
    var walked = new ArrayList<Numbered>();
    for (var page = events(scene, turn, 0, 2); !page.isEmpty(); ) {
      walked.addAll(page);
      page = events(scene, turn, walked.get(walked.size() - 1).number(), 2);
    }
    assertThat(walked).as("a few at a time").isEqualTo(all);
    turn.answers("done");
    assertThat(events(scene, turn, 10, 100)).hasSize(3);
    assertThat(events(scene, turn, 13, 100)).isEmpty();
  }

  @Test
  default void theEventsOfATurnWhoseEndIsNotStoredAreMadeUpFromItsMessages() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var call = turn.call("search");
    var text = turn.text("found");
    turn.appends(turn.deltas(3));
    turn.stores(call);
    turn.leaves(
        new Rest(
            Turn.State.FAILED,
            null,
            new Turn.Failure("model_timeout", "too slow", true),
            List.of(turn.modelCall()),
            1,
            List.of(),
            List.of(text),
            Segment.EMPTY,
            9));
    var question = scene.found(turn.conversation(), turn.question());

    for (long after : List.of(0L, 2L, 8L)) {
      assertSame(
          events(scene, turn, after, 1),
          List.of(
              new Numbered(Numbered.NONE, new TurnEvent.MessageDone(question)),
              new Numbered(Numbered.NONE, new TurnEvent.MessageDone(call)),
              new Numbered(Numbered.NONE, new TurnEvent.MessageDone(text)),
              new Numbered(
                  9,
                  new TurnEvent.TurnEnded(
                      Turn.State.FAILED,
                      null,
                      null,
                      new Turn.Failure("model_timeout", "too slow", true),
                      PlayedTurn.USAGE))));
    }
    assertThat(events(scene, turn, 9, 100)).isEmpty();
    assertThat(events(scene, turn, 10, 100)).isEmpty();

    var never = scene.enqueues(scene.begins("runs").conversation(), "waits");
    scene.conversations.stop(scene.owner, never.conversation(), never.id());
    assertThat(scene.conversations.events(scene.owner, never.conversation(), never.id(), 0, 100))
        .containsExactly(
            new Numbered(
                1,
                new TurnEvent.TurnEnded(
                    Turn.State.STOPPED, Turn.EndReason.USER, null, null, Turn.Usage.NONE)));
  }

  @Test
  default void theEventsOfWhatIsUnknownOrAnothersAreRefused() {
    var scene = new Scene(store());
    var turn = scene.exchange(null, "q", "a");
    var id = turn.conversation();

    refused(() -> scene.conversations.events(scene.owner, id, Turn.Id.next(), 0, 1));
    refused(() -> scene.conversations.events(Samples.user(), id, turn.id(), 0, 1));
    refused(() -> scene.conversations.events(scene.owner, scene.conversation(), turn.id(), 0, 1));
  }

  private static List<Numbered> events(Scene scene, PlayedTurn turn, long after, int limit) {
    return scene.conversations.events(scene.owner, turn.conversation(), turn.id(), after, limit);
  }

  private static void refused(Runnable deed) {
    assertThatThrownBy(deed::run).isInstanceOf(NotFound.class);
  }
}
