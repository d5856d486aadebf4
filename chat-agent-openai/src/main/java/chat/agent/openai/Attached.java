package chat.agent.openai;

import chat.model.Content;
import chat.model.Text;
import chat.port.Agent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;

/**
 * Shows a model the files that messages brought: images as they are, the newest first as far as one
 * request has room; texts in words, cut where they are too long; everything else by its name.
 */
final class Attached {
  /** How many bytes of images go with one request; providers take around 50 MB in Base64. */
  private static final long IMAGES = 16L << 20;

  private static final String BYTE_ORDER_MARK = "\ufeff";
  private static final String UNREADABLE = "\ufffd";

  private final Agent.Files files;
  private final Set<UUID> shown = new HashSet<>();

  Attached(Agent.Request request) {
    files = request.files();
    long left = IMAGES;
    for (int i = request.history().size() - 1; i >= 0; i--) {
      if (!(request.history().get(i).content() instanceof Content.UserInput input)) continue;
      for (var file : input.attachments()) {
        if (!file.isImage() || file.size() > left) continue;
        shown.add(file.id());
        left -= file.size();
      }
    }
  }

  /**
   * Is what a message says with its files.
   *
   * @param images as data URLs
   */
  record Said(String words, List<String> images) {}

  /** Returns what a message says; words alone where it has no files. */
  Said of(String words, Content content) {
    if (!(content instanceof Content.UserInput input)) return new Said(words, List.of());
    var all = new StringJoiner("\n\n");
    var images = new ArrayList<String>();
    if (!words.isBlank()) all.add(words);
    for (var file : input.attachments()) all.add(told(file, images));
    return new Said(all.length() == 0 ? words : all.toString(), images);
  }

  /** Returns the words of a message whose images the model cannot see. */
  static String unseen(String words) {
    return words + "\n\n[you cannot see the images]";
  }

  private String told(Content.Attachment file, List<String> images) {
    var named = file.name() + ", " + file.mimeType();
    boolean image = shown.contains(file.id());
    if (!image && !file.isText()) {
      return "[a file that is not shown here: %s, %d bytes]".formatted(named, file.size());
    }
    var opened = files.open(file);
    if (opened.isEmpty()) return "[a file that is gone: " + named + "]";
    try (var bytes = opened.get()) {
      if (!image) return "<file name=\"" + file.name() + "\">\n" + text(file, bytes) + "\n</file>";
      var data = Base64.getEncoder().encodeToString(bytes.readAllBytes());
      images.add("data:" + file.mimeType() + ";base64," + data);
      return "[an image: " + named + "]";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Content.Attachment file, InputStream bytes) throws IOException {
    var text = new String(bytes.readNBytes(Agent.Files.TEXT), StandardCharsets.UTF_8);
    if (text.startsWith(BYTE_ORDER_MARK)) text = text.substring(1);
    text = Text.storable(text);
    if (file.size() <= Agent.Files.TEXT) return text;
    // The cut may have gone through a character.
    while (text.endsWith(UNREADABLE)) text = text.substring(0, text.length() - 1);
    return text + "\n[cut off here, after %d of %d bytes]".formatted(Agent.Files.TEXT, file.size());
  }
}
