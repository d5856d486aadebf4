package chat.auth.jwt;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Puts tokens together byte by byte, also those that no library would make. */
final class HandmadeToken {
  private HandmadeToken() {}

  static String signed(String header, String payload, String secret) {
    return signed(header, payload, secret, "HmacSHA256");
  }

  static String signed(String header, String payload, String secret, String algorithm) {
    return signed(header, payload.getBytes(StandardCharsets.UTF_8), secret, algorithm);
  }

  static String signed(String header, byte[] payload, String secret, String algorithm) {
    return signed(header, payload, secret.getBytes(StandardCharsets.UTF_8), algorithm);
  }

  static String signed(String header, byte[] payload, byte[] secret, String algorithm) {
    var content = base64(header.getBytes(StandardCharsets.UTF_8)) + "." + base64(payload);
    return content + "." + base64(mac(content, secret, algorithm));
  }

  static String unsigned(String header, String payload) {
    return base64(header.getBytes(StandardCharsets.UTF_8))
        + "."
        + base64(payload.getBytes(StandardCharsets.UTF_8))
        + ".";
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] mac(String content, byte[] secret, String algorithm) {
    try {
      var mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret, algorithm));
      return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
