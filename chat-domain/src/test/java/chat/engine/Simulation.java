package chat.engine;

import chat.engine.SimulatedThread.Host;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Is a machine of its own, on which one thread runs at a time and a seed says which: the same seed,
 * the same schedule.
 *
 * <p>The thread that runs holds the baton. It gives it up where it waits, where it {@link #pause
 * pauses} (at every call of a port, say), and when it ends; the next one is drawn from those that
 * can go on. Time stands still while threads run, but for a draw now and then, and jumps to the
 * nearest deadline when all wait. Nobody waits in real time.
 *
 * <p>Threads belong to hosts. A host that is dead or suspended is never drawn: its threads stay
 * where they are.
 */
final class Simulation implements Scheduler {
  private static final long NEVER = SimulatedThread.NEVER;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int STEPS = 400_000;
  private static final Instant EPOCH = Instant.parse("2030-01-01T00:00:00Z");

  /** Unwinds the threads that are left when the simulation is over. */
  private static final class Over extends Error {
    private static final long serialVersionUID = 1;

    Over() {
      super("the simulation is over", null, false, false);
    }
  }

  final SplittableRandom random;
  private final double sticky;
  private final boolean tells;
  private final List<SimulatedThread> tasks = new ArrayList<>();
  private final List<String> story = new ArrayList<>();
  private final Semaphore handedBack = new Semaphore(0);
  private long now;
  private long schedule;
  private int steps;
  private int named;
  private volatile @Nullable SimulatedThread current;
  private volatile boolean over;
  private @Nullable Throwable failure;

  /**
   * @param tells whether it keeps the story of what happens
   */
  Simulation(long seed, boolean tells) {
    this.random = new SplittableRandom(seed);
    this.sticky = List.of(0.0, 0.5, 0.9).get(random.nextInt(3));
    this.tells = tells;
  }

  /** Runs until the director's task is done or something fails; then nothing of it is left. */
  void run(Runnable director) {
    var first = make(new Host("world"), "director", director);
    first.thread.start();
    first.directs = true;
    give(first);
    takeBack("the simulation");
    over = true;
    for (int i = 0; i < tasks.size(); i++) {
      var task = tasks.get(i);
      if (!task.isStarted() || task.done) continue;
      give(task);
      takeBack("thread " + task.name);
    }
    if (failure instanceof Error error) throw error;
    if (failure != null) throw new AssertionError(failure);
  }

  private void takeBack(String what) {
    try {
      if (handedBack.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var holder = current;
    var where = new AssertionError(what + " does not come back: a wait that is not simulated?");
    if (holder != null) where.setStackTrace(holder.thread.getStackTrace());
    throw where;
  }

  /** Returns a number that stands for all draws so far: equal for equal schedules. */
  long schedule() {
    return schedule;
  }

  /** Returns what happened, a line each. */
  List<String> story() {
    return story;
  }

  void tell(Supplier<String> what) {
    if (!tells) return;
    var task = current;
    var who = task == null ? "" : task.host.name + "/" + task.name;
    story.add("%9.3f %s: %s".formatted(now / 1e6, who, what.get()));
  }

  /** Ends the simulation: something is not as it must be. */
  void fail(Throwable why) {
    if (failure == null) failure = why;
    tell(() -> "FAILURE " + why);
  }

  // Threads.

  void spawn(Host host, String name, Runnable task) {
    make(host, name, task).thread.start();
  }

  @Override
  public Thread thread(Runnable task) {
    pause();
    return make(host(), "turn", task).thread;
  }

  @Override
  public Thread ticker(String name, Runnable task) {
    return make(host(), name, task).thread;
  }

  private Host host() {
    return me().host;
  }

  private SimulatedThread make(Host host, String name, Runnable work) {
    var made = new SimulatedThread[1];
    var thread = Thread.ofVirtual().unstarted(() -> live(made[0], work));
    made[0] = new SimulatedThread(host, name + "-" + ++named, thread);
    tasks.add(made[0]);
    return made[0];
  }

  private void live(SimulatedThread me, Runnable work) {
    try {
      awaitBaton(me);
      work.run();
    } catch (Over e) {
      // It is.
    } catch (Throwable e) {
      if (!over) fail(e);
    } finally {
      me.done = true;
      if (!over) {
        tasks.remove(me);
        if (me.directs) handBack();
        else next(me);
      } else {
        handBack();
      }
    }
  }

  /** Returns the threads of a host that have not ended. */
  List<String> living(Host host) {
    return tasks.stream()
        .filter(task -> task.host == host && task.isStarted())
        .map(task -> task.name)
        .toList();
  }

  // The baton.

  private SimulatedThread me() {
    var me = current;
    if (me == null || !me.thread.equals(Thread.currentThread())) {
      throw new IllegalStateException("not a thread of the simulation, or without its baton");
    }
    if (over) throw new Over();
    return me;
  }

  /** Lets others go on, and returns when it is this thread's turn again. */
  void pause() {
    var me = me();
    pass();
    if (random.nextDouble() >= sticky) next(me);
  }

  /** Lets a little time pass now and then: a port is called over a network. */
  private void pass() {
    int draw = random.nextInt(64);
    if (draw < 16) now += random.nextLong(2_000_000);
    else if (draw == 16) now += random.nextLong(100_000_000);
  }

  /** Waits until the time has come, it is made ready, or, if it may be, it is interrupted. */
  private void block(long deadline, boolean interruptible) {
    var me = me();
    me.ready = false;
    me.deadline = deadline;
    me.interruptible = interruptible;
    next(me);
    me.ready = true;
    me.deadline = NEVER;
  }

  private void next(SimulatedThread me) {
    if (failure != null || ++steps > STEPS) {
      if (failure == null) fail(new AssertionError("no end after " + STEPS + " steps"));
      handBack();
    } else {
      var next = draw();
      if (next == me) return;
      if (next == null) handBack();
      else give(next);
    }
    if (!me.done) awaitBaton(me);
  }

  private @Nullable SimulatedThread draw() {
    while (true) {
      var able = new ArrayList<SimulatedThread>();
      long nearest = NEVER;
      for (var task : tasks) {
        if (task.isHeld()) continue;
        if (task.isAble(now)) able.add(task);
        nearest = Math.min(nearest, task.deadline);
      }
      if (!able.isEmpty()) {
        int drawn = random.nextInt(able.size());
        schedule = schedule * 31 + drawn + now * 17;
        return able.get(drawn);
      }
      if (nearest == NEVER) {
        fail(new AssertionError("nobody can ever go on"));
        return null;
      }
      now = Math.max(now, nearest);
    }
  }

  private void give(SimulatedThread task) {
    current = task;
    task.hasBaton = true;
    LockSupport.unpark(task.thread);
  }

  private void handBack() {
    handedBack.release();
  }

  private void awaitBaton(SimulatedThread me) {
    while (!me.hasBaton) {
      LockSupport.park(this);
      if (Thread.currentThread().isInterrupted()) {
        me.interrupted = true;
        boolean ignored = Thread.interrupted();
      }
    }
    me.hasBaton = false;
    if (me.interrupted) {
      me.interrupted = false;
      Thread.currentThread().interrupt();
    }
    if (over) throw new Over();
  }

  // Time.

  @Override
  public long nanoTime() {
    return now;
  }

  InstantSource clock() {
    return () -> EPOCH.plusNanos(now);
  }

  Duration elapsed() {
    return Duration.ofNanos(now);
  }

  @Override
  public void sleep(Duration time) throws InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    block(now + time.toNanos(), true);
    if (Thread.interrupted()) throw new InterruptedException();
  }

  /** Sleeps, whatever comes. */
  void rest(Duration time) {
    block(now + time.toNanos(), false);
  }

  @Override
  public Condition condition(ReentrantLock lock) {
    return new SimulatedCondition(lock);
  }

  /** Is waited for without real waiting. */
  private final class SimulatedCondition implements Condition {
    private final ReentrantLock lock;
    private final Deque<SimulatedThread> waiting = new ArrayDeque<>();

    SimulatedCondition(ReentrantLock lock) {
      this.lock = lock;
    }

    @Override
    public void awaitUninterruptibly() {
      boolean ignored = waitUntil(NEVER, false);
    }

    @Override
    public void await() throws InterruptedException {
      if (Thread.interrupted()) throw new InterruptedException();
      boolean signalled = waitUntil(NEVER, true);
      if (!signalled && Thread.interrupted()) throw new InterruptedException();
    }

    @Override
    public long awaitNanos(long nanos) throws InterruptedException {
      if (Thread.interrupted()) throw new InterruptedException();
      long deadline = now + Math.max(nanos, 0);
      boolean signalled = waitUntil(deadline, true);
      if (!signalled && Thread.interrupted()) throw new InterruptedException();
      return deadline - now;
    }

    @Override
    public boolean await(long time, TimeUnit unit) {
      throw new UnsupportedOperationException("nobody waits like this");
    }

    @Override
    public boolean awaitUntil(Date deadline) {
      throw new UnsupportedOperationException("nobody waits for a date");
    }

    /** Returns whether it was signalled. */
    private boolean waitUntil(long deadline, boolean interruptible) {
      var me = me();
      int holds = lock.getHoldCount();
      for (int i = 0; i < holds; i++) lock.unlock();
      waiting.add(me);
      try {
        block(deadline, interruptible);
      } finally {
        for (int i = 0; i < holds; i++) lock.lock();
      }
      return !waiting.remove(me);
    }

    @Override
    public void signal() {
      var first = waiting.poll();
      if (first != null) first.ready = true;
    }

    @Override
    public void signalAll() {
      while (!waiting.isEmpty()) signal();
    }
  }
}
