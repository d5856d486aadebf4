package chat.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Is who acts now: the token's subject and, while it is at hand, the token itself, which is
 * forwarded to tools and never stored.
 */
public record Caller(UserId user, @Nullable String bearer, @Nullable Instant expiresAt) {

  /** A turn that another instance claims, or that nobody waits for, acts without a token. */
  public static Caller withoutToken(UserId user) {
    return new Caller(user, null, null);
  }

  /** Leaves the token out, so that it reaches no log. */
  @Override
  public String toString() {
    return "Caller[" + user + "]";
  }
}
