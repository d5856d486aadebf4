package chat.transport.javalin.http;

import chat.model.ChatException;
import chat.model.Turn;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the streams that are being written, each on its request's own thread, so that a shutdown
 * can wait for them.
 */
public final class OpenStreams {
  private static final Logger LOG = LoggerFactory.getLogger(OpenStreams.class);

  private final Set<Thread> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();

  /** Writes a stream. */
  @FunctionalInterface
  public interface Writing {
    /** Throws {@link IOException} when the client has gone. */
    void write() throws IOException, InterruptedException;
  }

  /**
   * Writes a turn's stream on this thread.
   *
   * @return whether it came to its end: false when the client has gone, the server goes, or the
   *     turn can no longer be followed
   */
  public boolean run(Turn.Id turn, Writing writing) {
    open.add(Thread.currentThread());
    try {
      writing.write();
      return true;
    } catch (IOException e) {
      LOG.debug("a client has gone", e);
    } catch (InterruptedException e) {
      LOG.debug("a stream was cut short by the shutdown");
    } catch (ChatException e) {
      LOG.warn("a stream of turn {} broke off: {}", turn, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("a stream of turn {} broke off", turn, e);
    } finally {
      leave();
    }
    return false;
  }

  /** Says that a stream of events follows. */
  public static void head(Context ctx) {
    ctx.status(200);
    var response = ctx.res();
    response.setContentType("text/event-stream;charset=utf-8");
    response.setHeader("Cache-Control", "no-cache, no-transform");
    response.setHeader("X-Accel-Buffering", "no");
  }

  /** Returns how many there are. */
  public int count() {
    return open.size();
  }

  private void leave() {
    lock.lock();
    try {
      open.remove(Thread.currentThread());
      ended.signalAll();
    } finally {
      lock.unlock();
    }
    // An interruption was meant for the stream, not for whatever this thread does next.
    var unused = Thread.interrupted();
  }

  /** Waits until all streams have ended, and cuts short what has not by then. */
  public void drain(Duration patience) throws InterruptedException {
    if (ended(patience)) return;
    lock.lock();
    try {
      LOG.info("cutting {} streams short", open.size());
      open.forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
    if (!ended(Duration.ofSeconds(1))) LOG.warn("{} streams do not end", open.size());
  }

  private boolean ended(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (!open.isEmpty() && left > 0) left = ended.awaitNanos(left);
      return open.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
