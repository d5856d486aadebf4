package chat.auth.jwt;

import chat.model.UserId;
import chat.port.Authenticator;
import chat.testkit.AuthenticatorContract;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The authenticator for JSON Web Tokens keeps what every authenticator promises. */
final class JwtAuthenticatorContractTest {
  private static final String PAYLOAD = "{\"sub\":\"%s\",\"exp\":%d}";

  @Nested
  final class WithASecret implements AuthenticatorContract {
    private static final String SECRET = "a secret that nobody has ever guessed";
    private final JwtSettings settings = JwtSettings.secret(SECRET);
    private final Authenticator authenticator =
        new JwtAuthenticator(settings, InstantSource.system());

    @Override
    public Authenticator authenticator() {
      return authenticator;
    }

    @Override
    public String tokenOf(UserId user, Instant expiresAt) {
      var issuedAt = expiresAt.minus(Duration.ofHours(2));
      return new TokenIssuer(settings, () -> issuedAt).issue(user, Duration.ofHours(2));
    }

    @Override
    public List<String> badTokens() {
      var expiry = Instant.now().plusSeconds(60).getEpochSecond();
      var other = JwtSettings.secret(SECRET + "!");
      return List.of(
          new TokenIssuer(other, InstantSource.system()).issue(new UserId("alice")),
          HandmadeToken.unsigned("{\"alg\":\"none\"}", PAYLOAD.formatted("alice", expiry)));
    }
  }

  @Nested
  final class WithPublishedKeys implements AuthenticatorContract {
    private static final SigningKey KEY = SigningKey.of("one", "EdDSA");
    private JwksServer issuer;
    private Authenticator authenticator;

    @BeforeEach
    void start() throws IOException {
      issuer = new JwksServer();
      issuer.publishes(KEY.jwk());
      authenticator = new JwtAuthenticator(JwtSettings.jwks(issuer.url()), InstantSource.system());
    }

    @AfterEach
    void stop() {
      issuer.close();
    }

    @Override
    public Authenticator authenticator() {
      return authenticator;
    }

    @Override
    public String tokenOf(UserId user, Instant expiresAt) {
      return KEY.token(PAYLOAD.formatted(user.value(), expiresAt.getEpochSecond()));
    }

    @Override
    public List<String> badTokens() {
      var payload = PAYLOAD.formatted("alice", Instant.now().plusSeconds(60).getEpochSecond());
      return List.of(
          SigningKey.of("one", "EdDSA").token(payload),
          SigningKey.of("two", "EdDSA").token(payload));
    }
  }
}
