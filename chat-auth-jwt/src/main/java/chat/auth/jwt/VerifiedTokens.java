package chat.auth.jwt;

import chat.model.Caller;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the callers of the tokens that were verified last, until the tokens expire. The lock is
 * held for a look-up only.
 */
final class VerifiedTokens {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Caller> callers;

  VerifiedTokens(int atMost) {
    this.callers =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Caller> eldest) {
            return size() > atMost;
          }
        };
  }

  /** Returns the caller of a known token; null also when the token has expired. */
  @Nullable Caller find(String token, Instant now) {
    lock.lock();
    try {
      var caller = callers.get(token);
      if (caller == null || good(caller, now)) return caller;
      callers.remove(token);
      return null;
    } finally {
      lock.unlock();
    }
  }

  void remember(String token, Caller caller, Instant now) {
    if (!good(caller, now)) return;
    lock.lock();
    try {
      callers.put(token, caller);
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return callers.size();
    } finally {
      lock.unlock();
    }
  }

  private static boolean good(Caller caller, Instant now) {
    return caller.expiresAt() != null && now.isBefore(caller.expiresAt());
  }
}
