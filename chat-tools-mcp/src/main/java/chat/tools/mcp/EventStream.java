package chat.tools.mcp;

import java.io.IOException;
import java.time.Duration;
import okio.BufferedSource;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events (WHATWG HTML, section 9.2) with their ids, and what the server says of
 * when to come again. An event without data counts too: MCP's servers begin a stream with one, only
 * for its id. An event that breaks off before its empty line never was.
 */
final class EventStream {
  private static final ByteString LINE_ENDS = ByteString.encodeUtf8("\r\n");

  private final BufferedSource source;
  private final long longest;
  private boolean maybeInLineEnd;
  private @Nullable String lastId;
  private @Nullable Duration retry;

  /** Of the event that is being read. */
  private @Nullable String id;

  private @Nullable StringBuilder data;
  private boolean begun;

  /**
   * @param longest of an event, in bytes
   */
  EventStream(BufferedSource source, long longest) {
    this.source = source;
    this.longest = longest;
  }

  /** Returns the id of the last event that had one; null for none. */
  @Nullable String lastId() {
    return lastId;
  }

  /** Returns how long to wait before coming again; null if the server did not say. */
  @Nullable Duration retry() {
    return retry;
  }

  /**
   * Waits for the next event.
   *
   * @return its data, empty for an event without; null at the end of the stream
   */
  @Nullable String next() throws IOException {
    for (var line = line(); line != null; line = line()) {
      if (!line.isEmpty()) {
        field(line);
        continue;
      }
      if (!begun) continue;
      var received = data == null ? "" : data.toString();
      if (id != null) lastId = id;
      id = null;
      data = null;
      begun = false;
      return received;
    }
    return null;
  }

  private void field(String line) throws IOException {
    int colon = line.indexOf(':');
    if (colon == 0) return;
    var value = colon < 0 ? "" : line.substring(colon + 1);
    if (value.startsWith(" ")) value = value.substring(1);
    switch (colon < 0 ? line : line.substring(0, colon)) {
      case "data" -> {
        var before = data;
        if (before == null) before = new StringBuilder(value);
        else before.append('\n').append(value);
        if (before.length() > longest) throw new IOException("an event is too long");
        data = before;
        begun = true;
      }
      case "id" -> {
        if (value.indexOf('\0') < 0) id = value;
        begun = true;
      }
      case "retry" -> {
        if (value.matches("[0-9]{1,9}")) retry = Duration.ofMillis(Long.parseLong(value));
        begun = true;
      }
      default -> {}
    }
  }

  private @Nullable String line() throws IOException {
    if (maybeInLineEnd && source.request(1) && source.getBuffer().getByte(0) == '\n') {
      source.skip(1);
    }
    maybeInLineEnd = false;
    for (long from = 0; source.request(from + 1); ) {
      long end = source.getBuffer().indexOfElement(LINE_ENDS, from);
      if (end >= 0) {
        var line = source.readUtf8(end);
        maybeInLineEnd = source.readByte() == '\r';
        return line;
      }
      from = source.getBuffer().size();
      if (from > longest) throw new IOException("a line is too long");
    }
    return null;
  }
}
