package chat.tools.mcp;

import chat.model.UserId;
import java.nio.charset.StandardCharsets;

/** Puts a user's id where a text of the operator has <code>${user.id}</code>. */
final class UserText {
  private static final String PLACE = "${user.id}";
  private static final String PLAIN = "-._~@|:";

  private UserText() {}

  /** Fills a variable of an environment, which takes the id as it is. */
  static String plain(String template, UserId user) {
    return template.replace(PLACE, user.value());
  }

  /**
   * Fills the value of a header: all but letters, digits and {@code -._~@|:} is percent-encoded, so
   * that an id is one word there, and no two users look the same.
   */
  static String header(String template, UserId user) {
    return template.contains(PLACE) ? template.replace(PLACE, encoded(user.value())) : template;
  }

  private static String encoded(String id) {
    var encoded = new StringBuilder(id.length());
    for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (b >= '0' && b <= '9')
              || (b >= 'A' && b <= 'Z')
              || (b >= 'a' && b <= 'z')
              || PLAIN.indexOf(b) >= 0;
      if (plain) encoded.append((char) b);
      else encoded.append('%').append("%02X".formatted(b));
    }
    return encoded.toString();
  }
}
