package chat.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException;
import chat.model.ChatException.Conflict;
import chat.model.ChatException.InvalidInput;
import chat.model.Content;
import chat.model.Message;
import chat.model.Turn;
import chat.model.Turn.OnBusy;
import chat.port.ConversationRepository;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows the promises of {@code accept} while other turns go on, and about edits and retries. */
interface QueuePromises extends StoreContract {

  @Test
  default void whileATurnIsNotOverARequestThatWillNotWaitIsRefused() {
    var scene = new Scene(store());
    var first = scene.begins("runs");
    var id = first.conversation();
    var request = Samples.message(id, "too soon");

    conflict(scene, request, "turn_running", first.id());
    var waiting = scene.enqueues(id, "waits");
    conflict(scene, request, "turn_running", first.id());
    first.awaits(PlayedTurn.FAR_AWAY, first.call("search"));
    conflict(scene, request, "turn_awaiting", first.id());
    scene.conversations.stop(scene.owner, id, first.id());
    new PlayedTurn(scene, scene.claimsOne()).completes();
    conflict(scene, request, "turn_running", waiting.id());
    scene.conversations.stop(scene.owner, id, waiting.id());
    scene.begins(request);
  }

  @Test
  default void anEnqueuedTurnWaitsBehindTheOthersAndItsMessageIsNotInTheHistory() {
    var scene = new Scene(store());
    var id = scene.begins("runs").conversation();
    var message = Message.Id.next();
    var input = new Turn.Input.Send(id, message, Content.UserInput.of("waits"), null);
    var request = Samples.onBusy(Samples.request(input), OnBusy.ENQUEUE);

    var accepted = scene.accepts(request);
    var behind = scene.enqueues(id, "behind");

    assertThat(accepted.work()).isNull();
    assertThat(accepted.repeated()).isFalse();
    var turn = accepted.turn();
    assertThat(turn.state()).isEqualTo(Turn.State.QUEUED);
    assertThat(turn.queued()).isEqualTo(new Turn.Queued(1, input));
    assertThat(turn.userMessage()).isNull();
    assertThat(requireNonNull(behind.queued()).position()).isEqualTo(2);
    assertThat(scene.texts(id)).containsExactly("runs");
    assertThat(scene.conversations.message(scene.owner, id, message)).isEmpty();
    assertThat(scene.accepts(request).turn())
        .as("its message id is taken while it waits")
        .isEqualTo(scene.found(turn));
  }

  @Test
  default void anInterruptingTurnGoesFirstAndAsksTheRunningOneToStop() {
    var scene = new Scene(store());
    var running = scene.begins("runs");
    var id = running.conversation();
    var behind = scene.enqueues(id, "behind");
    var request = Samples.onBusy(Samples.message(id, "at once"), OnBusy.INTERRUPT);

    var first = scene.accepts(request);

    assertThat(first.work()).isNull();
    assertThat(requireNonNull(first.turn().queued()).position()).isEqualTo(1);
    assertThat(requireNonNull(scene.found(behind).queued()).position()).isEqualTo(2);
    assertThat(running.found().state()).isEqualTo(Turn.State.RUNNING);
    assertThat(scene.texts(id)).containsExactly("runs");
    running.awaits(PlayedTurn.FAR_AWAY, running.call("search"));
    var stopping = scene.claimsOne();
    assertThat(stopping.turn().id()).isEqualTo(running.id());
    assertThat(stopping.stop()).isEqualTo(Turn.EndReason.SUPERSEDED);
  }

  @Test
  default void aFullQueueRefuses() {
    var scene = new Scene(store());
    var running = scene.begins("runs");
    var id = running.conversation();
    for (int i = 0; i < ConversationRepository.QUEUE; i++) scene.enqueues(id, "waits " + i);

    for (var onBusy : List.of(OnBusy.ENQUEUE, OnBusy.INTERRUPT)) {
      assertThatThrownBy(() -> scene.accepts(Samples.onBusy(Samples.message(id, "x"), onBusy)))
          .isInstanceOfSatisfying(
              Conflict.class,
              e -> {
                assertThat(e.code()).isEqualTo("queue_full");
                assertThat(e.turn()).isEqualTo(running.id());
              });
    }
  }

  @Test
  default void aRetryCannotBeEnqueuedButMayInterrupt() {
    var scene = new Scene(store());
    var running = scene.begins("q");
    var id = running.conversation();
    var retry = Samples.retry(id, running.question());

    assertThatThrownBy(() -> scene.accepts(Samples.onBusy(retry, OnBusy.ENQUEUE)))
        .isInstanceOfSatisfying(
            InvalidInput.class, e -> assertThat(e.field()).isEqualTo("on_busy"));
    var waiting = scene.accepts(Samples.onBusy(retry, OnBusy.INTERRUPT)).turn();
    assertThat(waiting.state()).isEqualTo(Turn.State.QUEUED);
    assertThat(waiting.userMessage()).isEqualTo(running.question());
  }

  @Test
  default void anEditTakesThePlaceOfTheMessageItReplaces() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "q1", "a1").conversation();
    var second = scene.exchange(id, "q2", "a2").question();
    scene.exchange(id, "q3", "a3");

    var turn = scene.begins(Samples.edit(id, second, "q2'"));

    assertThat(scene.texts(id)).containsExactly("q1", "a1", "q2'");
    var edit = scene.found(id, turn.question());
    assertThat(edit.parent()).isEqualTo(scene.found(id, second).parent());
    assertThat(edit.seq()).isEqualTo(7);
    assertThat(turn.work.history().stream().map(m -> m.content().text()))
        .containsExactly("q1", "a1", "q2'");
    assertThat(turn.lease.lastSeq()).isEqualTo(7);
    turn.answers("a2'");
    scene.begins(Samples.edit(id, scene.history(id).get(0).id(), "q1'"));
    assertThat(scene.texts(id)).containsExactly("q1'");
    assertThat(scene.history(id).get(0).parent()).isNull();
  }

  @Test
  default void aRetryRunsForTheQuestionsUserMessage() {
    var scene = new Scene(store());
    var first = scene.begins("q1");
    var thought = first.message(new Content.Reasoning("hm", null));
    var answer = first.text("a1");
    first.stores(thought, answer);
    first.completes();
    var id = first.conversation();
    scene.exchange(id, "q2", "a2");

    var byAnswer = scene.begins(Samples.retry(id, answer.id()));

    assertThat(scene.texts(id)).containsExactly("q1");
    assertThat(byAnswer.question()).isEqualTo(first.question());
    assertThat(byAnswer.found().userMessage()).isEqualTo(first.question());
    assertThat(byAnswer.lease.lastSeq()).as("over all branches").isEqualTo(5);
    assertThat(byAnswer.work.history()).extracting(Message::id).containsExactly(first.question());
    byAnswer.answers("b1");
    assertThat(scene.texts(id)).containsExactly("q1", "b1");
    assertThat(scene.history(id).get(1).seq()).isEqualTo(6);
    scene.begins(Samples.retry(id, first.question())).answers("c1");
    assertThat(scene.texts(id)).containsExactly("q1", "c1");
  }

  @Test
  default void whatIsToBeReplacedOrRetriedMustBeActive() {
    var scene = new Scene(store());
    var first = scene.begins("q");
    var answer = first.text("a");
    first.stores(answer);
    first.completes();
    var id = first.conversation();
    scene.begins(Samples.edit(id, first.question(), "q'")).answers("a'");

    for (var request :
        List.of(
            Samples.edit(id, first.question(), "x"),
            Samples.retry(id, first.question()),
            Samples.retry(id, answer.id()))) {
      assertThatThrownBy(() -> scene.accepts(request)).isInstanceOf(InvalidInput.class);
    }
    assertThat(scene.texts(id)).containsExactly("q'", "a'");
  }

  @Test
  default void aRetryThatWaitedGoesBackToItsQuestionWhenAnotherTurnLeftIt() {
    var scene = new Scene(store());
    var first = scene.exchange(null, "q1", "a1");
    var id = first.conversation();
    var running = scene.begins(id, "q2");
    scene.accepts(Samples.onBusy(Samples.retry(id, first.question()), OnBusy.INTERRUPT));
    var edit = Samples.edit(id, first.question(), "q1'");
    scene.accepts(Samples.onBusy(edit, OnBusy.INTERRUPT));
    running.completes();
    new PlayedTurn(scene, scene.claimsOne()).answers("a1'");
    assertThat(scene.texts(id)).containsExactly("q1'", "a1'");

    var retry = new PlayedTurn(scene, scene.claimsOne());

    assertThat(retry.question()).isEqualTo(first.question());
    assertThat(retry.work.history()).extracting(Message::id).containsExactly(first.question());
    assertThat(scene.texts(id)).containsExactly("q1");
    retry.answers("b1");
    assertThat(scene.texts(id)).containsExactly("q1", "b1");
  }

  @Test
  default void anEditThatWaitedGoesBackToItsPlaceWhenAnotherTurnLeftIt() {
    var scene = new Scene(store());
    var first = scene.exchange(null, "q1", "a1");
    var id = first.conversation();
    var second = scene.exchange(id, "q2", "a2").question();
    var running = scene.begins(id, "q3");
    scene.accepts(Samples.onBusy(Samples.edit(id, second, "q2'"), OnBusy.INTERRUPT));
    var edit = Samples.edit(id, first.question(), "q1'");
    scene.accepts(Samples.onBusy(edit, OnBusy.INTERRUPT));
    running.completes();
    new PlayedTurn(scene, scene.claimsOne()).answers("a1'");
    assertThat(scene.texts(id)).containsExactly("q1'", "a1'");

    var waited = new PlayedTurn(scene, scene.claimsOne());

    assertThat(waited.work.history().stream().map(m -> m.content().text()))
        .containsExactly("q1", "a1", "q2'");
    waited.answers("a2'");
    assertThat(scene.texts(id)).containsExactly("q1", "a1", "q2'", "a2'");
    assertThat(scene.found(id, waited.question()).parent())
        .isEqualTo(scene.found(id, second).parent());
  }

  @Test
  default void onlyAUserMessageCanBeEdited() {
    var scene = new Scene(store());
    var turn = scene.begins("q");
    var answer = turn.text("a");
    turn.stores(answer);
    turn.completes();

    invalid(scene, Samples.edit(turn.conversation(), answer.id(), "x"), "replaces_message_id");
    assertThat(scene.texts(turn.conversation())).containsExactly("q", "a");
  }

  @Test
  default void whatIsNoLongerActiveIsAConflictFirstAndThenNamed() {
    var scene = new Scene(store());
    var first = scene.exchange(null, "q", "a");
    var id = first.conversation();
    var edited = scene.begins(Samples.edit(id, first.question(), "q'"));
    var edit = Samples.edit(id, first.question(), "x");
    var retry = Samples.retry(id, first.question());

    conflict(scene, edit, "turn_running", edited.id());
    conflict(scene, retry, "turn_running", edited.id());
    edited.completes();
    invalid(scene, edit, "replaces_message_id");
    invalid(scene, retry, "message_id");
  }

  @Test
  default void aTurnThatWaitsChangesNothingOfItsConversationUntilItBegins() {
    var scene = new Scene(store());
    var running = scene.begins("runs");
    var id = running.conversation();
    var before = scene.found(id);

    var request = Samples.titled(Samples.message(id, "waits"), "Waits");
    scene.accepts(Samples.onBusy(request, OnBusy.ENQUEUE));

    assertThat(scene.found(id)).isEqualTo(before);
    running.completes();
    var left = scene.found(id);
    scene.claimsOne();
    assertThat(scene.found(id).title()).isEqualTo("Waits");
    assertThat(scene.found(id).version()).isEqualTo(left.version() + 1);
  }

  private static void invalid(Scene scene, Turn.Request request, String field) {
    assertThatThrownBy(() -> scene.accepts(request))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  private static void conflict(Scene scene, Turn.Request request, String code, Turn.Id inTheWay) {
    assertThatThrownBy(() -> scene.accepts(request))
        .isInstanceOfSatisfying(
            Conflict.class,
            e -> {
              assertThat(e).extracting(ChatException::code).isEqualTo(code);
              assertThat(e.turn()).isEqualTo(inTheWay);
            });
  }
}
