package chat.engine;

import chat.model.ChatException;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Lease;
import chat.port.TurnJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the events of all running turns, those of many turns in one commit. One look is one call
 * of {@link #write}, by one thread.
 *
 * <p>When the store does not answer, the events go out with the next write. When it refuses a
 * batch, each turn is tried alone, and only the guilty one fails.
 */
final class JournalWriter {
  private final TurnJournal journal;
  private final TurnObserver observer;
  private final Scheduler scheduler;

  JournalWriter(TurnJournal journal, TurnObserver observer, Scheduler scheduler) {
    this.journal = journal;
    this.observer = observer;
    this.scheduler = scheduler;
  }

  void write(Collection<RunningTurn> turns) {
    var segments = new ArrayList<TurnJournal.Segment>();
    var owners = new HashMap<Lease, RunningTurn>();
    for (var turn : turns) {
      List<TurnEvent.Numbered> events = turn.log.takeUnwritten();
      if (events.isEmpty()) continue;
      segments.add(new TurnJournal.Segment(turn.work.lease(), events));
      owners.put(turn.work.lease(), turn);
    }
    if (!segments.isEmpty()) write(segments, owners);
  }

  private void write(List<TurnJournal.Segment> segments, Map<Lease, RunningTurn> owners) {
    long began = scheduler.nanoTime();
    try {
      Set<Lease> lost = journal.append(segments);
      for (var segment : segments) {
        var turn = turnOf(segment, owners);
        turn.log.written();
        if (lost.contains(segment.lease())) turn.stop(RunningTurn.End.INTERRUPTED);
      }
    } catch (ChatException.StorageFailed | Error e) {
      observer.trouble("writing the events of " + segments.size() + " turns", e);
      for (var segment : segments) turnOf(segment, owners).log.giveBack(segment.events());
      return;
    } catch (RuntimeException e) {
      if (segments.size() == 1) refuse(turnOf(segments.get(0), owners), e);
      else for (var segment : segments) write(List.of(segment), owners);
      return;
    }
    int events = segments.stream().mapToInt(s -> s.events().size()).sum();
    observer.journaled(segments.size(), events, Duration.ofNanos(scheduler.nanoTime() - began));
  }

  private void refuse(RunningTurn turn, RuntimeException cause) {
    observer.trouble("the events of turn " + turn.turn().id() + " cannot be stored", cause);
    turn.log.written();
    var failure = new Turn.Failure("internal", "the answer cannot be stored", false);
    turn.stop(RunningTurn.End.failed(failure));
  }

  private static RunningTurn turnOf(TurnJournal.Segment segment, Map<Lease, RunningTurn> owners) {
    var turn = owners.get(segment.lease());
    if (turn == null) throw new IllegalStateException("no turn for " + segment.lease());
    return turn;
  }
}
