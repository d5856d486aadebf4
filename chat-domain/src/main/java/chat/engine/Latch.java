package chat.engine;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Is something that happens once, for others to wait for. */
final class Latch {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition opened;
  private boolean open;

  Latch(Scheduler scheduler) {
    opened = scheduler.condition(lock);
  }

  /** It has happened. */
  void open() {
    lock.lock();
    try {
      open = true;
      opened.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isOpen() {
    lock.lock();
    try {
      return open;
    } finally {
      lock.unlock();
    }
  }

  void await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!open) opened.await();
    } finally {
      lock.unlock();
    }
  }

  /** Returns false when the time is over first. */
  boolean await(Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (!open && left > 0) left = opened.awaitNanos(left);
      return open;
    } finally {
      lock.unlock();
    }
  }
}
