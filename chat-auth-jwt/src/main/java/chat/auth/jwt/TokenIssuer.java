package chat.auth.jwt;

import chat.model.UserId;
import io.jsonwebtoken.Jwts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import javax.crypto.SecretKey;

/**
 * Signs tokens that a {@link JwtAuthenticator} with the same settings takes: for the development
 * login and the command line, where no identity provider is at hand. May be used by many threads.
 */
public final class TokenIssuer {
  private static final Duration VALIDITY = Duration.ofHours(12);

  private final SecretKey key;
  private final JwtSettings settings;
  private final InstantSource clock;

  /** Takes settings with a shared secret: with published keys only their owner can sign. */
  public TokenIssuer(JwtSettings settings, InstantSource clock) {
    if (!(settings.keys() instanceof JwtSettings.SharedSecret secret)) {
      throw new IllegalArgumentException("tokens are signed with a secret, and there is none");
    }
    this.key = SecretKeys.of(secret).key();
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Returns a token for a user that is good for 12 hours; its times are whole seconds, as the
   * format has them.
   *
   * @throws IllegalArgumentException when the user is blank: the format would leave it out
   */
  public String issue(UserId user) {
    return issue(user, VALIDITY);
  }

  String issue(UserId user, Duration validity) {
    if (user.value().isBlank()) throw new IllegalArgumentException("a user id is not blank");
    if (!validity.isPositive()) throw new IllegalArgumentException("validity " + validity);
    var now = clock.instant();
    var token =
        Jwts.builder()
            .subject(user.value())
            .issuedAt(Date.from(now))
            .expiration(Date.from(now.plus(validity)));
    if (settings.issuer() != null) token.issuer(settings.issuer());
    if (settings.audience() != null) token.audience().add(settings.audience());
    return token.signWith(key, Jwts.SIG.HS256).compact();
  }
}
