package chat.app;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Is what the server has opened so far, closed in reverse order, once. The thread that starts the
 * server adds to it while the one that stops it may already be closing.
 */
final class Resources implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private boolean closed;

  /** Takes charge of one; closes it at once, and throws, if the server is being stopped. */
  <T extends AutoCloseable> T add(T resource) {
    lock.lock();
    try {
      if (!closed) {
        opened.push(resource);
        return resource;
      }
    } finally {
      lock.unlock();
    }
    close(resource);
    throw new Stopped();
  }

  /** Says that the server was asked to stop before it had started. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Override
  public void close() {
    while (true) {
      AutoCloseable next;
      lock.lock();
      try {
        closed = true;
        next = opened.poll();
      } finally {
        lock.unlock();
      }
      if (next == null) return;
      close(next);
    }
  }

  /** What cannot be closed must not keep the rest open. */
  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.warn("closing {} failed: {}", resource.getClass().getSimpleName(), e.toString());
    }
  }
}
