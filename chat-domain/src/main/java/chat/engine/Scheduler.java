package chat.engine;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Is how an engine tells time, starts threads and waits: the machine's own way, or a simulation's,
 * which decides who runs next and when it is late. Nothing else in the engine does any of it.
 */
interface Scheduler {
  /** Is the machine's own way. */
  Scheduler MACHINE = new Machine();

  /** Tells time as {@link System#nanoTime} does. */
  long nanoTime();

  /** Waits; an interrupt ends it. */
  void sleep(Duration time) throws InterruptedException;

  /** Makes a thread for a turn, a tool, or something that may take as long; not started. */
  Thread thread(Runnable task);

  /** Makes the thread of a {@link Ticker}, which ends nobody's wait for the end of the process. */
  Thread ticker(String name, Runnable task);

  /** Makes what is waited for under a lock. */
  Condition condition(ReentrantLock lock);

  /**
   * Is the machine's own way. Turns run on virtual threads from Java 24 on, else on platform
   * threads: before, a virtual thread that waits in {@code synchronized} holds its carrier.
   */
  final class Machine implements Scheduler {
    private final ThreadFactory threads =
        Runtime.version().feature() >= 24
            ? Thread.ofVirtual().name("chat-turn-", 0).factory()
            : Thread.ofPlatform().daemon().name("chat-turn-", 0).factory();

    private Machine() {}

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
      Thread.sleep(time);
    }

    @Override
    public Thread thread(Runnable task) {
      return threads.newThread(task);
    }

    @Override
    public Thread ticker(String name, Runnable task) {
      return Thread.ofPlatform().daemon().name(name).unstarted(task);
    }

    @Override
    public Condition condition(ReentrantLock lock) {
      return lock.newCondition();
    }
  }
}
