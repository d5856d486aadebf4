package chat.auth.jwt;

import chat.model.ChatException.Unavailable;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.JwsHeader;
import io.jsonwebtoken.security.SecureDigestAlgorithm;
import java.io.IOException;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the keys that an issuer publishes.
 *
 * <p>They are fetched for the first token, when they are five minutes old, and when a token names a
 * key that is not among them; at most once in ten seconds, whatever arrives, and by one thread, of
 * its own, for which all who need the result wait, for six seconds at most. So a new key is taken
 * within ten seconds, and a key that is gone refused after five minutes.
 *
 * <p>When they cannot be fetched, those that are known are good for a day, and nobody waits for the
 * further attempts but tokens of an unknown key. Whether those are good cannot be told then: they
 * are {@link Unavailable} rather than refused, so that nobody is logged out by an outage.
 */
final class JwksKeys implements VerificationKeys {
  static final Duration FRESH = Duration.ofMinutes(5);
  static final Duration USABLE = Duration.ofHours(24);
  static final Duration BETWEEN_FETCHES = Duration.ofSeconds(10);

  /** After that nobody waits for a fetch any more, though a resolver may still hold it up. */
  private static final Duration PATIENCE = JwksClient.PATIENCE.plusSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(JwksKeys.class);

  private final JwksClient client;
  private final InstantSource clock;

  /** Guards starting a fetch and ending it; not held while it goes on. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Tells, when it is done, whether the fetch ended in time. */
  private @Nullable CompletableFuture<Boolean> running;

  private volatile State state = new State(KeySet.NONE, null, null, null);

  /**
   * Is what is known.
   *
   * @param fetchedAt when the fetch began that brought the keys; null before the first
   * @param triedAt when the last fetch began
   * @param failedAt when the last fetch that ended began, if it brought nothing
   */
  private record State(
      KeySet keys,
      @Nullable Instant fetchedAt,
      @Nullable Instant triedAt,
      @Nullable Instant failedAt) {

    boolean failed() {
      return failedAt != null;
    }

    /** Tells whether the issuer was out of reach of late; an old failure says nothing of today. */
    boolean isOutage(Instant now) {
      return !isOlder(failedAt, FRESH, now);
    }

    boolean isUsable(Instant now) {
      return !isOlder(fetchedAt, USABLE, now);
    }

    KeySet usable(Instant now) {
      return isUsable(now) ? keys : KeySet.NONE;
    }
  }

  JwksKeys(JwksClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public List<SecureDigestAlgorithm<?, ?>> algorithms() {
    return PublishedKey.ALGORITHMS;
  }

  @Override
  public Object version() {
    var now = clock.instant();
    var known = state;
    if (known.fetchedAt != null && isOlder(known.fetchedAt, FRESH, now)) {
      var fetch = fetch();
      if (fetch != null && !known.isOutage(now)) await(fetch);
    }
    known = state;
    return known.isUsable(now) ? known.keys : new Object();
  }

  @Override
  public @Nullable Key locate(Header header) {
    if (!(header instanceof JwsHeader jws)) return null;
    var id = jws.getKeyId();
    var algorithm = jws.getAlgorithm();
    var now = clock.instant();
    boolean inTime = true;
    if (!state.usable(now).knows(id, algorithm)) {
      var fetch = fetch();
      if (fetch != null) inTime = await(fetch);
    }
    var known = state;
    var keys = known.usable(now);
    boolean untold = !inTime || known.failed() || !known.isUsable(now);
    if (untold && !keys.knows(id, algorithm)) throw unavailable();
    return keys.find(id, algorithm);
  }

  /** Starts a fetch, or joins the one that runs; null when it is too early for another. */
  private @Nullable CompletableFuture<Boolean> fetch() {
    lock.lock();
    try {
      if (running != null) return running;
      var now = clock.instant();
      if (!isOlder(state.triedAt, BETWEEN_FETCHES, now)) return null;
      state = new State(state.keys, state.fetchedAt, now, state.failedAt);
      var fetch =
          new CompletableFuture<Boolean>()
              .completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      // No virtual one: while a name is resolved it would hold its carrier, maybe the only one.
      Thread.ofPlatform().daemon().name("chat-jwks").start(() -> run(fetch, now));
      running = fetch; // not before: where threads have run out, the next one may try again
      return fetch;
    } finally {
      lock.unlock();
    }
  }

  private void run(CompletableFuture<Boolean> fetch, Instant now) {
    KeySet fetched = null;
    try {
      fetched = KeySet.parse(client.fetch());
    } catch (IOException | RuntimeException e) {
      if (!state.failed()) LOG.warn("the keys for tokens cannot be fetched: {}", e.toString());
      LOG.debug("the keys for tokens cannot be fetched", e);
    } finally {
      ended(fetched, now);
      fetch.complete(true);
    }
  }

  private void ended(@Nullable KeySet fetched, Instant now) {
    lock.lock();
    try {
      running = null;
      if (fetched == null) {
        state = new State(state.keys, state.fetchedAt, state.triedAt, now);
        return;
      }
      var isNew = !fetched.equals(state.keys);
      if (isNew || state.failed()) report(fetched);
      state = new State(isNew ? fetched : state.keys, now, state.triedAt, null);
    } finally {
      lock.unlock();
    }
  }

  private static void report(KeySet fetched) {
    LOG.info("tokens are checked with {} published keys", fetched.keys().size());
    for (var reason : fetched.leftOut()) LOG.warn("not used for tokens: {}", reason);
  }

  private boolean await(CompletableFuture<Boolean> fetch) {
    try {
      return fetch.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private Unavailable unavailable() {
    var now = clock.instant();
    var triedAt = state.triedAt;
    var since = triedAt == null ? Duration.ZERO : Duration.between(triedAt, now).abs();
    var left = BETWEEN_FETCHES.minus(since);
    return new Unavailable(
        Unavailable.Reason.KEYS_UNAVAILABLE, left.isPositive() ? left : Duration.ofSeconds(1));
  }

  /** Holds either way: a clock that is set back must not stop what waits for time to pass. */
  private static boolean isOlder(@Nullable Instant then, Duration age, Instant now) {
    return then == null || Duration.between(then, now).abs().compareTo(age) >= 0;
  }
}
