package chat.engine;

import chat.model.ChatException;
import chat.model.Turn;
import chat.port.Lease;
import chat.port.TurnJournal;
import chat.port.TurnJournal.Segment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the events of all running turns, those of many turns in one commit. Used by one thread.
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

  /** Returns whether there was anything to write. */
  boolean write(Collection<RunningTurn> turns) {
    var segments = new LinkedHashMap<Lease, Segment>();
    var owners = new HashMap<Lease, RunningTurn>();
    for (var turn : turns) {
      var segment = turn.log.takeUnwritten();
      if (segment.events().isEmpty()) continue;
      segments.put(turn.work.lease(), segment);
      owners.put(turn.work.lease(), turn);
    }
    if (!segments.isEmpty()) write(segments, owners);
    return !segments.isEmpty();
  }

  private void write(Map<Lease, Segment> segments, Map<Lease, RunningTurn> owners) {
    long began = scheduler.nanoTime();
    try {
      var appended = journal.append(segments);
      segments.forEach((lease, segment) -> settle(turnOf(lease, owners), segment, appended));
    } catch (ChatException.StorageFailed | Error e) {
      segments.forEach((lease, segment) -> turnOf(lease, owners).log.giveBack(segment));
      observer.trouble("writing the events of " + segments.size() + " turns", e);
      return;
    } catch (RuntimeException e) {
      boolean one = segments.size() == 1;
      segments.forEach(
          (lease, segment) -> {
            if (one) refuse(turnOf(lease, owners), e);
            else write(Map.of(lease, segment), owners);
          });
      return;
    }
    int events = segments.values().stream().mapToInt(s -> s.events().size()).sum();
    observer.journaled(segments.size(), events, Duration.ofNanos(scheduler.nanoTime() - began));
  }

  private static void settle(RunningTurn turn, Segment segment, TurnJournal.Appended appended) {
    var lease = turn.work.lease();
    var stored = appended.gaps().get(lease);
    if (stored != null) turn.log.rewind(stored);
    else if (appended.busy().contains(lease)) turn.log.giveBack(segment);
    else turn.log.written(segment);
    if (appended.lost().contains(lease)) turn.stop(End.INTERRUPTED);
  }

  private void refuse(RunningTurn turn, RuntimeException cause) {
    turn.log.givenUp();
    observer.trouble("the events of turn " + turn.turn().id() + " cannot be stored", cause);
    var failure = new Turn.Failure("internal", "the answer cannot be stored", false);
    turn.stop(End.failed(failure));
  }

  private static RunningTurn turnOf(Lease lease, Map<Lease, RunningTurn> owners) {
    var turn = owners.get(lease);
    if (turn == null) throw new IllegalStateException("no turn for " + lease);
    return turn;
  }
}
