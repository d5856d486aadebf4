package chat.auth.jwt;

import static chat.auth.jwt.HandmadeToken.base64;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.Unauthenticated;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every way to a token that must not be taken where an issuer publishes its keys; all are refused
 * in the same words, and for none is anything fetched.
 */
final class JwksAttacksTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final long SOON = NOW.getEpochSecond() + 60;
  private static final String GOOD =
      "{\"sub\":\"alice\",\"iss\":\"https://issuer.example\",\"aud\":\"chat\",\"exp\":"
          + SOON
          + "}";

  private static final SigningKey ED = SigningKey.of("ed", "EdDSA");
  private static final SigningKey P256 = SigningKey.of("p256", "ES256");
  private static final SigningKey P384 = SigningKey.of("p384", "ES384");
  private static final SigningKey P521 = SigningKey.of("p521", "ES512");
  private static final SigningKey RSA = SigningKey.of("rsa", "RS256");
  private static final SigningKey ONLY_RS = SigningKey.of("only-rs", "RS256");
  private static final SigningKey ONLY_PS = SigningKey.of("only-ps", "PS256");
  private static final SigningKey EVIL = SigningKey.of("ed", "EdDSA");

  private static final BigInteger P256_ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private static final AtomicReference<Instant> TIME = new AtomicReference<>(NOW);
  private static final Map<String, String> ATTACKS = new LinkedHashMap<>();
  private static JwksServer issuer;
  private static JwtAuthenticator authenticator;

  @BeforeAll
  static void start() throws Exception {
    issuer = new JwksServer();
    issuer.publishes(
        ED.jwk("\"alg\":\"EdDSA\","),
        P256.jwk(),
        P384.jwk(),
        P521.jwk(),
        RSA.jwk(),
        ONLY_RS.jwk("\"alg\":\"RS256\","),
        ONLY_PS.jwk("\"alg\":\"PS256\","));
    var settings =
        JwtSettings.jwks(issuer.url()).issuer("https://issuer.example/").audience("chat");
    authenticator = new JwtAuthenticator(settings, TIME::get);
    algorithms();
    signatures();
    headers();
    claims();
    encodings();
  }

  @AfterAll
  static void stop() {
    issuer.close();
  }

  @BeforeEach
  void theKeysAreKnown() {
    TIME.set(NOW);
    isTaken(ED.token(GOOD));
  }

  private static void isTaken(String token) {
    assertThat(authenticator.authenticate(token).user().value()).isEqualTo("alice");
  }

  @Test
  void theGoodPayloadIsTakenWithEachAlgorithmSoThatTheAttacksFailForTheirOwnReason() {
    for (var key : new SigningKey[] {ED, P256, P384, P521, RSA, ONLY_RS, ONLY_PS}) {
      isTaken(key.token(GOOD));
    }
    for (var algorithm : new String[] {"RS384", "RS512", "PS256", "PS384", "PS512"}) {
      isTaken(RSA.as("rsa", algorithm).token(GOOD));
    }
    isTaken(P256.token("{\"alg\":\"ES256\"}", GOOD));
    isTaken(ED.token(GOOD.replace("\"chat\"", "[\"other\",\"chat\"]")));
    isTaken(ED.token(GOOD.replace("issuer.example", "issuer.example/")));
  }

  @TestFactory
  Stream<DynamicTest> isRefusedInTheSameWordsAndFetchesNothing() {
    return ATTACKS.entrySet().stream()
        .map(
            attack ->
                DynamicTest.dynamicTest(
                    attack.getKey(),
                    () -> {
                      int before = issuer.asked().size();
                      isRefused(attack.getValue());
                      isRefused(attack.getValue());
                      assertThat(issuer.asked()).hasSize(before);
                    }));
  }

  @Test
  void laterTheKeysMayBeFetchedAgainButNothingThatATokenNames() {
    for (var attack : ATTACKS.values()) {
      TIME.updateAndGet(now -> now.plus(JwksKeys.BETWEEN_FETCHES));
      isRefused(attack);
    }
    assertThat(issuer.fetches()).isGreaterThan(1).isEqualTo(issuer.asked().size());
  }

  private static void isRefused(String token) {
    assertThatThrownBy(() -> authenticator.authenticate(token))
        .isInstanceOf(Unauthenticated.class)
        .hasMessage("the bearer token is missing or not valid")
        .hasNoCause();
  }

  private static void algorithms() {
    for (var none : new String[] {"none", "None", "nOnE", "NONE", ""}) {
      var header = "{\"alg\":\"" + none + "\",\"kid\":\"ed\"}";
      ATTACKS.put("alg '" + none + "', no signature", HandmadeToken.unsigned(header, GOOD));
      ATTACKS.put("alg '" + none + "', signed", ED.token(header, GOOD));
    }
    for (var alg :
        new String[] {"eddsa", "EDDSA", "Ed25519", "EdDSA ", "ES256", "RS256", "HS256"}) {
      ATTACKS.put("alg '" + alg + "'", ED.token(header(alg, "ed"), GOOD));
    }
    for (var key : new SigningKey[] {ED, P256, RSA}) {
      var der = key.pair().getPublic().getEncoded();
      var secrets =
          Map.of(
              "DER", new String(der, ISO_8859_1),
              "PEM", Forgery.pem(der),
              "PEM without its last line feed", Forgery.pem(der).strip(),
              "JWK", key.jwk(),
              "Base64", Base64.getEncoder().encodeToString(der));
      for (var secret : secrets.entrySet()) {
        for (var bits : new String[] {"256", "384", "512"}) {
          ATTACKS.put(
              "HS" + bits + " with the " + secret.getKey() + " of " + key.id(),
              hmac(header("HS" + bits, key.id()), secret.getValue(), "HmacSHA" + bits));
        }
      }
    }
    ATTACKS.put("PS with a key for RS", ONLY_RS.as("only-rs", "PS256").token(GOOD));
    ATTACKS.put("a longer RS with a key for RS256", ONLY_RS.as("only-rs", "RS512").token(GOOD));
    ATTACKS.put("RS with a key for PS", ONLY_PS.as("only-ps", "RS256").token(GOOD));
    ATTACKS.put("RS256 said, PS256 signed", RSA.as("rsa", "PS256").token(RSA.header(), GOOD));
    ATTACKS.put("RS256 said, RS512 signed", RSA.as("rsa", "RS512").token(RSA.header(), GOOD));
    ATTACKS.put("ES256 with the key of ES384", P384.token(header("ES256", "p384"), GOOD));
    ATTACKS.put("ES384 with the key of ES256", P256.token(header("ES384", "p256"), GOOD));
    ATTACKS.put("ES512 with the key of ES256", P256.token(header("ES512", "p256"), GOOD));
    ATTACKS.put("ES256 with the key of EdDSA", P256.token(header("ES256", "ed"), GOOD));
    ATTACKS.put("EdDSA with the key of ES256", ED.token(header("EdDSA", "p256"), GOOD));
    ATTACKS.put("another key's id", P256.token(header("ES256", "p384"), GOOD));
    ATTACKS.put("no id where several keys fit", RSA.token("{\"alg\":\"RS256\"}", GOOD));
  }

  private static void signatures() {
    var good = ED.token(GOOD);
    var content = good.substring(0, good.lastIndexOf('.') + 1);
    var signature = ED.sign(content.substring(0, content.length() - 1));
    ATTACKS.put("another's signature", EVIL.token(GOOD));
    ATTACKS.put("no signature", content);
    ATTACKS.put("a signature of zeros", content + base64(new byte[64]));
    ATTACKS.put("a signature that is cut", content + base64(Arrays.copyOf(signature, 63)));
    ATTACKS.put("a signature that is longer", content + base64(Arrays.copyOf(signature, 65)));
    ATTACKS.put("EdDSA, S + L", content + base64(Forgery.plusOrder(signature)));
    for (var point : new String[] {"01" + "00".repeat(31), "ec" + "ff".repeat(30) + "7f"}) {
      var forged = Arrays.copyOf(HexFormat.of().parseHex(point), 64);
      ATTACKS.put("EdDSA, R of small order " + point.substring(0, 2), content + base64(forged));
    }
    ATTACKS.put(
        "the payload of another token", mixed(ED.token(GOOD.replace("alice", "bob")), good));
    for (var key : new SigningKey[] {P256, P384, P521}) {
      var said = key.token(GOOD);
      var begin = said.substring(0, said.lastIndexOf('.') + 1);
      int length = key.sign("x").length;
      ATTACKS.put(key.algorithm() + ", r = s = 0", begin + base64(new byte[length]));
      var ones = new byte[length];
      ones[length / 2 - 1] = 1;
      ones[length - 1] = 1;
      ATTACKS.put(key.algorithm() + ", r = s = 1", begin + base64(ones));
    }
    var begin = P256.token(GOOD);
    begin = begin.substring(0, begin.lastIndexOf('.') + 1);
    var order = HexFormat.of().parseHex(P256_ORDER.toString(16).repeat(2));
    ATTACKS.put("ES256, r = s = n", begin + base64(order));
    ATTACKS.put("ES256, as ASN.1", begin + base64(HexFormat.of().parseHex("3006020101020101")));
  }

  private static void headers() {
    var trap = issuer.trap();
    for (var kid : new String[] {"ed", "unknown"}) {
      var own =
          Map.of(
              "jwk",
              EVIL.bareJwk(""),
              "jku",
              "\"" + trap + "\"",
              "x5u",
              "\"" + trap + "\"",
              "x5c",
              "[\"MIIB\"]");
      own.forEach(
          (name, value) ->
              ATTACKS.put(
                  "its own key in " + name + ", kid " + kid,
                  EVIL.token(with("EdDSA", kid, "\"" + name + "\":" + value), GOOD)));
    }
    ATTACKS.put(
        "jwk without kid", EVIL.token("{\"alg\":\"EdDSA\",\"jwk\":" + EVIL.jwk() + "}", GOOD));
    var kids =
        new String[] {
          "\"" + trap + "\"",
          "\"../../../../dev/null\"",
          "\"/dev/null\"",
          "\"' or '1'='1\"",
          "\"ed\\u0000\"",
          "\"ED\"",
          "\" ed\"",
          "\"\"",
          "7",
          "[\"ed\"]",
          "{\"ed\":1}",
          "true",
          "\"" + "k".repeat(4000) + "\"",
          "\"${jndi:ldap://127.0.0.1/x}\"",
          "\"\\r\\nX: y\""
        };
    for (var kid : kids) {
      ATTACKS.put(
          "kid " + (kid.length() < 50 ? kid : "long"),
          EVIL.token("{\"alg\":\"EdDSA\",\"kid\":" + kid + "}", GOOD));
    }
    ATTACKS.put("kid of a megabyte", EVIL.token(header("EdDSA", "k".repeat(1 << 20)), GOOD));
    ATTACKS.put("kid twice", ED.token(with("EdDSA", "x", "\"kid\":\"ed\""), GOOD));
    ATTACKS.put("alg twice", ED.token(with("none", "ed", "\"alg\":\"EdDSA\""), GOOD));
    ATTACKS.put("no alg", ED.token("{\"kid\":\"ed\"}", GOOD));
    ATTACKS.put("crit unknown", ED.token(with("EdDSA", "ed", "\"crit\":[\"x\"],\"x\":1"), GOOD));
    ATTACKS.put("crit absent member", ED.token(with("EdDSA", "ed", "\"crit\":[\"exp\"]"), GOOD));
    var unencoded = with("EdDSA", "ed", "\"b64\":false,\"crit\":[\"b64\"]");
    ATTACKS.put("b64 false, encoded", ED.token(unencoded, GOOD));
    var raw = base64(unencoded.getBytes(UTF_8)) + "." + GOOD;
    ATTACKS.put("b64 false", raw + "." + base64(ED.sign(raw)));
    ATTACKS.put("b64 false, without crit", ED.token(with("EdDSA", "ed", "\"b64\":false"), GOOD));
    ATTACKS.put(
        "zip DEF",
        ED.token(with("EdDSA", "ed", "\"zip\":\"DEF\"").getBytes(UTF_8), Forgery.deflated(GOOD)));
    ATTACKS.put(
        "zip DEF, four megabytes",
        ED.token(
            with("EdDSA", "ed", "\"zip\":\"DEF\"").getBytes(UTF_8),
            Forgery.deflated(" ".repeat(4 << 20))));
    ATTACKS.put(
        "a token in a token", ED.token(with("EdDSA", "ed", "\"cty\":\"JWT\""), ED.token(GOOD)));
    ATTACKS.put("enc", ED.token(with("EdDSA", "ed", "\"enc\":\"A256GCM\""), GOOD) + "..");
    ATTACKS.put(
        "a JWE",
        base64("{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"ed\"}".getBytes(UTF_8))
            + "..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA");
    ATTACKS.put("deep header", ED.token(with("EdDSA", "ed", "\"x\":" + deep(2000)), GOOD));
  }

  private static void claims() {
    claim("expired", "\"exp\":" + SOON, "\"exp\":" + (NOW.getEpochSecond() - 31));
    claim("no exp", "\"exp\":" + SOON, "\"x\":1");
    claim("exp a text", "\"exp\":" + SOON, "\"exp\":\"" + SOON + "\"");
    claim("exp beyond numbers", "\"exp\":" + SOON, "\"exp\":1e400");
    claim("exp twice", "\"exp\":" + SOON, "\"exp\":1,\"exp\":" + SOON);
    claim("exp below all", "\"exp\":" + SOON, "\"exp\":-" + "9".repeat(30));
    claim("nbf later", "\"exp\"", "\"nbf\":" + (NOW.getEpochSecond() + 31) + ",\"exp\"");
    claim("another issuer", "issuer.example", "evil.example");
    claim("an issuer with two slashes", "issuer.example", "issuer.example//");
    claim("an issuer that goes on", "issuer.example", "issuer.example.evil");
    claim("an issuer in capitals", "issuer.example", "ISSUER.example");
    claim("an issuer of a list", "\"https://issuer.example\"", "[\"https://issuer.example\"]");
    claim("no issuer", "\"iss\"", "\"x\"");
    claim("issuer twice", "\"iss\"", "\"iss\":\"x\",\"iss\"");
    claim("another audience", "\"chat\"", "\"other\"");
    claim("an audience in part", "\"chat\"", "[\"cha\",\"chat2\",\"Chat\"]");
    claim("an audience of numbers", "\"chat\"", "[1]");
    claim("no audience", "\"aud\"", "\"x\"");
    claim("audience null", "\"chat\"", "null");
    claim("no sub", "\"sub\"", "\"x\"");
    claim("sub empty", "\"alice\"", "\"\"");
    claim("sub a number", "\"alice\"", "7");
    claim("sub a list", "\"alice\"", "[\"alice\"]");
    claim("sub twice", "\"sub\"", "\"sub\":\"bob\",\"sub\"");
    claim("sub with U+0000", "alice", "alice\\u0000");
    claim("sub with half a pair", "alice", "alice\\ud83d");
    claim("sub of 256 characters", "alice", "a".repeat(256));
    claim("sub of a megabyte", "alice", "a".repeat(1 << 20));
    claim("deep claims", "\"exp\"", "\"x\":" + deep(2000) + ",\"exp\"");
    ATTACKS.put("claims that are no object", ED.token("[]"));
    ATTACKS.put("claims that are no JSON", ED.token("alice"));
    ATTACKS.put("two claim sets", ED.token(GOOD + GOOD.replace("alice", "bob")));
  }

  private static void encodings() {
    var good = ED.token(GOOD);
    var parts = good.split("\\.", -1);
    ATTACKS.put("padding", good + "==");
    ATTACKS.put("padding of the payload", parts[0] + "." + parts[1] + "=." + parts[2]);
    ATTACKS.put("a blank in front", " " + good);
    ATTACKS.put("a line feed behind", good + "\n");
    ATTACKS.put("a blank in between", parts[0] + ". " + parts[1] + "." + parts[2]);
    ATTACKS.put("a line feed in between", good.substring(0, 9) + "\n" + good.substring(9));
    ATTACKS.put(
        "a tab in the signature",
        good.substring(0, good.length() - 5) + "\t" + good.substring(good.length() - 5));
    ATTACKS.put("the other alphabet", otherAlphabet());
    ATTACKS.put("bits left over", good.substring(0, good.length() - 1) + nextOf(good));
    ATTACKS.put("a fourth part", good + ".");
    ATTACKS.put("an empty part in front", "." + good);
    ATTACKS.put("a letter that looks the same", good.replaceFirst("e", "е"));
    ATTACKS.put("a part of one letter", parts[0] + "." + parts[1] + ".A");
    var noText = GOOD.replace("alice", "al\u00ffce").getBytes(ISO_8859_1);
    ATTACKS.put("claims that are not UTF-8", ED.token(ED.header().getBytes(UTF_8), noText));
    var noHeader = with("EdDSA", "ed", "\"x\":\"\u00ff\"").getBytes(ISO_8859_1);
    ATTACKS.put("a header that is not UTF-8", ED.token(noHeader, GOOD.getBytes(UTF_8)));
    ATTACKS.put("claims in UTF-16", ED.token(ED.header().getBytes(UTF_8), GOOD.getBytes(UTF_16)));
    ATTACKS.put("JSON instead of the compact form", "{\"payload\":\"" + parts[1] + "\"}");
  }

  /** Adds the good claims with one thing changed, rightly signed. */
  private static void claim(String name, String from, String to) {
    ATTACKS.put(name, ED.token(GOOD.replace(from, to)));
  }

  private static String header(String alg, String kid) {
    return "{\"alg\":\"" + alg + "\",\"kid\":\"" + kid + "\"}";
  }

  private static String with(String alg, String kid, String members) {
    return "{\"alg\":\"" + alg + "\",\"kid\":\"" + kid + "\"," + members + "}";
  }

  private static String deep(int levels) {
    return "[".repeat(levels) + "]".repeat(levels);
  }

  private static String hmac(String header, String secret, String algorithm) {
    return HandmadeToken.signed(
        header, GOOD.getBytes(UTF_8), secret.getBytes(ISO_8859_1), algorithm);
  }

  /** Header and signature of one token around the payload of another. */
  private static String mixed(String payload, String rest) {
    var parts = rest.split("\\.", -1);
    return parts[0] + "." + payload.split("\\.", -1)[1] + "." + parts[2];
  }

  /** A good token in the letters of ordinary Base64; there is one whose signature has some. */
  private static String otherAlphabet() {
    for (int i = 0; ; i++) {
      var token = ED.token(GOOD.replace("}", ",\"n\":" + i + "}"));
      var written = token.replace('-', '+').replace('_', '/');
      if (!written.equals(token)) return written;
    }
  }

  /** The last letter of a signature of 64 bytes has four bits that nothing reads. */
  private static char nextOf(String token) {
    return (char) (token.charAt(token.length() - 1) + 1);
  }
}
