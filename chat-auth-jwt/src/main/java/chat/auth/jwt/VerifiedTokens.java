package chat.auth.jwt;

import chat.model.Caller;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the callers of the tokens that were verified last, until the tokens expire or the keys
 * that verified them have changed. The lock is held for a look-up only.
 */
final class VerifiedTokens {
  private record Known(Object version, Caller caller) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Known> known;

  VerifiedTokens(int atMost) {
    this.known =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > atMost;
          }
        };
  }

  /**
   * Returns the caller of a known token; null also when the token has expired, or was verified
   * under another version of the keys.
   */
  @Nullable Caller find(String token, Object version, Instant now) {
    lock.lock();
    try {
      var found = known.get(token);
      if (found == null) return null;
      if (found.version.equals(version) && good(found.caller, now)) return found.caller;
      known.remove(token);
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Keeps one, as verified under a version of the keys that was current before it was. */
  void remember(String token, Object version, Caller caller, Instant now) {
    if (!good(caller, now)) return;
    lock.lock();
    try {
      known.put(token, new Known(version, caller));
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return known.size();
    } finally {
      lock.unlock();
    }
  }

  private static boolean good(Caller caller, Instant now) {
    return caller.expiresAt() != null && now.isBefore(caller.expiresAt());
  }
}
