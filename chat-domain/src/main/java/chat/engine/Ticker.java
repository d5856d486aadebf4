package chat.engine;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Repeats a task on a thread of its own, with a pause between two runs that a wake-up cuts short,
 * but not below the least there is to be. A task that fails is repeated all the same. What fails
 * after the close is not told: whoever closes takes away what the task needs.
 */
final class Ticker implements AutoCloseable {
  private final Runnable task;
  private final Duration pause;
  private final Duration least;
  private final Consumer<Throwable> failed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken;
  private boolean wake;
  private boolean closed;

  private Ticker(
      Scheduler scheduler,
      Duration pause,
      Duration least,
      Runnable task,
      Consumer<Throwable> failed) {
    this.woken = scheduler.condition(lock);
    this.pause = pause;
    this.least = least;
    this.task = task;
    this.failed = failed;
  }

  static Ticker start(
      Scheduler scheduler,
      String name,
      Duration pause,
      Duration least,
      Runnable task,
      Consumer<Throwable> failed) {
    var ticker = new Ticker(scheduler, pause, least, task, failed);
    scheduler.ticker(name, ticker::run).start();
    return ticker;
  }

  private void run() {
    while (pauseIsOver()) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        if (!isClosed()) failed.accept(e);
      }
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private boolean pauseIsOver() {
    lock.lock();
    try {
      long left = pause.toNanos();
      long soonest = left - least.toNanos();
      while (!closed && left > 0 && !(wake && left <= soonest)) {
        long wait = wake ? left - soonest : left;
        left -= wait - woken.awaitNanos(wait);
      }
      wake = false;
      return !closed;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the pause; a wake-up during a run starts another one right after it. */
  void wake() {
    lock.lock();
    try {
      wake = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets a run that goes on end by itself; no other one follows. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
