package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Turn;
import chat.model.TurnEvent.Numbered;
import chat.model.UserId;
import chat.port.TurnJournal.Changes;
import chat.port.TurnJournal.Segment;
import chat.port.TurnJournal.Stop;
import chat.port.TurnJournal.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows the promises of {@code look} and {@code retain}. */
interface LookPromises extends StoreContract {

  /** As {@link TurnJournalContract#age} says. */
  void age(UserId owner, int days);

  // look

  @Test
  default void aLookTellsWhichRunningTurnsWereAskedToStopAndWhy() {
    var scene = new Scene(store());
    var runs = scene.begins("runs");
    var stopped = scene.begins("stopped");
    scene.conversations.stop(scene.owner, stopped.conversation(), stopped.id());
    var superseded = scene.begins("superseded");
    var next = scene.interrupts(superseded.conversation(), "next");
    var awaits = scene.begins("awaits");
    awaits.awaits(PlayedTurn.FAR_AWAY, awaits.call("search"));
    scene.conversations.stop(scene.owner, awaits.conversation(), awaits.id());

    assertThat(looks(scene, scene.instance).stops())
        .containsExactlyInAnyOrder(
            new Stop(stopped.id(), Turn.EndReason.USER, null),
            new Stop(superseded.id(), Turn.EndReason.SUPERSEDED, next.id()));
    assertThat(looks(scene, scene.otherInstance()).stops()).isEmpty();
    runs.completes();
    stopped.leaves(stopped.rest(Turn.State.STOPPED, Turn.EndReason.USER));
    assertThat(looks(scene, scene.instance).stops()).hasSize(1);
  }

  @Test
  default void aLookGivesWhatIsStoredOfWatchedTurnsAboveANumber() {
    var scene = new Scene(store());
    var one = scene.begins("one");
    var two = scene.begins("two");
    var silent = scene.begins("silent");
    var first = one.deltas(3);
    var second = one.deltas(3);
    one.appends(first);
    one.appends(new Segment(1, second.events()));
    two.appends(two.deltas(2));
    silent.appends(silent.deltas(1));
    var all = new ArrayList<>(first.events());
    all.addAll(second.events());

    var changes = looks(scene, watch(one, 0), watch(two, 2));
    assertThat(changes.events()).containsOnlyKeys(one.id());
    assertThat(changes.events().get(one.id())).isEqualTo(all);
    for (int after = 1; after < 6; after++) {
      assertThat(looks(scene, watch(one, after)).events().get(one.id()))
          .as("above %d", after)
          .isEqualTo(all.subList(after, 6));
    }
    one.appends(new Segment(1, joined(second.events(), one.deltas(1).events())));
    assertThat(looks(scene, watch(one, 6)).events().get(one.id()))
        .as("of a segment that was given again with more")
        .extracting(Numbered::number)
        .containsExactly(7L);
  }

  @Test
  default void aLookTellsWhichWatchedTurnsAreOver() {
    var scene = new Scene(store());
    var runs = scene.begins("runs");
    var queued = scene.enqueues(runs.conversation(), "waits");
    var awaits = scene.begins("awaits");
    awaits.awaits(PlayedTurn.FAR_AWAY, awaits.call("search"));
    var ended = scene.begins("ended");
    ended.appends(ended.deltas(1));
    ended.completes();
    var deleted = scene.begins("deleted");
    scene.conversations.delete(scene.owner, deleted.conversation());

    var changes =
        looks(
            scene,
            watch(runs, 0),
            new Watched(scene.owner, queued.id(), 0),
            watch(awaits, 0),
            watch(ended, 1),
            watch(deleted, 0));

    assertThat(changes.over()).containsExactlyInAnyOrder(ended.id(), deleted.id());
    assertThat(changes.events().get(ended.id())).extracting(Numbered::number).containsExactly(2L);
    scene.conversations.stop(scene.owner, queued.conversation(), queued.id());
    assertThat(looks(scene, new Watched(scene.owner, queued.id(), 0)).over())
        .containsExactly(queued.id());
  }

  @Test
  default void aLookTellsWhetherThereIsAnythingToClaim() {
    var scene = new Scene(store());
    scene.claims();
    var turn = scene.begins("runs");
    scene.enqueues(turn.conversation(), "waits");
    assertThat(looks(scene, scene.otherInstance()).claimable()).isFalse();

    turn.completes();

    assertThat(looks(scene, scene.otherInstance()).claimable()).isTrue();
    var begun = new PlayedTurn(scene, scene.claimsOne());
    assertThat(looks(scene, scene.otherInstance()).claimable()).isFalse();
    begun.completes();
  }

  // retain

  @Test
  default void theEventsOfATurnThatEndedLongAgoAreLetGo() {
    var scene = new Scene(store());
    var old = scene.begins("old");
    old.appends(old.deltas(3));
    old.answers("said");
    age(scene.owner, 4);
    var young = scene.begins("young").answers("said");

    scene.journal.retain(Duration.ofDays(2));

    assertThat(events(scene, old, 0))
        .as("what is left is made up of the messages")
        .extracting(Numbered::number)
        .containsExactly(Numbered.NONE, Numbered.NONE, 6L);
    assertThat(events(scene, young, 0)).extracting(Numbered::number).containsExactly(1L, 2L, 3L);
    age(scene.owner, 1);
    scene.journal.retain(Duration.ofDays(2));
    assertThat(events(scene, young, 0)).as("still young").hasSize(3);
  }

  @Test
  default void theEventsOfATurnThatGoesOnAreKeptHoweverOldTheyAre() {
    var scene = new Scene(store());
    var turn = scene.begins("runs");
    turn.appends(turn.deltas(3));
    age(scene.owner, 4);

    scene.journal.retain(Duration.ofDays(2));

    assertThat(events(scene, turn, 0)).hasSize(3);
    turn.completes();
    age(scene.owner, 3);
    scene.journal.retain(Duration.ofDays(2));
    assertThat(events(scene, turn, 0))
        .as("made up")
        .extracting(Numbered::number)
        .containsExactly(Numbered.NONE, 4L);
  }

  private static Changes looks(Scene scene, Watched... watched) {
    return looks(scene, scene.instance, watched);
  }

  private static Changes looks(Scene scene, String instance, Watched... watched) {
    return scene.journal.look(instance, Arrays.asList(watched), Duration.ZERO);
  }

  private static Watched watch(PlayedTurn turn, long after) {
    return new Watched(turn.lease.owner(), turn.id(), after);
  }

  private static List<Numbered> joined(List<Numbered> some, List<Numbered> more) {
    var joined = new ArrayList<>(some);
    joined.addAll(more);
    return joined;
  }

  private static List<Numbered> events(Scene scene, PlayedTurn turn, long after) {
    return scene.conversations.events(scene.owner, turn.conversation(), turn.id(), after, 1000);
  }
}
