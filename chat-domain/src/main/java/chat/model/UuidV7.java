package chat.model;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes identifiers that sort by the time of their making (RFC 9562, section 5.7): 48 bits of
 * milliseconds, a 12-bit counter that keeps one JVM's ids in order within a millisecond, 62 random
 * bits.
 */
final class UuidV7 {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Milliseconds and counter of the last id, as one number of 60 bits. */
  private static final AtomicLong LAST = new AtomicLong();

  private UuidV7() {}

  static UUID next() {
    long now = System.currentTimeMillis() << 12;
    long stamp = LAST.updateAndGet(last -> Math.max(now, last + 1));
    long high = (stamp >>> 12) << 16 | 0x7000 | (stamp & 0xFFF);
    long low = RANDOM.nextLong() >>> 2 | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }
}
