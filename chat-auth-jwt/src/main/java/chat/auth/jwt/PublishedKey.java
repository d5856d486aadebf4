package chat.auth.jwt;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwks;
import io.jsonwebtoken.security.SecureDigestAlgorithm;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Is one key of a set (RFC 7517, RFC 8037), and what it may be used for: EdDSA with Ed25519, ES256,
 * ES384 and ES512 each with its own curve, RS and PS with 2048 bits at least. The key chooses among
 * these, by its type and by {@code alg} where it names one, never the token.
 *
 * @param id its {@code kid}; null if it has none
 * @param algorithms those it verifies
 */
record PublishedKey(@Nullable String id, Set<String> algorithms, PublicKey key) {
  static final List<SecureDigestAlgorithm<?, ?>> ALGORITHMS =
      List.of(
          Jwts.SIG.EdDSA,
          Jwts.SIG.ES256,
          Jwts.SIG.ES384,
          Jwts.SIG.ES512,
          Jwts.SIG.RS256,
          Jwts.SIG.RS384,
          Jwts.SIG.RS512,
          Jwts.SIG.PS256,
          Jwts.SIG.PS384,
          Jwts.SIG.PS512);

  private static final Set<String> RSA_ALGORITHMS =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");
  private static final Map<String, String> CURVE_ALGORITHMS =
      Map.of("Ed25519", "EdDSA", "P-256", "ES256", "P-384", "ES384", "P-521", "ES512");

  /** All of the key that is read; the rest cannot change what it is. */
  private static final Set<String> PUBLIC_MEMBERS = Set.of("kty", "crv", "x", "y", "n", "e");

  private static final Set<String> SECRET_MEMBERS =
      Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");
  private static final int LEAST_RSA_BITS = 2048;
  private static final int MOST_RSA_BITS = 8192;

  /**
   * The points of Ed25519 for which anyone can make a signature (order 8 or less), as encoded,
   * without the sign; with p and p + 1 as further names of 0 and 1.
   */
  private static final Set<String> SMALL_ORDER =
      Set.of(
          "00".repeat(32),
          "01" + "00".repeat(31),
          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
          "ec" + "ff".repeat(30) + "7f",
          "ed" + "ff".repeat(30) + "7f",
          "ee" + "ff".repeat(30) + "7f");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is of no use; the message says why, and nothing of it
   */
  static PublishedKey of(Map<?, ?> jwk) {
    for (var secret : SECRET_MEMBERS) {
      if (jwk.containsKey(secret)) throw new IllegalArgumentException("it is no public key");
    }
    if (jwk.get("use") != null && !"sig".equals(jwk.get("use"))) {
      throw new IllegalArgumentException("its use is not sig");
    }
    if (jwk.get("key_ops") != null
        && !(jwk.get("key_ops") instanceof List<?> operations && operations.contains("verify"))) {
      throw new IllegalArgumentException("its key_ops are without verify");
    }
    var algorithms = algorithms(jwk);
    if (jwk.get("alg") != null) {
      if (!(jwk.get("alg") instanceof String alg && algorithms.contains(alg))) {
        throw new IllegalArgumentException("its alg is not one of " + algorithms);
      }
      algorithms = Set.of(alg);
    }
    return new PublishedKey(text(jwk, "kid"), algorithms, key(jwk));
  }

  private static Set<String> algorithms(Map<?, ?> jwk) {
    if ("RSA".equals(jwk.get("kty"))) return RSA_ALGORITHMS;
    var curve = text(jwk, "crv");
    var algorithm = curve == null ? null : CURVE_ALGORITHMS.get(curve);
    var type = "EdDSA".equals(algorithm) ? "OKP" : "EC";
    if (algorithm == null || !type.equals(jwk.get("kty"))) {
      throw new IllegalArgumentException("its kty and crv are none that are used here");
    }
    return Set.of(algorithm);
  }

  private static PublicKey key(Map<?, ?> jwk) {
    var members = new LinkedHashMap<String, Object>();
    for (var name : PUBLIC_MEMBERS) {
      var value = text(jwk, name);
      if (value != null) members.put(name, value);
    }
    PublicKey key;
    try {
      key = (PublicKey) Jwks.builder().add(members).build().toKey();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("it is malformed", e);
    }
    if (isSmallOrder(members)) throw new IllegalArgumentException("its point has a small order");
    if (key instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
        throw new IllegalArgumentException("it has " + bits + " bits");
      }
    }
    return key;
  }

  private static boolean isSmallOrder(Map<String, Object> members) {
    if (!"Ed25519".equals(members.get("crv")) || !(members.get("x") instanceof String x)) {
      return false;
    }
    var point = Base64.getUrlDecoder().decode(x);
    if (point.length > 0) point[point.length - 1] &= 0x7f;
    return SMALL_ORDER.contains(HexFormat.of().formatHex(point));
  }

  private static @Nullable String text(Map<?, ?> jwk, String name) {
    var value = jwk.get(name);
    if (value == null || value instanceof String) return (String) value;
    throw new IllegalArgumentException("its " + name + " is no text");
  }
}
