package chat.agent.openai;

import java.io.IOException;
import okio.BufferedSource;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Reads the data of server-sent events from a stream of bytes, one event at a time (WHATWG HTML,
 * section 9.2). Lines end with LF, CRLF or CR; comments and all fields but {@code data} are
 * skipped; bytes that are not UTF-8 become U+FFFD. It waits for no byte behind the line that ends
 * an event.
 *
 * <p>At the end of the stream an unfinished line is dropped, while complete lines still make an
 * event.
 */
final class ServerSentEvents {
  private static final int LONGEST_EVENT = 4 << 20;
  private static final String FIELD = "data";
  private static final ByteString LINE_ENDS = ByteString.encodeUtf8("\r\n");

  private final BufferedSource source;
  private final long longestStream;
  private long read;

  /** The last line ended with CR: an LF that follows belongs to it. */
  private boolean maybeInLineEnd;

  ServerSentEvents(BufferedSource source, long longestStream) {
    this.source = source;
    this.longestStream = longestStream;
  }

  /** Reads a body that is no stream of events, up to its end. */
  static String whole(BufferedSource source, long longest) throws IOException {
    if (source.request(Math.min(longest, LONGEST_EVENT) + 1)) throw tooLong();
    return source.readUtf8();
  }

  /**
   * Waits for the next event.
   *
   * @return its data, lines joined with LF; null at the end of the stream
   */
  @Nullable String next() throws IOException {
    StringBuilder data = null;
    for (var line = line(); line != null; line = line()) {
      if (line.isEmpty()) {
        if (data != null) return data.toString();
        continue;
      }
      var more = dataOf(line);
      if (more == null) continue;
      if (data == null) data = new StringBuilder(more);
      else data.append('\n').append(more);
      if (data.length() > LONGEST_EVENT) throw tooLong();
    }
    return data == null ? null : data.toString();
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
    if (maybeInLineEnd && source.request(1) && source.getBuffer().getByte(0) == '\n') take(1);
    maybeInLineEnd = false;
    long end = lineEnd();
    if (end < 0) return null;
    boolean first = read == 0;
    var line = source.readUtf8(end);
    maybeInLineEnd = source.getBuffer().getByte(0) == '\r';
    read += end;
    take(1);
    return first && line.startsWith("\uFEFF") ? line.substring(1) : line;
  }

  /** Waits for the end of the line at hand; returns -1 if the stream ends before it. */
  private long lineEnd() throws IOException {
    for (long from = 0; source.request(from + 1); ) {
      long end = source.getBuffer().indexOfElement(LINE_ENDS, from);
      if (end >= 0) return end;
      from = source.getBuffer().size();
      if (from > LONGEST_EVENT) throw tooLong();
    }
    return -1;
  }

  private void take(long bytes) throws IOException {
    source.skip(bytes);
    read += bytes;
    if (read > longestStream) throw new BrokenReply("the model's answer is too long");
  }

  private static BrokenReply tooLong() {
    return new BrokenReply("a line of the model's answer is too long");
  }
}
