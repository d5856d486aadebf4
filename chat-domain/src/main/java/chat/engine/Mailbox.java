package chat.engine;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Hands things from any thread to one that waits for them, in the order they came. */
final class Mailbox<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived;
  private final Queue<T> waiting = new ArrayDeque<>();

  Mailbox(Scheduler scheduler) {
    arrived = scheduler.condition(lock);
  }

  void put(T thing) {
    lock.lock();
    try {
      waiting.add(thing);
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the next thing; waits for it.
   *
   * @param atMost nanoseconds; then there is none
   */
  @Nullable T take(long atMost) throws InterruptedException {
    long left = atMost;
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && left > 0) left = arrived.awaitNanos(left);
      return waiting.poll();
    } finally {
      lock.unlock();
    }
  }
}
