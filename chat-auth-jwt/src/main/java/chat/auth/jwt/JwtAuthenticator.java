package chat.auth.jwt;

import chat.model.Caller;
import chat.model.ChatException;
import chat.model.UserId;
import chat.port.Authenticator;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.Locator;
import io.jsonwebtoken.MalformedJwtException;
import io.jsonwebtoken.jackson.io.JacksonDeserializer;
import io.jsonwebtoken.security.MacAlgorithm;
import java.io.Reader;
import java.security.Key;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes JSON Web Tokens (RFC 7519) that are signed with a shared secret. {@code sub} must be a
 * {@link UserId}, {@code exp} must be there; {@code exp} and {@code nbf} are given 30 seconds of
 * leeway for clocks that differ.
 *
 * <p>Nothing a token says about itself chooses how it is checked: the algorithms are fixed, keys
 * never come from its header, nothing is decrypted or decompressed. All refusals read the same.
 */
public final class JwtAuthenticator implements Authenticator {
  private static final String REFUSAL = "the bearer token is missing or not valid";
  private static final Duration LEEWAY = Duration.ofSeconds(30);
  private static final int LONGEST_TOKEN = 8 * 1024;
  private static final int TOKENS_REMEMBERED = 10_000;
  private static final List<MacAlgorithm> SHARED_SECRET_ALGORITHMS =
      List.of(Jwts.SIG.HS256, Jwts.SIG.HS384, Jwts.SIG.HS512);

  private final JwtParser parser;
  private final InstantSource clock;
  private final VerifiedTokens verified = new VerifiedTokens(TOKENS_REMEMBERED);

  public JwtAuthenticator(JwtSettings settings, InstantSource clock) {
    this(settings, sharedSecret(settings), SHARED_SECRET_ALGORITHMS, clock);
  }

  /** Takes where keys come from and which algorithms they are for. */
  private JwtAuthenticator(
      JwtSettings settings, Locator<Key> keys, List<MacAlgorithm> algorithms, InstantSource clock) {
    this.clock = clock;
    var rules =
        Jwts.parser()
            .keyLocator(keys)
            .clock(() -> Date.from(clock.instant()))
            .clockSkewSeconds(LEEWAY.toSeconds())
            .json(new StrictClaims());
    rules.sig().clear().add(algorithms).and();
    rules.zip().clear().and();
    rules.key().clear().and();
    rules.enc().clear().and();
    if (settings.issuer() != null) rules.requireIssuer(settings.issuer());
    if (settings.audience() != null) rules.requireAudience(settings.audience());
    this.parser = rules.build();
  }

  private static Locator<Key> sharedSecret(JwtSettings settings) {
    var key = settings.key();
    return header -> key;
  }

  @Override
  public Caller authenticate(String bearerToken) {
    if (bearerToken.isEmpty() || bearerToken.length() > LONGEST_TOKEN) throw refusal();
    var now = clock.instant();
    var known = verified.find(bearerToken, now);
    if (known != null) return known;
    var caller = verify(bearerToken);
    if (caller == null) throw refusal();
    verified.remember(bearerToken, caller, now);
    return caller;
  }

  /** Whatever goes wrong with a token that a stranger wrote is a refusal, never a failure. */
  private @Nullable Caller verify(String token) {
    try {
      var claims = parser.parseSignedClaims(token).getPayload();
      var expiry = claims.getExpiration();
      var subject = claims.getSubject();
      if (expiry == null || subject == null) return null;
      return new Caller(new UserId(subject), token, expiry.toInstant());
    } catch (RuntimeException refused) {
      return null;
    }
  }

  private static ChatException.Unauthenticated refusal() {
    return new ChatException.Unauthenticated(REFUSAL);
  }

  /** Refuses times that are not numbers, which jjwt would read too (RFC 7519, section 2). */
  private static final class StrictClaims extends JacksonDeserializer<Map<String, ?>> {
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
