package chat.testkit;

import static chat.testkit.SameMeaning.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.Content;
import chat.model.Message;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.TurnEvent.Numbered;
import chat.port.TurnJournal.Lost;
import chat.port.TurnJournal.Segment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shows the promises of {@code renew}, {@code lost} and {@code append}. */
interface EventPromises extends StoreContract {

  // renew

  @Test
  default void aRenewedInstanceKeepsItsTurnsUntilTheValidityHasPassed() {
    var scene = new Scene(store());
    var turn = scene.begins("runs");

    scene.instanceDies();
    scene.journal.renew(scene.instance, Duration.ofHours(1));
    assertThat(scene.claims()).isEmpty();
    turn.stores(turn.text("still mine"));

    scene.instanceDies();
    turn.stores(turn.text("mine as long as nobody takes it"));
    assertThat(scene.claims()).hasSize(1);
    assertThatThrownBy(() -> turn.stores(turn.text("no longer"))).isInstanceOf(Lost.class);
  }

  // lost

  @Test
  default void leasesThatNoLongerHoldAreFoundAndNoOthers() {
    var scene = new Scene(store());
    var ended = scene.begins("ended").completes();
    var awaits = scene.begins("awaits");
    awaits.awaits(PlayedTurn.FAR_AWAY, awaits.call("search"));
    var deleted = scene.begins("deleted");
    scene.conversations.delete(scene.owner, deleted.conversation());
    var taken = scene.begins("taken");
    scene.instanceDies();
    var now = scene.claimsOne();
    var running = scene.begins("runs");

    var lost =
        scene.journal.lost(
            List.of(
                ended.lease, awaits.lease, deleted.lease, taken.lease, now.lease(), running.lease));

    assertThat(lost)
        .containsExactlyInAnyOrder(ended.lease, awaits.lease, deleted.lease, taken.lease);
    assertThat(scene.journal.lost(List.of())).isEmpty();
  }

  // append

  @Test
  default void appendedEventsAreFoundInTheOrderOfTheirNumbers() {
    var scene = new Scene(store());
    var one = scene.begins("one");
    var two = scene.begins("two");
    var every = one.events(everyEvent(scene, one).toArray(new TurnEvent[0]));
    var later = one.deltas(2);
    var others = two.deltas(3);

    var appended = scene.journal.append(Map.of(one.lease, Segment.of(every), two.lease, others));
    one.appends(new Segment(1, later.events()));

    assertThat(appended.lost()).isEmpty();
    assertThat(appended.gaps()).isEmpty();
    var all = new ArrayList<>(every);
    all.addAll(later.events());
    assertSame(events(scene, one), all);
    assertSame(events(scene, two), others.events());
    assertThat(one.found().lastEvent()).isEqualTo(all.size());
  }

  /** Lists an event of every type there is before the end. */
  private static List<TurnEvent> everyEvent(Scene scene, PlayedTurn turn) {
    var id = Message.Id.next();
    var call =
        Content.ToolCall.pending("search", "files", Samples.JSON)
            .ended(Content.ToolCall.State.FAILED, ToolResult.error("timeout", "slow"), null);
    var events = new ArrayList<TurnEvent>();
    events.add(new TurnEvent.TurnStarted(turn.question(), null));
    events.add(new TurnEvent.MessageStarted(id, Content.Kind.REASONING));
    events.add(new TurnEvent.MessageDelta(id, Samples.TEXT));
    events.add(new TurnEvent.ReasoningDelta(id, "hm"));
    events.add(new TurnEvent.ToolStarted(id, "search", null));
    events.add(new TurnEvent.ToolArgumentsDelta(id, "search", "{\"a"));
    events.add(
        new TurnEvent.ToolAwaiting(
            id, "search", Samples.JSON, PlayedTurn.FAR_AWAY, PlayedTurn.SEAL.hash()));
    events.add(new TurnEvent.ToolFinished(id, "search", call));
    events.add(new TurnEvent.MessageUpdated(turn.call("search")));
    for (var content : Samples.contents()) {
      events.add(new TurnEvent.MessageDone(turn.message(content)));
    }
    events.add(new TurnEvent.MessageRemoved(id));
    events.add(new TurnEvent.ConversationUpdated(scene.found(turn.conversation())));
    events.add(
        new TurnEvent.TurnAwaiting(
            List.of(
                new Turn.Pending(id, PlayedTurn.FAR_AWAY, PlayedTurn.SEAL),
                new Turn.Pending(id, PlayedTurn.LONG_AGO, null)
                    .with(new Turn.Answer.Deny(), PlayedTurn.LONG_AGO))));
    events.add(new TurnEvent.TurnResumed());
    events.add(new TurnEvent.Progress("reading", "book"));
    events.add(new TurnEvent.Notice(TurnEvent.Notice.Level.WARNING, "careful", null));
    events.add(new TurnEvent.Effect("confetti", Samples.JSON));
    return events;
  }

  @Test
  default void appendReturnsTheLostLeasesAndStoresTheOthersEvents() {
    var scene = new Scene(store());
    var ended = scene.begins("ended").completes();
    var deleted = scene.begins("deleted");
    scene.conversations.delete(scene.owner, deleted.conversation());
    var taken = scene.begins("taken");
    scene.instanceDies();
    scene.claimsOne();
    scene.journal.renew(scene.instance, Duration.ofHours(1));
    var running = scene.begins("runs");
    var kept = running.deltas(2);

    var appended =
        scene.journal.append(
            Map.of(
                ended.lease,
                ended.deltas(1),
                deleted.lease,
                deleted.deltas(1),
                running.lease,
                kept,
                taken.lease,
                taken.deltas(1)));

    assertThat(appended.lost()).containsExactlyInAnyOrder(ended.lease, deleted.lease, taken.lease);
    assertThat(appended.gaps()).isEmpty();
    assertThat(events(scene, running)).isEqualTo(kept.events());
    assertThat(events(scene, ended)).hasSize(1);
    assertThat(events(scene, taken)).isEmpty();
  }

  @Test
  default void aSegmentThatFollowsWhatIsMissingIsNotStoredAndTheOthersAre() {
    var scene = new Scene(store());
    var behind = scene.begins("behind");
    var empty = scene.begins("empty");
    var whole = scene.begins("whole");
    var stored = behind.deltas(2);
    behind.appends(stored);
    behind.deltas(2);
    var first = whole.deltas(2);
    whole.appends(first);
    var second = whole.deltas(2);

    var appended =
        scene.journal.append(
            Map.of(
                behind.lease,
                new Segment(3, behind.deltas(1).events()),
                empty.lease,
                new Segment(1, empty.deltas(1).events()),
                whole.lease,
                new Segment(1, second.events())));

    assertThat(appended.lost()).isEmpty();
    assertThat(appended.gaps())
        .containsExactlyInAnyOrderEntriesOf(Map.of(behind.lease, 2L, empty.lease, 0L));
    assertThat(events(scene, behind)).isEqualTo(stored.events());
    assertThat(events(scene, empty)).isEmpty();
    var all = new ArrayList<>(first.events());
    all.addAll(second.events());
    assertThat(events(scene, whole)).isEqualTo(all);
  }

  @Test
  default void theSameSegmentAgainChangesNothing() {
    var scene = new Scene(store());
    var turn = scene.begins("runs");
    var segment = turn.deltas(3);

    turn.appends(segment);
    assertThat(turn.appends(segment).lost()).isEmpty();

    assertThat(events(scene, turn)).isEqualTo(segment.events());
  }

  @Test
  default void whenAppendingFailsNoneOfTheEventsAreStored() {
    var scene = new Scene(store());
    var innocent = scene.begins("innocent");
    var guilty = scene.begins("guilty");
    var good = innocent.deltas(2);
    var bad = Segment.of(guilty.events(unstorable()));

    assertThatThrownBy(() -> scene.journal.append(Map.of(innocent.lease, good, guilty.lease, bad)))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(events(scene, innocent)).isEmpty();
    assertThat(events(scene, guilty)).isEmpty();
    assertThat(innocent.appends(good).lost()).isEmpty();
    assertThatThrownBy(() -> guilty.appends(bad)).isInstanceOf(IllegalArgumentException.class);
    assertThat(events(scene, innocent)).isEqualTo(good.events());
  }

  /** Returns an event that no store can keep: the engine lets none through. */
  static TurnEvent unstorable() {
    return new TurnEvent.MessageDelta(Message.Id.next(), "a\0b");
  }

  private static List<Numbered> events(Scene scene, PlayedTurn turn) {
    return scene.conversations.events(scene.owner, turn.conversation(), turn.id(), 0, 1000);
  }
}
