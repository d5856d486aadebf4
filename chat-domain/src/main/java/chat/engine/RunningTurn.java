package chat.engine;

import chat.model.Caller;
import chat.model.ChatException;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Lease;
import chat.port.TurnJournal;
import chat.port.TurnJournal.Segment;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Is one turn while this instance runs it: its lease, the list of its events, and whether it is to
 * stop.
 *
 * <p>Written by the turn's own thread; {@link #stop}, {@link #committed} and {@link #aborted} come
 * from others. A stop interrupts the thread only while it is in the agent's hands, never while it
 * writes to the journal: an interrupt would break the connection.
 */
final class RunningTurn implements TurnEngine.Start {
  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final Duration MOST_PATIENCE = Duration.ofMillis(800);

  /** Lies between the last number that was stored and the first of whoever recovers a turn. */
  private static final long RECOVERY_GAP = 1_000_000;

  /** Is thrown through the agent when the turn must end; never leaves the engine. */
  static final class Signal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Signal() {
      super("the turn is over", null, false, false);
    }
  }

  final Lease.Work work;
  final Caller caller;
  final EventLog log;
  final UsageLedger ledger;
  private final TurnJournal journal;
  private final TurnObserver observer;
  private final BooleanSupplier givenUp;
  private final Scheduler scheduler;
  private final long started;
  private final Latch over;
  private final Latch outcome;
  private volatile boolean aborted;

  /** Whether others may go on in its conversation when it has ended. */
  private volatile boolean waitedFor;

  private Supplier<List<Message>> changing = List::of;
  private long seq;

  /** The highest sequence that is stored: one that was refused is given again. */
  private long stored;

  private Instant lastTime;
  private int steps;

  private final ReentrantLock guard = new ReentrantLock();
  private @Nullable Thread agentThread;
  private @Nullable Runnable closer;
  private volatile @Nullable End stop;

  RunningTurn(
      Lease.Work work,
      Caller caller,
      TurnJournal journal,
      TurnObserver observer,
      BooleanSupplier givenUp,
      Scheduler scheduler) {
    this.work = work;
    this.caller = caller;
    this.journal = journal;
    this.observer = observer;
    this.givenUp = givenUp;
    this.scheduler = scheduler;
    this.started = scheduler.nanoTime();
    this.over = new Latch(scheduler);
    this.outcome = new Latch(scheduler);
    long last = work.turn().lastEvent();
    long gap = work.why() == Lease.Why.RECOVER ? RECOVERY_GAP : 0;
    this.log = new EventLog(last + 1 + gap, scheduler);
    this.seq = work.lease().lastSeq();
    this.stored = seq;
    this.lastTime = work.lease().time();
    this.ledger = new UsageLedger(work.turn().usage());
    this.steps = work.steps();
  }

  Turn turn() {
    return work.turn();
  }

  // What the turn has come to.

  void publish(TurnEvent event) {
    log.add(event);
    observer.event(turn(), event);
  }

  int nextStep() {
    return ++steps;
  }

  int steps() {
    return steps;
  }

  /** Makes the conversation's next message, to be stored before anything else is made. */
  Message next(Draft draft, Content content, boolean partial) {
    return new Message(
        draft.id(),
        work.lease().conversation(),
        ++seq,
        work.lease().turn(),
        draft.step(),
        turn().userMessage(),
        Message.Siblings.ONLY,
        content,
        partial,
        0,
        draft.provider(),
        now());
  }

  /** Is what is known of a message before its content is. */
  record Draft(Message.Id id, int step, @Nullable Json provider) {}

  /** Returns the store's time, as far as it can be told from here, and later than ever before. */
  Instant now() {
    var now =
        work.lease()
            .time()
            .plusNanos(scheduler.nanoTime() - started)
            .truncatedTo(ChronoUnit.MICROS);
    var next = lastTime.plus(1, ChronoUnit.MICROS);
    lastTime = now.isAfter(next) ? now : next;
    return lastTime;
  }

  // Stopping.

  /** Asks the turn to end; the first one to ask says why. */
  void stop(End why) {
    Runnable close;
    guard.lock();
    try {
      if (stop != null) return;
      stop = why;
      close = closer;
      closer = null;
      if (agentThread != null) agentThread.interrupt();
    } finally {
      guard.unlock();
    }
    // The asker may be the journal's writer: it must not wait for somebody's socket.
    if (close != null) scheduler.thread(() -> run(close)).start();
  }

  @Nullable End stopped() {
    return stop;
  }

  /** Throws when the turn is to end. */
  void checkpoint() {
    if (stop != null) throw new Signal();
  }

  void onStop(Runnable close) {
    boolean late;
    guard.lock();
    try {
      late = stop != null;
      if (!late) closer = close;
    } finally {
      guard.unlock();
    }
    if (late) run(close);
  }

  /** From here on a stop interrupts this thread. */
  void enterAgent() {
    guard.lock();
    try {
      agentThread = Thread.currentThread();
      if (stop != null) agentThread.interrupt();
    } finally {
      guard.unlock();
    }
  }

  /** From here on a stop no longer interrupts this thread, and no interrupt is left. */
  void leaveAgent() {
    guard.lock();
    try {
      agentThread = null;
    } finally {
      guard.unlock();
    }
    boolean ignored = Thread.interrupted();
  }

  private void run(Runnable close) {
    try {
      close.run();
    } catch (RuntimeException e) {
      observer.trouble("closing the exchange of turn " + turn().id(), e);
    }
  }

  /** Another turn of its conversation waits for its end. */
  void waitFor() {
    waitedFor = true;
  }

  boolean isWaitedFor() {
    return waitedFor;
  }

  /** Tells whether the store has it. */
  boolean isDurable() {
    return outcome.isOpen() && !aborted;
  }

  /** Its thread has left it. */
  void over() {
    log.close();
    over.open();
  }

  /** Waits until its thread has left it; false when the time is over first. */
  boolean awaitOver(Duration atMost) throws InterruptedException {
    return over.await(atMost);
  }

  // Storing.

  /** The turn is durable: now it may be seen, and write. */
  @Override
  public void committed() {
    log.open();
    outcome.open();
  }

  /** The turn never was. */
  @Override
  public void aborted() {
    aborted = true;
    stop(End.INTERRUPTED);
    log.close();
    outcome.open();
  }

  /** Has these stored, too, whenever something is: what changes without being stored each time. */
  void storeAlong(Supplier<List<Message>> changing) {
    this.changing = changing;
  }

  /** Stores messages, and then lets everybody see the events that tell of them. */
  void store(List<Message> given, List<? extends TurnEvent> events) {
    var messages = new ArrayList<>(given);
    messages.addAll(changing.get());
    var held = log.hold(events);
    var calls = ledger.unwritten();
    try {
      write(held, segment -> journal.store(work.lease(), messages, calls, segment, held.last()));
    } catch (TurnJournal.Lost e) {
      throw e;
    } catch (RuntimeException e) {
      log.refused(held, event -> new TurnEvent.MessageRemoved(messages.get(0).id()));
      seq = stored;
      throw e;
    }
    log.release(held);
    ledger.written(calls);
    stored = seq;
    for (var event : events) observer.event(turn(), event);
  }

  Conversation change(Conversation.Change change) {
    var changed = new AtomicReference<Conversation>();
    write(() -> changed.set(journal.change(work.lease(), change)));
    return changed.get();
  }

  /** Brings the turn to rest, whatever it takes; then nothing more happens in it. */
  void leave(End end, List<Turn.Pending> awaiting, List<Message> messages, List<TurnEvent> events) {
    if (aborted) return;
    EventLog.Held held = log.holdLast(events);
    try {
      write(held, segment -> leave(end, awaiting, messages, segment, held.last()));
      log.release(held);
      for (var event : events) observer.event(turn(), event);
    } catch (TurnJournal.Lost e) {
      // A deleted conversation's turn has no row left; whoever watches is told all the same.
      if (end.reason() == Turn.EndReason.DELETED) log.release(held);
    } catch (Signal e) {
      throw e;
    } catch (RuntimeException e) {
      observer.trouble("what turn " + turn().id() + " made cannot be stored", e);
      leaveWithLess(end, awaiting, messages, events.get(events.size() - 1), held.last() + 1);
    } finally {
      log.close();
    }
  }

  /** The store refuses what the turn did: perhaps what it said can be kept. */
  private void leaveWithLess(
      End end, List<Turn.Pending> awaiting, List<Message> messages, TurnEvent last, long number) {
    try {
      var only = Segment.of(List.of(new TurnEvent.Numbered(number, last)));
      write(() -> leave(end, awaiting, messages, only, number));
      observer.event(turn(), last);
    } catch (Signal | TurnJournal.Lost e) {
      throw e;
    } catch (RuntimeException e) {
      leaveWithoutAnything(number);
    }
  }

  /** The store refuses what the turn made: at least its end is kept. */
  private void leaveWithoutAnything(long number) {
    ledger.drop();
    var failure = new Turn.Failure("internal", "the answer cannot be stored", false);
    var end = new TurnEvent.TurnEnded(Turn.State.FAILED, null, null, failure, ledger.usage());
    var last = Segment.of(List.of(new TurnEvent.Numbered(number, end)));
    write(() -> leave(End.failed(failure), List.of(), List.of(), last, number));
    observer.event(turn(), end);
  }

  private void leave(
      End end, List<Turn.Pending> awaiting, List<Message> messages, Segment events, long last) {
    var rest =
        new TurnJournal.Rest(
            end.state(),
            end.reason(),
            end.failure(),
            ledger.unwritten(),
            steps,
            awaiting,
            messages,
            events,
            last);
    journal.leave(work.lease(), rest);
  }

  /** Writes what is held with whatever else; with more, when the store has forgotten some. */
  private void write(EventLog.Held held, Consumer<Segment> write) {
    var segment = new AtomicReference<>(held.unwritten());
    write(
        () -> {
          try {
            write.accept(segment.get());
          } catch (TurnJournal.Gap gap) {
            segment.set(log.again(held, gap.stored()));
            write.accept(segment.get());
          }
        });
  }

  /** Writes, again and again while the store does not answer; an interrupt waits meanwhile. */
  private void write(Runnable write) {
    boolean inAgent = agentThread != null;
    if (inAgent) leaveAgent();
    try {
      outcome.await();
      if (aborted) throw new Signal();
      var patience = PATIENCE;
      while (true) {
        try {
          write.run();
          return;
        } catch (ChatException.StorageFailed e) {
          observer.trouble("writing turn " + turn().id(), e);
          if (givenUp.getAsBoolean()) throw new Signal();
          scheduler.sleep(patience);
          if (patience.compareTo(MOST_PATIENCE) < 0) patience = patience.multipliedBy(2);
        }
      }
    } catch (InterruptedException e) {
      throw new Signal();
    } finally {
      if (inAgent) enterAgent();
    }
  }
}
