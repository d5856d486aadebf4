package chat.tools.mcp;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Is one request on its way to a server and back. It travels in Reactor's context from whoever asks
 * to the wire, since the SDK keeps the ids of requests to itself. What has none is sent by the SDK
 * alone, such as an answer to a question of the server's.
 */
final class Errand {
  private static final String KEY = "chat.errand";

  private final @Nullable String bearer;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Runnable abandon;
  private boolean abandoned;

  /**
   * @param bearer the token that says who asks; null for none
   */
  Errand(@Nullable String bearer) {
    this.bearer = bearer;
  }

  static @Nullable Errand of(ContextView context) {
    return context.getOrDefault(KEY, null);
  }

  Context in(Context context) {
    return context.put(KEY, this);
  }

  @Nullable String bearer() {
    return bearer;
  }

  /**
   * The wire takes it over.
   *
   * @param abandon what to do when nobody waits for the answer any more; runs at most once
   * @return whether somebody still waits: if not, nothing is to be sent
   */
  boolean begins(Runnable abandon) {
    lock.lock();
    try {
      if (!abandoned) this.abandon = abandon;
      return !abandoned;
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of it: the server is told, and the answer is not waited for. */
  void abandon() {
    Runnable run;
    lock.lock();
    try {
      abandoned = true;
      run = abandon;
      abandon = null;
    } finally {
      lock.unlock();
    }
    if (run != null) run.run();
  }
}
