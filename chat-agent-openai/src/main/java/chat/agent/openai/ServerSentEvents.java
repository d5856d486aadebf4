package chat.agent.openai;

import java.io.IOException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the data of server-sent events from a stream of bytes, one event at a time (WHATWG HTML,
 * section 9.2). Lines end with LF or CRLF; comments and all fields but {@code data} are skipped;
 * bytes that are not UTF-8 become U+FFFD. It waits for no byte behind the line that ends an event.
 *
 * <p>At the end of the stream an unfinished line is dropped, while complete lines still make an
 * event.
 */
final class ServerSentEvents {
  private static final int LONGEST_EVENT = 1 << 20;
  private static final String FIELD = "data";

  private final BufferedSource source;
  private final long longestStream;
  private long read;

  ServerSentEvents(BufferedSource source, long longestStream) {
    this.source = source;
    this.longestStream = longestStream;
  }

  /**
   * Waits for the next event.
   *
   * @return its data, lines joined with LF; null at the end of the stream
   */
  @Nullable String next() throws IOException {
    String data = null;
    for (var line = line(); line != null; line = line()) {
      if (line.isEmpty()) {
        if (data != null) return data;
        continue;
      }
      var more = dataOf(line);
      if (more == null) continue;
      data = data == null ? more : data + "\n" + more;
      if (data.length() > LONGEST_EVENT) throw tooLong();
    }
    return data;
  }

  private static @Nullable String dataOf(String line) {
    if (!line.startsWith(FIELD)) return null;
    int at = FIELD.length();
    if (line.length() == at) return "";
    if (line.charAt(at) != ':') return null;
    at++;
    if (at < line.length() && line.charAt(at) == ' ') at++;
    return line.substring(at);
  }

  private @Nullable String line() throws IOException {
    long end = source.indexOf((byte) '\n', 0, LONGEST_EVENT + 1L);
    if (end < 0) {
      if (source.request(LONGEST_EVENT + 1L)) throw tooLong();
      return null;
    }
    boolean first = read == 0;
    read += end + 1;
    if (read > longestStream) throw new BrokenReply("the model's answer is too long");
    var line = source.readUtf8(end);
    source.skip(1);
    int from = first && line.startsWith("\uFEFF") ? 1 : 0;
    int to = line.endsWith("\r") ? line.length() - 1 : line.length();
    return line.substring(Math.min(from, to), to);
  }

  private static BrokenReply tooLong() {
    return new BrokenReply("a line of the model's answer is too long");
  }
}
