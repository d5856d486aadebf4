package chat.testkit;

import static chat.testkit.SameMeaning.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Conversation.Change;
import chat.model.Conversation.TitleBy;
import chat.model.Json;
import chat.model.Message;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.TurnEvent.Numbered;
import chat.port.TurnJournal.Gap;
import chat.port.TurnJournal.Lost;
import chat.port.TurnJournal.Rest;
import chat.port.TurnJournal.Segment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Shows the promises of the methods from {@code store} to {@code change}; those of model calls are
 * in {@link LedgerPromises}.
 */
interface JournalPromises extends StoreContract {

  // store

  @Test
  default void aStoredMessageIsAtTheEndOfTheHistoryAsItIsGiven() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var reasoning = turn.message(new Content.Reasoning("hm", null));
    var call = turn.call("search");
    var text = turn.text("found");

    turn.stores(reasoning, call);
    turn.stores(text);

    var history = scene.history(turn.conversation());
    assertSame(history.subList(1, 4), List.of(reasoning, call, text));
    assertThat(history).extracting(Message::seq).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  default void aMessageThatWasStoredBeforeTakesWhatMayChange() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var call = turn.call("search");
    turn.stores(call, turn.text("after it"));
    var ended =
        ((Content.ToolCall) call.content())
            .running(PlayedTurn.FAR_AWAY)
            .ended(
                Content.ToolCall.State.SUCCEEDED, ToolResult.text("found"), Duration.ofMillis(7));
    var changed =
        new Message(
            call.id(),
            call.conversation(),
            call.seq(),
            call.turn(),
            call.step(),
            call.parent(),
            call.siblings(),
            ended,
            true,
            3,
            new Json("{\"id\": \"call_1\"}"),
            call.createdAt());

    turn.stores(changed);

    assertSame(scene.found(turn.conversation(), call.id()), changed);
    assertThat(scene.texts(turn.conversation())).containsExactly("go", "", "after it");
  }

  @Test
  default void aMessageOfAnEarlierTurnTakesANewerRevisionOnly() {
    var scene = new Scene(store());
    var first = scene.begins(null, "q");
    var widget = first.message(new Content.Widget(Samples.JSON, null));
    first.stores(widget);
    first.completes();
    var second = scene.begins(first.conversation(), "more");
    var done = new Content.Widget(Json.EMPTY, "done");

    second.stores(widget.with(done, 2));
    second.stores(widget.with(new Content.Widget(Json.EMPTY, "older"), 1));

    var found = scene.found(first.conversation(), widget.id());
    assertThat(found.content()).isEqualTo(done);
    assertThat(found.revision()).isEqualTo(2);
    assertThat(found.turn()).isEqualTo(first.id());
    second.stores(widget.with(new Content.AssistantText("words", List.of()), 3));
    assertThat(scene.found(first.conversation(), widget.id()).content().kind())
        .isEqualTo(Content.Kind.TEXT);
    assertThat(scene.history(first.conversation())).hasSize(3);
  }

  @Test
  default void theEventsAndResumeFromComeWithTheMessages() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var text = turn.text("said");
    var events =
        turn.events(
            new TurnEvent.TurnStarted(turn.question(), null), new TurnEvent.MessageDone(text));

    scene.journal.store(turn.lease, List.of(text), List.of(), Segment.of(events), 2);

    assertSame(events(scene, turn), events);
    assertThat(turn.found().resumeFrom()).isEqualTo(2);
    assertThat(turn.found().lastEvent()).isEqualTo(2);
    var broken = turn.text("never");
    assertThatThrownBy(
            () ->
                scene.journal.store(
                    turn.lease,
                    List.of(broken),
                    List.of(),
                    Segment.of(turn.events(EventPromises.unstorable())),
                    3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(scene.conversations.message(scene.owner, turn.conversation(), broken.id()))
        .as("both or none")
        .isEmpty();
    assertThat(turn.found().resumeFrom()).isEqualTo(2);
  }

  @Test
  default void storingWithALostLeaseWritesNothing() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    scene.instanceDies();
    var taken = new PlayedTurn(scene, scene.claimsOne());
    var before = turn.found();

    var events = Segment.of(turn.events(new TurnEvent.TurnResumed()));
    assertThatThrownBy(
            () -> scene.journal.store(turn.lease, List.of(turn.text("late")), List.of(), events, 1))
        .isInstanceOf(Lost.class);

    assertThat(turn.found()).isEqualTo(before);
    assertThat(scene.texts(turn.conversation())).containsExactly("go");
    assertThat(events(scene, turn)).isEmpty();
    taken.stores(taken.text("mine now"));
    taken.completes();
    assertThatThrownBy(() -> taken.stores(taken.text("too late"))).isInstanceOf(Lost.class);
  }

  @Test
  default void storingBehindAGapWritesNothing() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var kept = turn.deltas(2);
    turn.appends(kept);
    turn.deltas(2);
    var text = turn.text("said");
    var events = turn.events(new TurnEvent.MessageDone(text));
    var before = turn.found();

    assertThatThrownBy(
            () ->
                scene.journal.store(
                    turn.lease, List.of(text), List.of(), new Segment(3, events), 5))
        .isInstanceOfSatisfying(Gap.class, gap -> assertThat(gap.stored()).isEqualTo(2));

    assertThat(turn.found()).isEqualTo(before);
    assertThat(scene.texts(turn.conversation())).containsExactly("go");
    assertThat(events(scene, turn)).isEqualTo(kept.events());
    scene.journal.store(turn.lease, List.of(text), List.of(), new Segment(1, events), 5);
    assertThat(scene.texts(turn.conversation())).containsExactly("go", "said");
  }

  @Test
  default void storingTheSameAgainChangesNothing() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var text = turn.text("said");
    var call = turn.call("search");
    var events = Segment.of(turn.events(new TurnEvent.MessageDone(text)));
    var segment = turn.deltas(1);

    scene.journal.store(turn.lease, List.of(text, call), List.of(), events, 1);
    turn.appends(segment);
    var history = scene.history(turn.conversation());
    var before = turn.found();
    scene.journal.store(turn.lease, List.of(text, call), List.of(), events, 1);

    assertThat(scene.history(turn.conversation())).isEqualTo(history);
    assertThat(turn.found()).isEqualTo(before);
    assertThat(events(scene, turn)).hasSize(2);
  }

  @Test
  default void jsonComesBackInTheSameCanonicalForm() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var careless =
        "{\"b\":1.50,\"aa\":-0.0,\"a\":1E+3,\"\\u00fc\":\"\\/\\u0007\\u2028\",\"b\":1.5e1}";
    for (var arguments : List.of(Samples.JSON, new Json(careless))) {
      var call = turn.message(Content.ToolCall.pending("search", null, arguments));

      turn.stores(call);

      var found = scene.found(turn.conversation(), call.id()).content();
      assertThat(((Content.ToolCall) found).arguments().canonical())
          .isEqualTo(arguments.canonical());
    }
  }

  // leave

  @Test
  default void aTurnThatIsLeftIsAsGivenAndItsConversationWasActiveNow() {
    var scene = new Scene(store());
    var failure = new Turn.Failure("model_refused", "no", false);
    for (var state :
        List.of(
            Turn.State.COMPLETED, Turn.State.FAILED, Turn.State.STOPPED, Turn.State.INTERRUPTED)) {
      var turn = scene.begins("go");
      scene.conversation();
      var text = turn.text("at last");
      var events = turn.events(new TurnEvent.MessageDone(text), new TurnEvent.TurnResumed());
      var reason = state == Turn.State.STOPPED ? Turn.EndReason.SUPERSEDED : null;
      var failed = state == Turn.State.FAILED ? failure : null;

      turn.leaves(
          new Rest(
              state,
              reason,
              failed,
              List.of(turn.modelCall()),
              2,
              List.of(),
              List.of(text),
              Segment.of(events),
              2));

      var left = turn.found();
      assertThat(left.state()).isEqualTo(state);
      assertThat(left.endReason()).isEqualTo(reason);
      assertThat(left.failure()).isEqualTo(failed);
      assertThat(left.usage()).isEqualTo(PlayedTurn.USAGE);
      assertThat(left.lastEvent()).isEqualTo(2);
      assertThat(left.finishedAt()).isAfterOrEqualTo(left.createdAt());
      assertThat(scene.texts(turn.conversation())).containsExactly("go", "at last");
      assertSame(events(scene, turn), events);
      assertThat(
              scene
                  .conversations
                  .list(scene.owner, Conversation.Order.ACTIVITY_DESC, null, 1)
                  .data())
          .as("more recently than a conversation made meanwhile")
          .extracting(Conversation::id)
          .containsExactly(turn.conversation());
    }
  }

  @Test
  default void leavingEndsTheLeaseAndLeavingAgainTheSameWayChangesNothing() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var rest = turn.rest(Turn.State.COMPLETED, null);
    turn.leaves(rest);
    var left = turn.found();
    var conversation = scene.found(turn.conversation());

    turn.leaves(rest);

    assertThat(turn.found()).isEqualTo(left);
    assertThat(scene.found(turn.conversation())).isEqualTo(conversation);
    assertThat(events(scene, turn)).hasSize(1);
    assertThatThrownBy(() -> turn.leaves(turn.rest(Turn.State.INTERRUPTED, null)))
        .isInstanceOf(Lost.class);
    assertThatThrownBy(() -> turn.stores(turn.text("late"))).isInstanceOf(Lost.class);
    assertThatThrownBy(() -> scene.journal.change(turn.lease, Change.NONE))
        .isInstanceOf(Lost.class);
    assertThat(turn.appends(turn.deltas(1)).lost()).containsExactly(turn.lease);

    var awaiting = scene.begins("wait");
    var pause = awaiting.awaiting(PlayedTurn.FAR_AWAY, awaiting.call("search"));
    awaiting.leaves(pause);
    awaiting.leaves(pause);
    assertThatThrownBy(() -> awaiting.stores(awaiting.text("late"))).isInstanceOf(Lost.class);
  }

  @Test
  default void leavingWithALostLeaseWritesNothing() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    scene.instanceDies();
    scene.claimsOne();
    var before = turn.found();

    assertThatThrownBy(() -> turn.answers("late")).isInstanceOf(Lost.class);

    assertThat(turn.found()).isEqualTo(before);
    assertThat(scene.texts(turn.conversation())).containsExactly("go");
    assertThat(events(scene, turn)).isEmpty();
    scene.conversations.delete(scene.owner, turn.conversation());
    assertThatThrownBy(turn::completes).isInstanceOf(Lost.class);
  }

  @Test
  default void leavingBehindAGapWritesNothing() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    turn.deltas(2);
    var whole = turn.rest(Turn.State.COMPLETED, null);
    var rest =
        new Rest(
            whole.state(),
            null,
            null,
            whole.calls(),
            whole.steps(),
            List.of(),
            List.of(),
            new Segment(1, whole.events().events()),
            whole.lastEvent());
    var before = turn.found();

    assertThatThrownBy(() -> turn.leaves(rest))
        .isInstanceOfSatisfying(Gap.class, gap -> assertThat(gap.stored()).isZero());

    assertThat(turn.found()).isEqualTo(before);
    assertThat(events(scene, turn)).isEmpty();
    turn.leaves(whole);
  }

  @Test
  default void anAwaitingTurnWaitsForTheAnswersGivenAndIsNoInstances() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var one = turn.call("one");
    var two = turn.call("two");

    turn.awaits(PlayedTurn.FAR_AWAY, one, two);

    var found = turn.found();
    assertThat(found.state()).isEqualTo(Turn.State.AWAITING);
    assertThat(found.finishedAt()).isNull();
    assertThat(found.awaiting())
        .containsExactly(
            new Turn.Pending(one.id(), PlayedTurn.FAR_AWAY, PlayedTurn.SEAL),
            new Turn.Pending(two.id(), PlayedTurn.FAR_AWAY, PlayedTurn.SEAL));
    scene.instanceDies();
    assertThat(scene.claims()).isEmpty();
    assertThat(turn.found()).isEqualTo(found);
  }

  @Test
  default void whatCanNeverBeStoredIsRefusedAndNothingOfItIsWritten() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    var good = turn.text("good");
    var bad = turn.text("a\0b");
    var end = new TurnEvent.MessageDone(good);
    var before = turn.found();

    assertThatThrownBy(() -> turn.stores(good, bad)).isInstanceOf(IllegalArgumentException.class);
    for (var message : List.of(good, bad)) {
      var event = message.equals(good) ? EventPromises.unstorable() : end;
      var rest =
          new Rest(
              Turn.State.COMPLETED,
              null,
              null,
              List.of(turn.modelCall()),
              1,
              List.of(),
              List.of(message),
              Segment.of(turn.events(event)),
              9);
      assertThatThrownBy(() -> turn.leaves(rest)).isInstanceOf(IllegalArgumentException.class);
    }

    assertThat(turn.found()).isEqualTo(before);
    assertThat(scene.texts(turn.conversation())).containsExactly("go");
    assertThat(events(scene, turn)).isEmpty();
    turn.stores(good);
  }

  // change

  @Test
  default void anAgentsChangeAppliesButAUsersTitleStays() {
    var scene = new Scene(store());
    var turn = scene.begins(Samples.titled(Samples.message(null, "go"), "Go"));
    var before = scene.found(turn.conversation());

    var changed = scene.journal.change(turn.lease, Change.title("A walk", TitleBy.MODEL));

    assertThat(changed.title()).isEqualTo("A walk");
    assertThat(changed.version()).isGreaterThan(before.version());
    assertSame(scene.found(turn.conversation()), changed);
    scene.conversations.change(
        scene.owner, turn.conversation(), Change.title("Mine", TitleBy.USER));
    var again =
        scene.journal.change(
            turn.lease, new Change("Theirs", TitleBy.MODEL, null, null, null, Samples.JSON));
    assertThat(again.title()).isEqualTo("Mine");
    assertSame(again.metadata(), Samples.JSON);
  }

  @Test
  default void changingWithALostLeaseWritesNothing() {
    var scene = new Scene(store());
    var turn = scene.begins("go");
    scene.instanceDies();
    scene.claimsOne();
    var before = scene.found(turn.conversation());

    assertThatThrownBy(() -> scene.journal.change(turn.lease, Change.title("late", TitleBy.MODEL)))
        .isInstanceOf(Lost.class);

    assertThat(scene.found(turn.conversation())).isEqualTo(before);
  }

  private static List<Numbered> events(Scene scene, PlayedTurn turn) {
    return scene.conversations.events(scene.owner, turn.conversation(), turn.id(), 0, 1000);
  }
}
