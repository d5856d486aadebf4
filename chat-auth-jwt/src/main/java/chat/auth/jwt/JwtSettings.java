package chat.auth.jwt;

import io.jsonwebtoken.security.Keys;
import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Says which tokens are good.
 *
 * @param secret what tokens are signed with, at least 32 bytes as UTF-8. It is taken as it stands,
 *     not decoded from Base64. HS384 needs 48 bytes, HS512 needs 64: a token signed with an
 *     algorithm stronger than the secret is refused
 * @param issuer what {@code iss} must be; null takes any, or none
 * @param audience what must be {@code aud}, or stand in it; null takes any, or none
 */
public record JwtSettings(String secret, @Nullable String issuer, @Nullable String audience) {
  private static final int LEAST_BYTES = 32;

  public JwtSettings {
    if (secret.getBytes(StandardCharsets.UTF_8).length < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "a JWT secret (CHAT_JWT_SECRET) has at least " + LEAST_BYTES + " bytes");
    }
    if (issuer != null && issuer.isBlank()) {
      throw new IllegalArgumentException("a JWT issuer (CHAT_JWT_ISSUER) is not blank");
    }
    if (audience != null && audience.isBlank()) {
      throw new IllegalArgumentException("a JWT audience (CHAT_JWT_AUDIENCE) is not blank");
    }
  }

  SecretKey key() {
    return Keys.hmacShaKeyFor(secret.getBytes(StandardCharsets.UTF_8));
  }

  /** Leaves the secret out, so that it reaches no log. */
  @Override
  public String toString() {
    return "JwtSettings[issuer=" + issuer + ", audience=" + audience + "]";
  }
}
