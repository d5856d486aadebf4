package chat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Tells images by their first bytes, so that nothing else is served as one (the signatures of the
 * WHATWG's MIME Sniffing standard, section 6.1).
 */
final class ImageSignature {
  /** How many bytes it takes to tell. */
  static final int LENGTH = 14;

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

  private ImageSignature() {}

  static boolean fits(String mimeType, byte[] first) {
    return switch (mimeType) {
      case "image/png" -> begins(first, PNG);
      case "image/jpeg" -> begins(first, JPEG);
      case "image/gif" -> says(first, 0, "GIF87a") || says(first, 0, "GIF89a");
      case "image/webp" -> says(first, 0, "RIFF") && says(first, 8, "WEBPVP");
      default -> false;
    };
  }

  private static boolean says(byte[] first, int at, String word) {
    var bytes = word.getBytes(StandardCharsets.US_ASCII);
    int to = at + bytes.length;
    return first.length >= to && Arrays.equals(first, at, to, bytes, 0, bytes.length);
  }

  private static boolean begins(byte[] first, byte[] with) {
    return first.length >= with.length
        && Arrays.equals(first, 0, with.length, with, 0, with.length);
  }
}
