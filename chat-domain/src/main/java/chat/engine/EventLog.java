package chat.engine;

import chat.model.TurnEvent;
import chat.port.TurnJournal.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Is one running turn's events in one list: the turn adds at the end, each follower is an index
 * into it, the journal's writer another.
 *
 * <p>Numbers are given when an event is added. What may be seen is not always all: events that tell
 * of something being stored are <em>held</em> until it is, and whatever was added behind them waits
 * with them, so that everybody sees one order. The whole list is held until it is {@link #open}.
 *
 * <p>One lock guards all of it; nothing is called while it is held. Adding never waits for a
 * reader.
 */
final class EventLog implements LiveEvents {
  private static final int GATE = -1;

  /** How many events a follower gets at once: what a slow one holds while it writes them. */
  private static final int HANDED_OUT = 1000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed;
  private final ArrayList<TurnEvent.Numbered> events = new ArrayList<>();
  private final TreeSet<Integer> held = new TreeSet<>(List.of(GATE));
  private final long first;
  private int written;

  /**
   * The number that the last segment began with which a crash of the store may undo; 0 for none.
   */
  private long follows;

  /**
   * Where the last segment ended that was given back: the store may have it, so that it goes out
   * again as it was. With more behind it, a crash could undo the second writing and not the first,
   * and leave what follows with its beginning and without its end.
   */
  private int doubtful;

  private boolean writing;
  private boolean sealed;
  private boolean closed;

  /**
   * @param first the number of the first event that will be added
   */
  EventLog(long first, Scheduler scheduler) {
    this.first = first;
    this.changed = scheduler.condition(lock);
  }

  /** Is a stretch of events that is to be stored before it may be seen. */
  record Held(int from, int count, Segment unwritten) {
    /** Returns the number of its last event. */
    long last() {
      return unwritten.events().get(unwritten.events().size() - 1).number();
    }
  }

  void open() {
    release(GATE);
  }

  /** Adds an event; behind the last one nothing comes. */
  void add(TurnEvent event) {
    lock.lock();
    try {
      if (sealed) return;
      append(event);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds events that nobody sees until they are {@link #release released}, and takes everything
   * that was not written before: whoever holds it stores it. Waits for what the writer has in hand,
   * so that a turn's events are stored in their order.
   *
   * @param more not empty
   */
  Held hold(List<? extends TurnEvent> more) {
    lock.lock();
    try {
      while (writing) changed.awaitUninterruptibly();
      int from = events.size();
      for (var event : more) append(event);
      held.add(from);
      var unwritten = segment(events.size());
      written = events.size();
      return new Held(from, more.size(), unwritten);
    } finally {
      lock.unlock();
    }
  }

  /** Adds the last events as {@link #hold} does: whatever is added later is dropped. */
  Held holdLast(List<? extends TurnEvent> more) {
    lock.lock();
    try {
      sealed = true;
      return hold(more);
    } finally {
      lock.unlock();
    }
  }

  /** Returns what was held, with all that the store has forgotten, for it is to be stored again. */
  Segment again(Held held, long stored) {
    lock.lock();
    try {
      int upTo = held.from() + held.count();
      return Segment.of(events.subList(Math.min(indexAfter(stored), held.from()), upTo));
    } finally {
      lock.unlock();
    }
  }

  /** Lets the held events be seen: they are stored, and all before them, for good. */
  void release(Held stored) {
    lock.lock();
    try {
      follows = 0;
      release(stored.from());
    } finally {
      lock.unlock();
    }
  }

  private void release(int from) {
    lock.lock();
    try {
      held.remove(from);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets held events go that cannot be stored: something else is seen in their place, and all that
   * was to be stored with them goes out with the next write.
   */
  void refused(Held held, UnaryOperator<TurnEvent> instead) {
    lock.lock();
    try {
      for (int i = held.from(); i < held.from() + held.count(); i++) {
        var event = events.get(i);
        events.set(i, new TurnEvent.Numbered(event.number(), instead.apply(event.event())));
      }
      written = Math.min(written, (int) (held.unwritten().events().get(0).number() - first));
    } finally {
      lock.unlock();
    }
    release(held.from());
  }

  /**
   * Takes what may be seen and was not written, for the writer, which then says {@link #written},
   * {@link #giveBack}, {@link #rewind} or {@link #givenUp}. Empty when there is nothing.
   */
  Segment takeUnwritten() {
    lock.lock();
    try {
      int upTo = written < doubtful ? doubtful : visible();
      if (written >= upTo) return Segment.EMPTY;
      var taken = segment(upTo);
      written = upTo;
      writing = true;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** What the writer took is stored. */
  void written(Segment segment) {
    lock.lock();
    try {
      follows = segment.events().get(0).number();
      writing = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What the writer took will never be stored. */
  void givenUp() {
    lock.lock();
    try {
      writing = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes back what the writer may not have written: it goes out with the next write, alone. */
  void giveBack(Segment unwritten) {
    lock.lock();
    try {
      doubtful = written;
      written = (int) (unwritten.events().get(0).number() - first);
      writing = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The store has forgotten what was written last: all behind a number goes out again. */
  void rewind(long stored) {
    lock.lock();
    try {
      written = indexAfter(stored);
      follows = 0;
      writing = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No more events come. What is still held stays unseen. */
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
  public boolean reaches(long after) {
    lock.lock();
    try {
      return after >= first - 1 && !(closed && after >= first - 1 + visible());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<TurnEvent.Numbered> after(long number, long atMost) throws InterruptedException {
    long left = atMost;
    lock.lockInterruptibly();
    try {
      int from = indexAfter(number);
      while (from >= visible()) {
        if (closed || left <= 0) return List.of();
        left = changed.awaitNanos(left);
      }
      return List.copyOf(events.subList(from, Math.min(visible(), from + HANDED_OUT)));
    } finally {
      lock.unlock();
    }
  }

  private void append(TurnEvent event) {
    events.add(new TurnEvent.Numbered(first + events.size(), event));
  }

  private Segment segment(int upTo) {
    return new Segment(follows, events.subList(written, upTo));
  }

  private int indexAfter(long number) {
    return Math.clamp(number - first + 1, 0, Integer.MAX_VALUE);
  }

  private int visible() {
    if (held.isEmpty()) return events.size();
    return Math.max(held.first(), 0);
  }
}
