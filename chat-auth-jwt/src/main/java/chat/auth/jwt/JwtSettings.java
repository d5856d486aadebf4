package chat.auth.jwt;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Says which tokens are good.
 *
 * @param keys what their signatures are checked with
 * @param issuer what {@code iss} must be, but for a slash at the end of either; null takes any, or
 *     none
 * @param audience what must be {@code aud}, or stand in it; null takes any, or none
 */
public record JwtSettings(Keys keys, @Nullable String issuer, @Nullable String audience) {

  public JwtSettings {
    if (issuer != null && issuer.isBlank()) {
      throw new IllegalArgumentException("a JWT issuer (CHAT_JWT_ISSUER) is not blank");
    }
    if (audience != null && audience.isBlank()) {
      throw new IllegalArgumentException("a JWT audience (CHAT_JWT_AUDIENCE) is not blank");
    }
  }

  /** Takes what is signed with a secret that both sides know. */
  public static JwtSettings secret(String secret) {
    return new JwtSettings(new SharedSecret(secret), null, null);
  }

  /** Takes what is signed with the keys that an issuer publishes. */
  public static JwtSettings jwks(URI url) {
    return new JwtSettings(new PublishedKeys(url), null, null);
  }

  public JwtSettings issuer(@Nullable String issuer) {
    return new JwtSettings(keys, issuer, audience);
  }

  public JwtSettings audience(@Nullable String audience) {
    return new JwtSettings(keys, issuer, audience);
  }

  /** Is where the keys come from. */
  public sealed interface Keys {}

  /**
   * Is a secret that both sides know.
   *
   * @param secret at least 32 bytes as UTF-8. It is taken as it stands, not decoded from Base64.
   *     HS384 needs 48 bytes, HS512 needs 64: a token signed with an algorithm stronger than the
   *     secret is refused
   */
  public record SharedSecret(String secret) implements Keys {
    private static final int LEAST_BYTES = 32;

    public SharedSecret {
      if (secret.getBytes(StandardCharsets.UTF_8).length < LEAST_BYTES) {
        throw new IllegalArgumentException(
            "a JWT secret (CHAT_JWT_SECRET) has at least " + LEAST_BYTES + " bytes");
      }
    }

    /** Leaves the secret out, so that it reaches no log. */
    @Override
    public String toString() {
      return "SharedSecret";
    }
  }

  /**
   * Is a JSON Web Key Set (RFC 7517) that an issuer publishes.
   *
   * @param url an https URL. Whoever can change what it answers can log in as anyone, so http is
   *     for where no stranger is on the way: this machine, private addresses, and names that only a
   *     private network has ({@code auth}, {@code auth.internal}, {@code auth.prod.svc})
   */
  public record PublishedKeys(URI url) implements Keys {
    private static final Pattern PRIVATE_HOST =
        Pattern.compile(
            "[a-z][a-z0-9_-]*|.+\\.(localhost|local|internal|svc|svc\\.cluster\\.local)"
                + "|(127|10)(\\.\\d{1,3}){3}|192\\.168(\\.\\d{1,3}){2}"
                + "|172\\.(1[6-9]|2\\d|3[01])(\\.\\d{1,3}){2}"
                + "|::1|f[cd][0-9a-f]{2}:[0-9a-f:]*");

    public PublishedKeys {
      // As it will be read when it is fetched; java.net.URI sees no host in auth_server.
      var read = HttpUrl.get(url);
      if (read == null || url.getRawAuthority() == null) {
        throw new IllegalArgumentException("a JWKS URL begins with https:// and a host");
      }
      if (!read.username().isEmpty() || !read.password().isEmpty()) {
        throw new IllegalArgumentException("a JWKS URL has no user and password");
      }
      if (!read.isHttps() && !PRIVATE_HOST.matcher(read.host()).matches()) {
        throw new IllegalArgumentException(
            "a JWKS URL is an https one, unless it leads to this machine or a private network");
      }
    }
  }
}
