package chat.agent.openai;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides how long to wait before a model call is repeated, and waits.
 *
 * <p>Half a second the first time, twice as long each further time, at most eight seconds, a random
 * quarter less so that those who failed together do not come back together: as OpenAI's own clients
 * do it. Where the endpoint says how long, it is that long.
 */
final class Patience {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(8);

  /** Nobody watches an answer for longer before its first word. */
  private static final Duration LONGEST_ASKED = Duration.ofSeconds(20);

  private static final double JITTER = 0.25;

  /** Is the time that passes; tests have one of their own. */
  interface Time {
    Time REAL =
        new Time() {
          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public boolean passes(Duration time, CountDownLatch end) throws InterruptedException {
            return !end.await(time.toNanos(), TimeUnit.NANOSECONDS);
          }
        };

    /** Returns nanoseconds since whenever. */
    long nanos();

    /** Waits that long and returns true; returns false as soon as the latch is open. */
    boolean passes(Duration time, CountDownLatch end) throws InterruptedException;
  }

  private Patience() {}

  /**
   * Returns how long to wait before a retry; nothing when that would be too long.
   *
   * @param retry from 1
   * @param asked how long the endpoint wants to be left alone; null if it does not say
   * @param left what is left of the turn's budget
   */
  static @Nullable Duration before(int retry, @Nullable Duration asked, Duration left) {
    var wait = asked == null ? backOff(retry) : asked;
    boolean tooLong = asked != null && asked.compareTo(LONGEST_ASKED) > 0;
    return tooLong || wait.compareTo(left) >= 0 ? null : wait;
  }

  private static Duration backOff(int retry) {
    var doubled = FIRST.multipliedBy(1L << Math.min(retry - 1, 10));
    var most = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    double less = 1 - JITTER * ThreadLocalRandom.current().nextDouble();
    return Duration.ofNanos((long) (most.toNanos() * less));
  }
}
