package chat.auth.jwt;

import io.jsonwebtoken.Header;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Keys;
import io.jsonwebtoken.security.SecureDigestAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.List;
import javax.crypto.SecretKey;

/** Is the one key that both sides know. */
record SecretKeys(SecretKey key) implements VerificationKeys {

  static SecretKeys of(JwtSettings.SharedSecret shared) {
    return new SecretKeys(Keys.hmacShaKeyFor(shared.secret().getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public List<SecureDigestAlgorithm<?, ?>> algorithms() {
    return List.of(Jwts.SIG.HS256, Jwts.SIG.HS384, Jwts.SIG.HS512);
  }

  @Override
  public Key locate(Header header) {
    return key;
  }

  @Override
  public Object version() {
    return this;
  }
}
