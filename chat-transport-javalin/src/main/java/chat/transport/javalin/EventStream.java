package chat.transport.javalin;

import chat.engine.Follower;
import chat.model.ChatException;
import chat.model.TurnEvent;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams turns to clients, each on its request's own thread: what is there is written, and flushed
 * when nothing more is ready. A client that has gone shows only when something is written to it;
 * its stream then ends and its turn goes on.
 */
final class EventStream {
  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

  private final Duration heartbeat;
  private final Set<Thread> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();

  EventStream(Duration heartbeat) {
    this.heartbeat = heartbeat;
  }

  /**
   * Writes a turn's events until its end.
   *
   * @param restsWhereItAwaits whether to end, too, where the turn awaits an answer and nothing
   *     newer has happened
   */
  void run(Context ctx, Follower follower, boolean restsWhereItAwaits) {
    open.add(Thread.currentThread());
    try {
      head(ctx);
      write(ctx.res().getOutputStream(), follower, restsWhereItAwaits);
    } catch (IOException e) {
      LOG.debug("a client has gone", e);
    } catch (InterruptedException e) {
      LOG.debug("a stream was cut short by the shutdown");
    } catch (ChatException e) {
      LOG.warn("a stream of turn {} broke off: {}", follower.turn().id(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("a stream of turn {} broke off", follower.turn().id(), e);
    } finally {
      leave();
    }
  }

  /** Says that a stream follows. */
  static void head(Context ctx) {
    ctx.status(200);
    var response = ctx.res();
    response.setContentType("text/event-stream;charset=utf-8");
    response.setHeader("Cache-Control", "no-cache, no-transform");
    response.setHeader("X-Accel-Buffering", "no");
  }

  private void write(ServletOutputStream out, Follower follower, boolean restsWhereItAwaits)
      throws IOException, InterruptedException {
    var turn = follower.turn();
    var encoder = EventWire.of(turn);
    out.write(EventWire.HEARTBEAT);
    var queued = turn.queued();
    if (queued != null && !turn.state().terminal()) out.write(encoder.queued(queued.position()));
    out.flush();
    while (!follower.ended()) {
      var events = follower.next(heartbeat);
      if (events.isEmpty() && !follower.ended()) out.write(EventWire.HEARTBEAT);
      for (var event : events) out.write(event.frame(encoder));
      out.flush();
      if (restsWhereItAwaits && awaits(events)) return;
    }
  }

  private static boolean awaits(List<TurnEvent.Numbered> events) {
    return !events.isEmpty()
        && events.get(events.size() - 1).event() instanceof TurnEvent.TurnAwaiting;
  }

  int open() {
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
  void drain(Duration patience) throws InterruptedException {
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
