package chat.auth.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Deflater;

/** Makes what forged tokens are made of. */
final class Forgery {
  /** The order of Ed25519's base point (RFC 8032, section 5.1). */
  private static final BigInteger L =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private Forgery() {}

  /** Returns a public key as files hold it. */
  static String pem(byte[] der) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN PUBLIC KEY-----\n" + lines + "\n-----END PUBLIC KEY-----\n";
  }

  /** Returns another signature of Ed25519 that fulfils the same equation: S + L instead of S. */
  static byte[] plusOrder(byte[] signature) {
    var s = new BigInteger(1, reversed(Arrays.copyOfRange(signature, 32, 64))).add(L).toByteArray();
    var result = Arrays.copyOf(signature, 64);
    var littleEndian = Arrays.copyOf(reversed(s), 32);
    System.arraycopy(littleEndian, 0, result, 32, 32);
    return result;
  }

  private static byte[] reversed(byte[] bytes) {
    var result = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) result[i] = bytes[bytes.length - 1 - i];
    return result;
  }

  static byte[] deflated(String text) {
    var deflater = new Deflater();
    deflater.setInput(text.getBytes(UTF_8));
    deflater.finish();
    var out = new byte[64 * 1024];
    int length = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, length);
  }
}
