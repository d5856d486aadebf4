package chat.auth.jwt;

import static chat.auth.jwt.HandmadeToken.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.Caller;
import chat.model.ChatException.Unauthenticated;
import chat.model.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtAuthenticatorTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final UserId ALICE = new UserId("alice");

  /** 64 bytes: long enough for all three algorithms. */
  private static final String SECRET = "0123456789abcdef".repeat(4);

  /** A version of the keys. */
  private static final Object ONE = "one";

  private final AtomicReference<Instant> time = new AtomicReference<>(NOW);
  private final InstantSource clock = time::get;

  private JwtAuthenticator authenticator() {
    return new JwtAuthenticator(JwtSettings.secret(SECRET), clock);
  }

  @Test
  void anIssuedTokenGivesItsSubjectItselfAndItsExpiry() {
    var settings = JwtSettings.secret(SECRET).issuer("https://issuer.example").audience("chat");
    var token = new TokenIssuer(settings, clock).issue(ALICE);
    var caller = new JwtAuthenticator(settings, clock).authenticate(token);
    assertThat(caller.user()).isEqualTo(ALICE);
    assertThat(caller.bearer()).isEqualTo(token);
    assertThat(caller.expiresAt()).isEqualTo(NOW.plus(Duration.ofHours(12)));
  }

  @ParameterizedTest
  @CsvSource({"HS256,HmacSHA256", "HS384,HmacSHA384", "HS512,HmacSHA512"})
  void theThreeAlgorithmsOfASharedSecretAreTaken(String name, String algorithm) {
    var token =
        signed("{\"alg\":\"" + name + "\"}", claims("\"sub\":\"alice\""), SECRET, algorithm);
    assertThat(authenticator().authenticate(token).user()).isEqualTo(ALICE);
  }

  @Test
  void anAlgorithmStrongerThanTheSecretIsRefused() {
    var secret = SECRET.substring(0, 32);
    var authenticator = new JwtAuthenticator(JwtSettings.secret(secret), clock);
    var payload = claims("\"sub\":\"alice\"");
    var weak = signed("{\"alg\":\"HS256\"}", payload, secret, "HmacSHA256");
    var strong = signed("{\"alg\":\"HS512\"}", payload, secret, "HmacSHA512");
    assertThat(authenticator.authenticate(weak).user()).isEqualTo(ALICE);
    assertThatThrownBy(() -> authenticator.authenticate(strong))
        .isInstanceOf(Unauthenticated.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"chat\"", "[\"chat\"]", "[\"other\",\"chat\"]"})
  void theAudienceMayStandAloneOrInAList(String audience) {
    var authenticator = new JwtAuthenticator(JwtSettings.secret(SECRET).audience("chat"), clock);
    var token =
        signed("{\"alg\":\"HS256\"}", claims("\"sub\":\"alice\",\"aud\":" + audience), SECRET);
    assertThat(authenticator.authenticate(token).user()).isEqualTo(ALICE);
  }

  @Test
  void issuerAndAudienceAreNotAskedForUnlessTheyAreSet() {
    var token =
        signed(
            "{\"alg\":\"HS256\"}",
            claims("\"sub\":\"alice\",\"iss\":\"anyone\",\"aud\":[\"anything\"]"),
            SECRET);
    assertThat(authenticator().authenticate(token).user()).isEqualTo(ALICE);
  }

  @Test
  void theSubjectIsKeptCharacterByCharacter() {
    var token = signed("{\"alg\":\"HS256\"}", claims("\"sub\":\" Älice|😀 \""), SECRET);
    assertThat(authenticator().authenticate(token).user().value()).isEqualTo(" Älice|😀 ");
  }

  @Test
  void anExpiredTokenIsGivenThirtySeconds() {
    var authenticator = authenticator();
    var token = new TokenIssuer(JwtSettings.secret(SECRET), clock).issue(ALICE, minute());
    time.set(NOW.plusSeconds(90));
    assertThat(authenticator.authenticate(token).user()).isEqualTo(ALICE);
    time.set(NOW.plusSeconds(91));
    assertThatThrownBy(() -> authenticator.authenticate(token)).isInstanceOf(Unauthenticated.class);
  }

  @Test
  void aTokenOfTheNearFutureIsGivenThirtySeconds() {
    var token =
        signed(
            "{\"alg\":\"HS256\"}",
            claims("\"sub\":\"alice\",\"nbf\":" + NOW.plusSeconds(30).getEpochSecond()),
            SECRET);
    assertThat(authenticator().authenticate(token).user()).isEqualTo(ALICE);
    time.set(NOW.minusSeconds(1));
    assertThatThrownBy(() -> authenticator().authenticate(token))
        .isInstanceOf(Unauthenticated.class);
  }

  @Test
  void aVerifiedTokenIsRememberedUntilItExpires() {
    var authenticator = authenticator();
    var token = new TokenIssuer(JwtSettings.secret(SECRET), clock).issue(ALICE, minute());
    var first = authenticator.authenticate(token);
    assertThat(authenticator.authenticate(token)).isSameAs(first);
    time.set(NOW.plusSeconds(60));
    assertThat(authenticator.authenticate(token)).isEqualTo(first).isNotSameAs(first);
    time.set(NOW.plusSeconds(600));
    assertThatThrownBy(() -> authenticator.authenticate(token)).isInstanceOf(Unauthenticated.class);
  }

  @Test
  void onlySoManyTokensAreRememberedAndTheLeastUsedGoFirst() {
    var tokens = new VerifiedTokens(2);
    var caller = new Caller(ALICE, "t", NOW.plusSeconds(60));
    tokens.remember("a", ONE, caller, NOW);
    tokens.remember("b", ONE, caller, NOW);
    assertThat(tokens.find("a", ONE, NOW)).isNotNull();
    tokens.remember("c", ONE, caller, NOW);
    assertThat(tokens.size()).isEqualTo(2);
    assertThat(tokens.find("b", ONE, NOW)).isNull();
    assertThat(tokens.find("a", ONE, NOW)).isNotNull();
    assertThat(tokens.find("a", ONE, NOW.plusSeconds(60))).isNull();
    assertThat(tokens.size()).isEqualTo(1);
    tokens.remember("late", ONE, caller, NOW.plusSeconds(60));
    assertThat(tokens.size()).isEqualTo(1);
  }

  @Test
  void aTokenVerifiedUnderOtherKeysIsForgotten() {
    var tokens = new VerifiedTokens(2);
    tokens.remember("a", ONE, new Caller(ALICE, "t", NOW.plusSeconds(60)), NOW);
    assertThat(tokens.find("a", "two", NOW)).isNull();
    assertThat(tokens.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "https://id.example,https://id.example",
    "https://id.example/,https://id.example",
    "https://id.example,https://id.example/",
  })
  void aSlashAtTheIssuersEndMakesNoDifference(String expected, String claimed) {
    var settings = JwtSettings.secret(SECRET).issuer(expected);
    var token =
        signed(
            "{\"alg\":\"HS256\"}", claims("\"sub\":\"alice\",\"iss\":\"" + claimed + "\""), SECRET);
    assertThat(new JwtAuthenticator(settings, clock).authenticate(token).user()).isEqualTo(ALICE);
  }

  @Test
  void aShortSecretIsRefusedByTheNameOfItsSettingAndNotShown() {
    var secret = "x".repeat(31);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtSettings.secret(secret))
        .withMessageContaining("CHAT_JWT_SECRET")
        .withMessageContaining("32 bytes")
        .withMessageNotContaining(secret);
    assertThat(JwtSettings.secret("ä".repeat(16)).toString()).doesNotContain("ä");
  }

  private static Duration minute() {
    return Duration.ofMinutes(1);
  }

  private static String claims(String members) {
    return "{" + members + ",\"exp\":" + NOW.plusSeconds(60).getEpochSecond() + "}";
  }
}
