package chat.auth.jwt;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Knows the one way in which a token is written (RFC 7515, section 7.1): three parts in Base64url,
 * whose bits are all used or zero, without padding or blanks; header and payload are UTF-8.
 *
 * <p>Parsers are more lenient, and then one token has many spellings. The length of a token must be
 * bounded before it is looked at.
 */
final class CompactForm {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private CompactForm() {}

  static boolean isOne(String token) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) return false;
    for (var part : parts) {
      if (!isCanonical(part)) return false;
    }
    return isText(parts[0]) && isText(parts[1]);
  }

  private static boolean isCanonical(String part) {
    for (int i = 0; i < part.length(); i++) {
      if (ALPHABET.indexOf(part.charAt(i)) < 0) return false;
    }
    int unusedBits =
        switch (part.length() % 4) {
          case 0 -> 0;
          case 2 -> 4;
          case 3 -> 2;
          default -> -1;
        };
    if (unusedBits < 0 || part.isEmpty()) return false;
    int last = ALPHABET.indexOf(part.charAt(part.length() - 1));
    return (last & ((1 << unusedBits) - 1)) == 0;
  }

  private static boolean isText(String part) {
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(part));
      StandardCharsets.UTF_8.newDecoder().decode(bytes);
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
