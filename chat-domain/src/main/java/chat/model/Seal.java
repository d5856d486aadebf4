package chat.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Says what a user is asked to approve: one call of one turn, with these arguments, of a tool as it
 * is defined just now. It is made and stored when the user is asked; an approval covers nothing
 * else.
 *
 * @param call SHA-256 over the owner, the turn, the message, the tool's name and its arguments in
 *     {@link Json#canonical() canonical form}, in hexadecimal
 * @param revision the tool's {@link Tool#revision()}
 */
public record Seal(String call, String revision) {

  /** Seals a call as its message holds it. */
  public static Seal of(UserId owner, Message message, Content.ToolCall call, Tool tool) {
    return new Seal(hash(owner, message, call), tool.revision());
  }

  /** Tells whether a message still holds the call that was sealed. */
  public boolean covers(UserId owner, Message message, Content.ToolCall now) {
    return call.equals(hash(owner, message, now));
  }

  /** Returns the one name of all this, by which a client says what it saw; hexadecimal. */
  public String hash() {
    return sha256(call, revision);
  }

  private static String hash(UserId owner, Message message, Content.ToolCall call) {
    return sha256(
        owner.value(),
        message.turn().toString(),
        message.id().toString(),
        call.name(),
        call.arguments().canonical());
  }

  /** Every part goes with its length, so that no two lists of parts read the same. */
  private static String sha256(String... parts) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var part : parts) {
        var bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
