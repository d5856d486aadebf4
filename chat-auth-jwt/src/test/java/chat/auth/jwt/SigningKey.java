package chat.auth.jwt;

import static chat.auth.jwt.HandmadeToken.base64;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.jsonwebtoken.security.Jwks;
import io.jsonwebtoken.security.PublicJwk;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** Is a key of an issuer, with what it publishes of it, and the tokens that it signs. */
record SigningKey(String id, String algorithm, KeyPair pair) {

  /** Makes one for an algorithm of RFC 7518 or RFC 8037, by its name there. */
  static SigningKey of(String id, String algorithm) {
    var family =
        switch (algorithm.substring(0, 2)) {
          case "Ed" -> "Ed25519";
          case "ES" -> "EC";
          default -> "RSA";
        };
    AlgorithmParameterSpec size =
        switch (algorithm) {
          case "EdDSA" -> NamedParameterSpec.ED25519;
          case "ES256" -> new ECGenParameterSpec("secp256r1");
          case "ES384" -> new ECGenParameterSpec("secp384r1");
          case "ES512" -> new ECGenParameterSpec("secp521r1");
          default -> new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4);
        };
    return of(id, algorithm, family, size);
  }

  static SigningKey of(String id, String algorithm, String family, AlgorithmParameterSpec size) {
    try {
      var generator = KeyPairGenerator.getInstance(family);
      generator.initialize(size);
      return new SigningKey(id, algorithm, generator.generateKeyPair());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Returns the same key for another algorithm. */
  SigningKey as(String id, String algorithm) {
    return new SigningKey(id, algorithm, pair);
  }

  /** Returns the public key as JSON, with its id and further members, each with a comma behind. */
  String jwk(String... members) {
    return bareJwk("\"kid\":\"" + id + "\"," + String.join("", members));
  }

  /** Returns the public key as JSON with these members alone, each with a comma behind. */
  String bareJwk(String members) {
    var jwk = (PublicJwk<?>) Jwks.builder().key(pair.getPublic()).build();
    return "{" + members + Jwks.json(jwk).substring(1);
  }

  String header() {
    return "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + id + "\"}";
  }

  String token(String payload) {
    return token(header(), payload);
  }

  String token(String header, String payload) {
    return token(header.getBytes(UTF_8), payload.getBytes(UTF_8));
  }

  String token(byte[] header, byte[] payload) {
    var content = base64(header) + "." + base64(payload);
    return content + "." + base64(sign(content));
  }

  byte[] sign(String content) {
    try {
      var bits = algorithm.substring(algorithm.length() - 3);
      var signature =
          Signature.getInstance(
              switch (algorithm.substring(0, 2)) {
                case "Ed" -> "Ed25519";
                case "ES" -> "SHA" + bits + "withECDSAinP1363Format";
                case "RS" -> "SHA" + bits + "withRSA";
                default -> "RSASSA-PSS";
              });
      if (algorithm.startsWith("PS")) {
        var hash = "SHA-" + bits;
        signature.setParameter(
            new PSSParameterSpec(
                hash, "MGF1", new MGF1ParameterSpec(hash), Integer.parseInt(bits) / 8, 1));
      }
      signature.initSign(pair.getPrivate());
      signature.update(content.getBytes(US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
