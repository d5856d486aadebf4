package chat.testkit;

import chat.model.Caller;
import chat.model.ChatException.Unauthenticated;
import chat.model.UserId;
import chat.port.Authenticator;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Knows the tokens that it was told, and no others. Any thread may tell it more. */
public final class FixedAuthenticator implements Authenticator {
  private final Map<String, Caller> callers = new ConcurrentHashMap<>();
  private final InstantSource clock;

  /** Knows nobody yet, and goes by the system's clock. */
  public FixedAuthenticator() {
    this(InstantSource.system());
  }

  /** Knows nobody yet. */
  public FixedAuthenticator(InstantSource clock) {
    this.clock = clock;
  }

  /** Takes a token for a user's from now on, for ever where there is no expiry. */
  public FixedAuthenticator knows(String token, UserId user, @Nullable Instant expiresAt) {
    callers.put(token, new Caller(user, token, expiresAt));
    return this;
  }

  @Override
  public Caller authenticate(String bearerToken) {
    var caller = callers.get(bearerToken);
    if (caller == null || expired(caller.expiresAt())) {
      throw new Unauthenticated("a valid bearer token is needed");
    }
    return caller;
  }

  private boolean expired(@Nullable Instant expiresAt) {
    return expiresAt != null && !expiresAt.isAfter(clock.instant());
  }
}
