package chat.auth.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.jsonwebtoken.security.Jwks;
import java.io.IOException;
import java.math.BigInteger;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys of a set are used, and what for. */
final class PublishedKeyTest {
  private static final SigningKey ED = SigningKey.of("ed", "EdDSA");
  private static final SigningKey P256 = SigningKey.of("p256", "ES256");
  private static final SigningKey RSA = SigningKey.of("rsa", "RS256");

  private static KeySet set(String... jwks) throws IOException {
    return KeySet.parse(("{\"keys\":[" + String.join(",", jwks) + "]}").getBytes(UTF_8));
  }

  private static void isLeftOut(String jwk, String why) throws IOException {
    var set = set(ED.jwk(), jwk);
    assertThat(set.keys()).hasSize(1);
    assertThat(set.leftOut()).singleElement().asString().startsWith("key 2 of 2: ").contains(why);
  }

  @ParameterizedTest
  @CsvSource({"EdDSA,EdDSA", "ES256,ES256", "ES384,ES384", "ES512,ES512"})
  void aCurveHasOneAlgorithm(String algorithm, String only) throws IOException {
    var key = SigningKey.of("k", algorithm);
    for (var alg : new String[] {"", "\"alg\":\"" + only + "\","}) {
      assertThat(set(key.jwk(alg)).keys().iterator().next().algorithms()).containsExactly(only);
    }
  }

  @Test
  void anRsaKeyIsForSixAlgorithmsOrForTheOneItNames() throws IOException {
    assertThat(set(RSA.jwk()).keys().iterator().next().algorithms())
        .isEqualTo(Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"));
    assertThat(set(RSA.jwk("\"alg\":\"PS384\",")).keys().iterator().next().algorithms())
        .containsExactly("PS384");
  }

  @Test
  void aKeyAsBetterAuthPublishesItIsUsed() throws IOException {
    var x = "6TiX_PYth-D2pST4-K8B7KuCggpYNHozYmyw-0EIrhc";
    var set =
        set(
            "{\"alg\":\"EdDSA\",\"crv\":\"Ed25519\",\"x\":\""
                + x
                + "\",\"kty\":\"OKP\",\"kid\":\"a\"}");
    assertThat(set.find("a", "EdDSA")).isNotNull();
    assertThat(set.leftOut()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"use\":\"sig\",",
        "\"use\":null,\"alg\":null,\"key_ops\":null,",
        "\"key_ops\":[\"verify\"],",
        "\"key_ops\":[\"sign\",\"verify\"],",
        "\"use\":\"sig\",\"ext\":true,\"x5t\":7,\"more\":{\"a\":[1]},"
      })
  void whatElseAKeySaysDoesNotMatter(String members) throws IOException {
    assertThat(set(ED.jwk(members)).find("ed", "EdDSA")).isEqualTo(ED.pair().getPublic());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"use\":\"enc\", | its use",
        "\"use\":[\"sig\"], | its use",
        "\"key_ops\":[\"sign\"], | its key_ops",
        "\"key_ops\":[], | its key_ops",
        "\"key_ops\":\"verify\", | its key_ops",
        "\"alg\":\"ES256\", | its alg",
        "\"alg\":\"HS256\", | its alg",
        "\"alg\":\"none\", | its alg",
        "\"alg\":\"eddsa\", | its alg",
        "\"alg\":[\"EdDSA\"], | its alg",
        "\"d\":\"AAAA\", | no public key",
        "\"k\":\"AAAA\", | no public key",
      })
  void aKeyForSomethingElseIsLeftOut(String members, String why) throws IOException {
    isLeftOut(SigningKey.of("other", "EdDSA").jwk(members), why);
  }

  @Test
  void anIdThatIsNoTextIsLeftOut() throws IOException {
    isLeftOut(ED.bareJwk("\"kid\":7,"), "its kid is no text");
  }

  @Test
  void aSharedSecretIsNoKeyOfASet() throws IOException {
    isLeftOut("{\"kty\":\"oct\",\"kid\":\"s\",\"k\":\"" + "A".repeat(43) + "\"}", "no public key");
    isLeftOut("{\"kty\":\"oct\",\"kid\":\"s\"}", "its kty");
  }

  @Test
  void aPrivateKeyThatEverybodyCanReadIsLeftOut() throws IOException {
    var jwk = Jwks.builder().keyPair(P256.pair()).id("p").build();
    isLeftOut(Jwks.UNSAFE_JSON(jwk), "no public key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "7",
        "null",
        "[]",
        "{\"kty\":\"RSA\"}",
        "{\"kty\":\"RSA\",\"n\":\"%%\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"n\":7,\"e\":\"AQAB\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
        "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
        "{\"kty\":\"EC\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
        "{\"kty\":\"OKP\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%\"}",
        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"6TiX_PYth-D2pST4-K8B7KuCggpYNHozYmyw-0EIrhc\"}",
      })
  void whatIsNoKeyIsLeftOut(String jwk) throws IOException {
    isLeftOut(jwk, "it");
  }

  @Test
  void anEd448KeyIsLeftOut() throws IOException {
    isLeftOut(SigningKey.of("e", "EdDSA", "Ed448", NamedParameterSpec.ED448).jwk(), "its kty");
  }

  @Test
  void anRsaKeyThatIsTooShortOrHasNoExponentIsLeftOut() throws IOException {
    isLeftOut(rsa(1024, RSAKeyGenParameterSpec.F4).jwk(), "it has 1024 bits");
    var one = RSA.jwk().replaceFirst("\"e\":\"AQAB\"", "\"e\":\"AQ\"");
    isLeftOut(one, "it is malformed");
  }

  private static SigningKey rsa(int bits, BigInteger exponent) {
    return SigningKey.of("rsa", "RS256", "RSA", new RSAKeyGenParameterSpec(bits, exponent));
  }

  /** With these anyone can make a signature: for the first one, R = A and S = 0 always verify. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA",
        "7P_______________________________________38",
        "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU",
        "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_IU",
        "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o",
      })
  void aPointOfSmallOrderIsLeftOut(String x) throws IOException {
    isLeftOut("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + x + "\"}", "small order");
  }

  @Test
  void aKeyIsFoundByItsIdAndForItsAlgorithm() throws IOException {
    var set = set(ED.as("same", "EdDSA").jwk(), P256.as("same", "ES256").jwk(), RSA.jwk());
    assertThat(set.find("same", "EdDSA")).isEqualTo(ED.pair().getPublic());
    assertThat(set.find("same", "ES256")).isEqualTo(P256.pair().getPublic());
    assertThat(set.find("same", "ES384")).isNull();
    assertThat(set.find("rsa", "PS512")).isEqualTo(RSA.pair().getPublic());
    assertThat(set.find("SAME", "EdDSA")).isNull();
  }

  @Test
  void withoutAnIdItIsTheOnlyKeyForTheAlgorithmOrNone() throws IOException {
    var other = SigningKey.of("p256b", "ES256");
    var set = set(ED.bareJwk(""), ED.bareJwk(""), P256.jwk(), other.jwk());
    assertThat(set.find(null, "EdDSA")).isEqualTo(ED.pair().getPublic());
    assertThat(set.find(null, "ES256")).isNull();
    assertThat(set.find(null, "RS256")).isNull();
    assertThat(set.find("ed", "EdDSA")).as("the key has no id").isNull();
  }
}
