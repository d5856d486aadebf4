package chat.testkit;

import static chat.testkit.SameMeaning.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.NotFound;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.TurnEvent.Numbered;
import chat.port.TurnJournal.Rest;
import chat.port.TurnJournal.Segment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows the promises of {@code turn}, {@code stop} and {@code events}. */
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
