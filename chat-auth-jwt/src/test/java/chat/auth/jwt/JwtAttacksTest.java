package chat.auth.jwt;

import static chat.auth.jwt.HandmadeToken.base64;
import static chat.auth.jwt.HandmadeToken.signed;
import static chat.auth.jwt.HandmadeToken.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.Unauthenticated;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.SecureDigestAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every way to a token that must not be taken; all are refused in the same words. */
class JwtAttacksTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final long SOON = NOW.getEpochSecond() + 60;
  private static final String SECRET = "0123456789abcdef".repeat(4);
  private static final String OTHER_SECRET = "fedcba9876543210".repeat(4);
  private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  /** A payload that is good in every respect. */
  private static final String GOOD = payload("alice");

  private final JwtAuthenticator authenticator =
      new JwtAuthenticator(
          JwtSettings.secret(SECRET).issuer("https://issuer.example").audience("chat"),
          InstantSource.fixed(NOW));

  @Test
  void theGoodPayloadIsTakenSoThatTheAttacksFailForTheirOwnReason() {
    assertThat(authenticator.authenticate(signed(HS256, GOOD, SECRET)).user().value())
        .isEqualTo("alice");
  }

  @TestFactory
  Stream<DynamicTest> isRefusedInTheSameWords() {
    return attacks().entrySet().stream()
        .map(
            attack ->
                DynamicTest.dynamicTest(
                    attack.getKey(),
                    () -> {
                      for (int again = 0; again < 2; again++) {
                        assertThatThrownBy(() -> authenticator.authenticate(attack.getValue()))
                            .isInstanceOf(Unauthenticated.class)
                            .hasMessage("the bearer token is missing or not valid")
                            .hasNoCause();
                      }
                    }));
  }

  private static Map<String, String> attacks() {
    var attacks = new LinkedHashMap<String, String>();
    var good = signed(HS256, GOOD, SECRET);
    var parts = good.split("\\.", -1);
    var signature = parts[2];

    for (var none : new String[] {"none", "None", "nOnE", "NONE", " none", ""}) {
      var header = "{\"alg\":\"" + none + "\"}";
      attacks.put("alg '" + none + "', no signature", unsigned(header, GOOD));
      attacks.put("alg '" + none + "', a signature", unsigned(header, GOOD) + signature);
      attacks.put("alg '" + none + "', signed", signed(header, GOOD, SECRET));
    }
    attacks.put("no alg", signed("{}", GOOD, SECRET));
    attacks.put("alg is no string", signed("{\"alg\":256}", GOOD, SECRET));
    attacks.put("alg twice", signed("{\"alg\":\"none\",\"alg\":\"HS256\"}", GOOD, SECRET));
    attacks.put("signature stripped", parts[0] + "." + parts[1] + ".");
    attacks.put("signature and its dot stripped", parts[0] + "." + parts[1]);
    attacks.put("signature of zeros", parts[0] + "." + parts[1] + "." + base64(new byte[32]));
    attacks.put("signature cut", good.substring(0, good.length() - 4));
    attacks.put("another secret", signed(HS256, GOOD, OTHER_SECRET));
    attacks.put("a longer secret", signed(HS256, GOOD, SECRET + "\0x"));
    attacks.put(
        "payload changed", parts[0] + "." + base64(bytes(payload("bob"))) + "." + signature);
    attacks.put(
        "header changed", base64(bytes("{\"alg\":\"HS384\"}")) + good.substring(good.indexOf('.')));
    attacks.put(
        "signed with the wrong hash", signed("{\"alg\":\"HS512\"}", GOOD, SECRET, "HmacSHA256"));

    attacks.put(
        "expired beyond the leeway",
        signed(HS256, with("\"exp\":" + (NOW.getEpochSecond() - 31)), SECRET));
    attacks.put(
        "not valid yet",
        signed(HS256, with("\"exp\":" + SOON + ",\"nbf\":" + (NOW.getEpochSecond() + 31)), SECRET));
    attacks.put("no exp", signed(HS256, with("\"x\":1"), SECRET));
    attacks.put("exp null", signed(HS256, with("\"exp\":null"), SECRET));
    attacks.put("exp a string", signed(HS256, with("\"exp\":\"" + SOON + "\""), SECRET));
    attacks.put("exp a date", signed(HS256, with("\"exp\":\"2100-01-01T00:00:00Z\""), SECRET));
    attacks.put("exp twice", signed(HS256, with("\"exp\":1,\"exp\":" + SOON), SECRET));
    attacks.put("exp beyond numbers", signed(HS256, with("\"exp\":1e999"), SECRET));

    attacks.put("no sub", signed(HS256, subject(null), SECRET));
    attacks.put("sub null", signed(HS256, subject("null"), SECRET));
    attacks.put("sub empty", signed(HS256, subject("\"\""), SECRET));
    attacks.put("sub a number", signed(HS256, subject("7"), SECRET));
    attacks.put("sub a list", signed(HS256, subject("[\"alice\"]"), SECRET));
    attacks.put("sub of 256 characters", signed(HS256, payload("a".repeat(256)), SECRET));
    attacks.put("sub of a megabyte", signed(HS256, payload("a".repeat(1 << 20)), SECRET));
    attacks.put("sub with a line feed", signed(HS256, payload("al\\nice"), SECRET));
    attacks.put("sub with U+0000", signed(HS256, payload("alice\\u0000"), SECRET));
    attacks.put("sub with half a pair", signed(HS256, payload("alice\\ud83d"), SECRET));

    attacks.put(
        "another issuer", signed(HS256, claims("\"https://evil.example\"", "\"chat\""), SECRET));
    attacks.put("no issuer", signed(HS256, claims("null", "\"chat\""), SECRET));
    attacks.put(
        "another audience",
        signed(HS256, claims("\"https://issuer.example\"", "\"other\""), SECRET));
    attacks.put(
        "audience among others only in part",
        signed(HS256, claims("\"https://issuer.example\"", "[\"chat2\",\"cha\"]"), SECRET));
    attacks.put("no audience", signed(HS256, claims("\"https://issuer.example\"", "[]"), SECRET));

    attacks.put("a JWE", encrypted());
    attacks.put(
        "a JWE by hand",
        base64(bytes("{\"alg\":\"dir\",\"enc\":\"A256GCM\"}"))
            + ".."
            + base64(new byte[12])
            + ".AAAA."
            + base64(new byte[16]));
    attacks.put(
        "zip DEF",
        signed(
            "{\"alg\":\"HS256\",\"zip\":\"DEF\"}", Forgery.deflated(GOOD), SECRET, "HmacSHA256"));
    attacks.put("zip unknown", signed("{\"alg\":\"HS256\",\"zip\":\"GZIP\"}", GOOD, SECRET));
    attacks.put(
        "crit unknown", signed("{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", GOOD, SECRET));
    attacks.put(
        "crit b64", signed("{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}", GOOD, SECRET));
    attacks.put(
        "its own key in jwk",
        signed(
            "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\""
                + base64(bytes(OTHER_SECRET))
                + "\"}}",
            GOOD,
            OTHER_SECRET));
    attacks.put(
        "its own keys at jku",
        signed("{\"alg\":\"HS256\",\"jku\":\"http://127.0.0.1:9/keys\"}", GOOD, OTHER_SECRET));
    attacks.put("a file as kid", signed("{\"alg\":\"HS256\",\"kid\":\"/dev/null\"}", GOOD, "\0"));
    attacks.put("RS256", asymmetric(Jwts.SIG.RS256, Jwts.SIG.RS256.keyPair().build().getPrivate()));
    attacks.put("ES256", asymmetric(Jwts.SIG.ES256, Jwts.SIG.ES256.keyPair().build().getPrivate()));
    attacks.put("EdDSA", asymmetric(Jwts.SIG.EdDSA, Jwts.SIG.EdDSA.keyPair().build().getPrivate()));

    attacks.put("nothing", "");
    attacks.put("blanks", "   ");
    attacks.put("a word", "alice");
    attacks.put("dots", "..");
    attacks.put("many dots", ".".repeat(8000));
    attacks.put("not Base64", "%%%.%%%.%%%");
    attacks.put("not JSON", signed(HS256, "hello", SECRET));
    attacks.put("a JSON list", signed(HS256, "[]", SECRET));
    attacks.put("JSON null", signed(HS256, "null", SECRET));
    attacks.put("deep JSON", signed(HS256, "[".repeat(5000), SECRET));
    attacks.put("a header that is no object", signed("null", GOOD, SECRET));
    attacks.put("blanks around", " " + good + " ");
    attacks.put("the scheme in front", "Bearer " + good);
    attacks.put("two tokens", good + "," + good);
    attacks.put(
        "too long",
        signed(HS256, with("\"exp\":" + SOON + ",\"x\":\"" + "x".repeat(8192) + "\""), SECRET));
    return attacks;
  }

  private static String payload(String subject) {
    return subject("\"" + subject + "\"");
  }

  private static String subject(@Nullable String sub) {
    return "{"
        + (sub == null ? "" : "\"sub\":" + sub + ",")
        + "\"iss\":\"https://issuer.example\",\"aud\":\"chat\",\"exp\":"
        + SOON
        + "}";
  }

  private static String with(String members) {
    return "{\"sub\":\"alice\",\"iss\":\"https://issuer.example\",\"aud\":\"chat\","
        + members
        + "}";
  }

  private static String claims(String issuer, String audience) {
    return "{\"sub\":\"alice\",\"iss\":"
        + issuer
        + ",\"aud\":"
        + audience
        + ",\"exp\":"
        + SOON
        + "}";
  }

  private static String encrypted() {
    var key = Jwts.ENC.A256GCM.key().build();
    return Jwts.builder().content(GOOD).encryptWith(key, Jwts.ENC.A256GCM).compact();
  }

  private static String asymmetric(
      SecureDigestAlgorithm<? super PrivateKey, ?> algorithm, PrivateKey key) {
    return Jwts.builder()
        .subject("alice")
        .issuer("https://issuer.example")
        .audience()
        .add("chat")
        .and()
        .expiration(Date.from(Instant.ofEpochSecond(SOON)))
        .signWith(key, algorithm)
        .compact();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
