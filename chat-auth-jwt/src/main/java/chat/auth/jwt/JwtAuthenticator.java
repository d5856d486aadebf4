package chat.auth.jwt;

import chat.model.Caller;
import chat.model.ChatException;
import chat.model.UserId;
import chat.port.Authenticator;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.MalformedJwtException;
import java.io.Reader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes JSON Web Tokens (RFC 7519) that are signed with a shared secret, or with a key that their
 * issuer publishes. {@code sub} must be a {@link UserId}, {@code exp} must be there; {@code exp}
 * and {@code nbf} are given 30 seconds of leeway for clocks that differ.
 *
 * <p>Nothing a token says about itself chooses how it is checked: the algorithms are those of the
 * keys, keys never come from its header, nothing is decrypted or decompressed, nothing it names is
 * fetched. All refusals read the same.
 *
 * <p>A verified token is remembered until it expires, or until the published keys change.
 */
public final class JwtAuthenticator implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(JwtAuthenticator.class);
  private static final String REFUSAL = "the bearer token is missing or not valid";
  private static final Duration LEEWAY = Duration.ofSeconds(30);
  private static final int LONGEST_TOKEN = 8 * 1024;
  private static final int TOKENS_REMEMBERED = 10_000;

  /** Header members that say that a token is to be read in another way (RFC 7515, RFC 7797). */
  private static final List<String> EXTENSIONS = List.of("crit", "b64");

  private final VerificationKeys keys;
  private final @Nullable String issuer;
  private final JwtParser parser;
  private final InstantSource clock;
  private final VerifiedTokens verified = new VerifiedTokens(TOKENS_REMEMBERED);

  public JwtAuthenticator(JwtSettings settings, InstantSource clock) {
    this(settings, keys(settings, clock), clock);
  }

  JwtAuthenticator(JwtSettings settings, VerificationKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
    this.issuer = settings.issuer() == null ? null : withoutSlash(settings.issuer());
    var rules =
        Jwts.parser()
            .keyLocator(keys)
            .clock(() -> Date.from(clock.instant()))
            .clockSkewSeconds(LEEWAY.toSeconds())
            .json(new StrictClaims());
    rules.sig().clear().add(keys.algorithms()).and();
    rules.zip().clear().and();
    rules.key().clear().and();
    rules.enc().clear().and();
    if (settings.audience() != null) rules.requireAudience(settings.audience());
    this.parser = rules.build();
  }

  private static VerificationKeys keys(JwtSettings settings, InstantSource clock) {
    return switch (settings.keys()) {
      case JwtSettings.SharedSecret secret -> SecretKeys.of(secret);
      case JwtSettings.PublishedKeys published ->
          new JwksKeys(new JwksClient(published.url()), clock);
    };
  }

  @Override
  public Caller authenticate(String bearerToken) {
    if (bearerToken.isEmpty() || bearerToken.length() > LONGEST_TOKEN) throw refusal();
    var now = clock.instant();
    var version = keys.version();
    var known = verified.find(bearerToken, version, now);
    if (known != null) return known;
    var caller = CompactForm.isOne(bearerToken) ? verify(bearerToken) : null;
    if (caller == null) throw refusal();
    verified.remember(bearerToken, version, caller, now);
    return caller;
  }

  /** Whatever goes wrong with a token that a stranger wrote is a refusal, never a failure. */
  private @Nullable Caller verify(String token) {
    try {
      var signed = parser.parseSignedClaims(token);
      for (var extension : EXTENSIONS) {
        if (signed.getHeader().containsKey(extension)) return null;
      }
      var claims = signed.getPayload();
      var expiry = claims.getExpiration();
      var subject = claims.getSubject();
      if (expiry == null || subject == null || !isFromIssuer(claims.getIssuer())) return null;
      return new Caller(new UserId(subject), token, expiry.toInstant());
    } catch (ChatException.Unavailable untold) {
      throw untold;
    } catch (RuntimeException refused) {
      // Its message may hold what a stranger wrote.
      LOG.debug("a token is refused: {}", refused.getClass().getName());
      return null;
    }
  }

  private boolean isFromIssuer(@Nullable String claimed) {
    return issuer == null || (claimed != null && issuer.equals(withoutSlash(claimed)));
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static ChatException.Unauthenticated refusal() {
    return new ChatException.Unauthenticated(REFUSAL);
  }

  /** Refuses times that are not numbers, which jjwt would read too (RFC 7519, section 2). */
  private static final class StrictClaims extends StrictJson<Map<String, ?>> {
    private static final Set<String> TIMES = Set.of("exp", "nbf", "iat");

    @Override
    protected Map<String, ?> doDeserialize(Reader reader) throws Exception {
      var claims = super.doDeserialize(reader);
      for (var name : TIMES) {
        if (claims.containsKey(name) && !(claims.get(name) instanceof Number)) {
          throw new MalformedJwtException(name + " is not a number");
        }
      }
      return claims;
    }
  }
}
