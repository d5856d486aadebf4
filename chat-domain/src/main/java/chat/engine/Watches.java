package chat.engine;

import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.port.TurnJournal.Changes;
import chat.port.TurnJournal.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Are the turns that are followed here and run elsewhere: one look at the journal feeds all that
 * follow them, however many. A turn is looked for while somebody waits for it, and forgotten when
 * nobody has for a while.
 */
final class Watches {
  private static final Duration FORGOTTEN = Duration.ofMinutes(1);
  private final Map<Turn.Id, Watch> all = new ConcurrentHashMap<>();
  private final Scheduler scheduler;

  Watches(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Watches a turn from behind an event's number, up to which everything stored is known. */
  LiveEvents watch(Turn turn, long after) {
    var watch =
        all.compute(
            turn.id(),
            (id, known) -> {
              if (known != null && known.reaches(after)) return known;
              if (known != null) known.close();
              return new Watch(turn.owner(), id, after, scheduler);
            });
    return watch;
  }

  /** Returns what to look for; lets go of what nobody waits for any more. */
  List<Watched> wanted() {
    var wanted = new ArrayList<Watched>();
    long now = scheduler.nanoTime();
    for (var watch : all.values()) {
      if (watch.isWanted()) wanted.add(watch.wanted());
      else if (watch.isForgotten(now)) drop(watch);
    }
    return wanted;
  }

  /**
   * Hands out what a look has found.
   *
   * @param asked what was looked for; a turn may be watched from an earlier number by now
   */
  void found(List<Watched> asked, Changes changes) {
    for (var each : asked) {
      var watch = all.get(each.turn());
      var events = changes.events().get(each.turn());
      if (watch != null && events != null) watch.add(each.after(), events);
    }
    for (var turn : changes.over()) {
      var watch = all.get(turn);
      if (watch != null) drop(watch);
    }
  }

  private void drop(Watch watch) {
    all.remove(watch.turn, watch);
    watch.close();
  }

  /** Is what is known of one turn, from a number on. */
  private static final class Watch implements LiveEvents {
    private final UserId owner;
    private final Turn.Id turn;
    private final long since;
    private final Scheduler scheduler;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed;
    private final List<TurnEvent.Numbered> events = new ArrayList<>();
    private int waiting;
    private long lastWait;
    private boolean closed;

    Watch(UserId owner, Turn.Id turn, long since, Scheduler scheduler) {
      this.owner = owner;
      this.turn = turn;
      this.since = since;
      this.scheduler = scheduler;
      this.changed = scheduler.condition(lock);
      this.lastWait = scheduler.nanoTime();
    }

    Watched wanted() {
      lock.lock();
      try {
        return new Watched(owner, turn, last());
      } finally {
        lock.unlock();
      }
    }

    private long last() {
      return events.isEmpty() ? since : events.get(events.size() - 1).number();
    }

    boolean isWanted() {
      lock.lock();
      try {
        return waiting > 0;
      } finally {
        lock.unlock();
      }
    }

    boolean isForgotten(long now) {
      lock.lock();
      try {
        return waiting == 0 && now - lastWait > FORGOTTEN.toNanos();
      } finally {
        lock.unlock();
      }
    }

    /** Adds what comes behind a number, unless what comes before that is missing here. */
    void add(long after, List<TurnEvent.Numbered> more) {
      lock.lock();
      try {
        if (after > last()) return;
        for (var event : more) if (event.number() > last()) events.add(event);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    void close() {
      lock.lock();
      try {
        closed = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public boolean reaches(long number) {
      lock.lock();
      try {
        return !closed && number >= since;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public List<TurnEvent.Numbered> after(long number, long atMost) throws InterruptedException {
      long left = atMost;
      lock.lockInterruptibly();
      waiting++;
      try {
        while (last() <= number) {
          if (closed || left <= 0) return List.of();
          left = changed.awaitNanos(left);
        }
        int from = events.size();
        while (from > 0 && events.get(from - 1).number() > number) from--;
        return List.copyOf(events.subList(from, events.size()));
      } finally {
        waiting--;
        lastWait = scheduler.nanoTime();
        lock.unlock();
      }
    }
  }
}
