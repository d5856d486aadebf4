package chat.tools.mcp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Makes the names under which a model knows the tools of a server: {@code server__tool}, 1–64 of
 * {@code A-Z a-z 0-9 _ -}. What does not fit is replaced or cut, and then has a hash of the
 * original at its end.
 *
 * <p>The part before the first {@code __} names the server alone: a server can take no other's
 * names.
 */
final class Names {
  static final String BETWEEN = "__";
  private static final int LONGEST = 64;
  private static final int LONGEST_SERVER = 24;
  private static final int HASH = 6;

  private Names() {}

  /** Returns what stands for a server: without {@code __}, and with no {@code _} at its end. */
  static String server(String name, Set<String> taken) {
    var word = name.replaceAll("[^A-Za-z0-9-]+", "_").replaceAll("^_|_$", "");
    boolean same = word.equals(name) && !word.isEmpty() && word.length() <= LONGEST_SERVER;
    if (word.isEmpty()) word = "server";
    if (same && !taken.contains(word)) return word;
    var hash = sha256(name);
    for (int digits = HASH; ; digits++) {
      var end = "-" + hash.substring(0, digits);
      var cut = word.substring(0, Math.min(word.length(), LONGEST_SERVER)).replaceAll("_$", "");
      if (!taken.contains(cut + end)) return cut + end;
    }
  }

  /** Returns a name for a tool of a server that none of those taken has. */
  static String tool(String server, String tool, Set<String> taken) {
    var word = tool.replaceAll("[^A-Za-z0-9_-]", "_");
    var name = server + BETWEEN + word;
    boolean same = word.equals(tool) && name.length() <= LONGEST;
    if (same && !taken.contains(name)) return name;
    var hash = sha256(tool);
    for (int digits = HASH; ; digits++) {
      var end = "_" + hash.substring(0, digits);
      var cut = name.substring(0, Math.min(name.length(), LONGEST - end.length())) + end;
      if (!taken.contains(cut)) return cut;
    }
  }

  /** Returns what stands for the server in the name of a tool. */
  static String serverOf(String name) {
    int end = name.indexOf(BETWEEN);
    return end < 0 ? "" : name.substring(0, end);
  }

  static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
