package chat.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Is the life of a server in this process: from the start to the signal that ends it.
 *
 * <p>Threads: the caller's starts it and then waits; the virtual machine's shutdown thread, on
 * Ctrl-C or SIGTERM, closes it: new turns are refused, running ones may end for a while, then
 * streams, pool and database are closed in this order. That thread then ends the process itself,
 * with 0: left alone, a process that a signal ended would report a failure (143, 130) for what was
 * an orderly stop.
 */
final class Server {
  private static final Logger LOG = LoggerFactory.getLogger("chat");
  private static final long START_PATIENCE_SECONDS = 15;

  private final Resources resources = new Resources();
  private final CountDownLatch started = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "chat-shutdown");

  private final String farewell;

  private Server(String farewell) {
    this.farewell = farewell;
  }

  /**
   * Starts the server and serves until a signal ends the process. Throws what keeps it from
   * starting; then nothing of it is left open. Returns only if it was stopped meanwhile.
   *
   * @param start opens what it consists of, and returns where it can be reached
   * @param ready is told that
   * @param farewell is logged when it is asked to stop
   */
  static void run(Function<Resources, String> start, Consumer<String> ready, String farewell) {
    new Server(farewell).serve(start, ready);
  }

  private void serve(Function<Resources, String> start, Consumer<String> ready) {
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      ready.accept(start.apply(resources));
    } catch (RuntimeException | Error e) {
      if (isStopping()) return;
      resources.close();
      throw e;
    } finally {
      started.countDown();
    }
    awaitTheEnd();
  }

  /** Tells whether the shutdown thread is at work, and sees to it that it is not from now on. */
  private boolean isStopping() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
      return false;
    } catch (IllegalStateException shutdownInProgress) {
      return true;
    }
  }

  private static void awaitTheEnd() {
    var never = new CountDownLatch(1);
    while (true) {
      try {
        never.await();
      } catch (InterruptedException e) {
        LOG.debug("interrupted while serving", e);
      }
    }
  }

  private void stop() {
    try {
      LOG.info(farewell);
      resources.close();
      // What was being opened closes itself, on the thread that starts the server.
      if (!started.await(START_PATIENCE_SECONDS, TimeUnit.SECONDS)) LOG.warn("the start hangs");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }
}
