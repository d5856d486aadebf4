package chat.engine;

import chat.model.ToolResult;
import chat.model.ToolResult.Part;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what a tool gives back: texts are cut between two characters, pictures, links and data
 * that are too large are left out, and the result says so. All texts are made fit to be stored.
 *
 * @param bytes of UTF-8, for all of a result
 */
record ResultLimit(int bytes) {

  /** Bounds parts of no length too. */
  private static final int MOST_PARTS = 256;

  ToolResult cut(ToolResult result) {
    var parts = new ArrayList<Part>();
    int left = bytes;
    boolean cut = false;
    for (var part : result.parts()) {
      if (parts.size() == MOST_PARTS) {
        cut = true;
        break;
      }
      var kept = kept(part, left);
      cut |= !part.equals(kept);
      if (kept == null) continue;
      parts.add(kept);
      left -= Math.toIntExact(size(kept));
    }
    var data = result.structured();
    if (data != null && utf8(data.text()) > left) {
      // Better a piece of it than nothing, where there are no words of it.
      if (parts.isEmpty()) parts.add(new Part.Text(beginning(data.text(), left)));
      data = null;
      cut = true;
    }
    return new ToolResult(parts, data, result.error(), result.truncated() || cut);
  }

  private static @Nullable Part kept(Part part, int left) {
    if (size(part) <= left) return part;
    return part instanceof Part.Text text ? new Part.Text(beginning(text.text(), left)) : null;
  }

  private static long size(Part part) {
    return switch (part) {
      case Part.Text text -> utf8(text.text());
      case Part.Image image -> utf8(image.mimeType()) + utf8(image.data());
      case Part.Link link -> utf8(link.uri()) + utf8(link.name());
    };
  }

  /** Returns as many whole characters as fit into so many bytes. */
  private static String beginning(String text, int bytes) {
    long used = 0;
    int end = 0;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      used += utf8(c);
      if (used > bytes) break;
      end += Character.charCount(c);
    }
    return text.substring(0, end);
  }

  private static long utf8(String text) {
    return text.codePoints().mapToLong(ResultLimit::utf8).sum();
  }

  private static int utf8(int c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }
}
