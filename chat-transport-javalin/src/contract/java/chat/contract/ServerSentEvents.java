package chat.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code text/event-stream} as the HTML standard says, knowing nothing of how it was written.
 * Comments are counted.
 */
public final class ServerSentEvents implements AutoCloseable {
  private final Response response;
  private final BufferedReader lines;
  private int comments;

  public ServerSentEvents(Response response) {
    this.response = response;
    this.lines = reader(response.body().byteStream());
  }

  /** Is one event; {@code id} is null where the frame had none. */
  public record Event(@Nullable String id, String name, String data) {}

  private static BufferedReader reader(InputStream bytes) {
    return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
  }

  public static List<Event> parse(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var lines = reader(new java.io.ByteArrayInputStream(bytes));
    var events = new ArrayList<Event>();
    while (true) {
      var event = next(lines, new int[1]);
      if (event == null) return events;
      events.add(event);
    }
  }

  /** Returns the next event as soon as it is there; null at the end of the stream. */
  public @Nullable Event next() {
    var seen = new int[1];
    try {
      return next(lines, seen);
    } finally {
      comments += seen[0];
    }
  }

  /** Returns the next event of a kind, leaving out what comes before. */
  public Event next(String name) {
    for (var event = next(); event != null; event = next()) {
      if (event.name().equals(name)) return event;
    }
    throw new AssertionError("the stream ended without " + name);
  }

  public List<Event> rest() {
    var events = new ArrayList<Event>();
    for (var event = next(); event != null; event = next()) events.add(event);
    return events;
  }

  /** Waits for a comment. */
  public void awaitComment() {
    try {
      var line = lines.readLine();
      while (line != null && !line.startsWith(":")) line = lines.readLine();
      if (line == null) throw new AssertionError("the stream ended without a comment");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int comments() {
    return comments;
  }

  private static @Nullable Event next(BufferedReader lines, int[] comments) {
    String id = null;
    var name = "message";
    var data = new StringBuilder();
    try {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          if (data.isEmpty()) continue;
          return new Event(id, name, data.substring(0, data.length() - 1));
        }
        int colon = line.indexOf(':');
        if (colon == 0) {
          comments[0]++;
          continue;
        }
        var field = colon < 0 ? line : line.substring(0, colon);
        var value = colon < 0 ? "" : line.substring(colon + 1);
        if (value.startsWith(" ")) value = value.substring(1);
        switch (field) {
          case "id" -> id = value;
          case "event" -> name = value;
          case "data" -> data.append(value).append('\n');
          default -> throw new AssertionError("an unknown line: " + line);
        }
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    response.close();
  }
}
