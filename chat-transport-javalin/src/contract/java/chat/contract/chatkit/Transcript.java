package chat.contract.chatkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Is a conversation between a front end and a server, written by hand from the description of the
 * protocol. A line that begins with two spaces continues the one before it.
 *
 * <pre>
 * # what it shows
 * &#64; bob                whose token the next requests carry; "-" for none; alice at first
 * $ say Hel|lo             what the {@code ObedientAgent} does next, line by line
 * % Idempotency-Key: k     a header of the next request
 * ~ &lt;url:1> text/plain hi  bytes to put there before the next request
 * / /api/alice/chatkit     the path of the next request; /chatkit otherwise
 * > {"type":…}             a request; names in angle brackets stand for what was seen there
 * < 200 stream             its status, then its events, one a line
 * < {"type":…}
 * < 200                    its status, then its reply
 * < {…}
 * < 404 not_found          its status and the code of its refusal; 4xx for any
 * </pre>
 *
 * {@link Pattern} says what may stand in an expected line.
 */
public record Transcript(String name, List<Exchange> exchanges) {
  private static final JsonMapper MAPPER = new JsonMapper();

  public Transcript {
    exchanges = List.copyOf(exchanges);
  }

  /** Is one request and what is expected to come back. */
  record Exchange(
      int line,
      String user,
      String path,
      Map<String, String> headers,
      List<String> script,
      List<String> uploads,
      String body,
      String status,
      boolean stream,
      List<JsonNode> lines) {
    Exchange {
      headers = Map.copyOf(headers);
      script = List.copyOf(script);
      uploads = List.copyOf(uploads);
      lines = List.copyOf(lines);
    }
  }

  /** Tells whether it is spoken with a service that brings handlers of its own. */
  public boolean isEmbedded() {
    return exchanges.stream().anyMatch(exchange -> exchange.path().startsWith("/embedded"));
  }

  @Override
  public String toString() {
    return name;
  }

  /** Reads all in a folder, by name. */
  public static List<Transcript> all(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      var all = new ArrayList<Transcript>();
      for (var file : files.sorted().toList()) all.add(new Reader().read(file));
      return all;
    }
  }

  /** Reads one file. */
  private static final class Reader {
    private final List<Exchange> exchanges = new ArrayList<>();
    private final Map<String, String> headers = new TreeMap<>();
    private String user = "alice";
    private String path = "/chatkit";
    private String body = "";
    private int from;
    private String status = "";
    private boolean stream;
    private final List<String> script = new ArrayList<>();
    private final List<String> uploads = new ArrayList<>();
    private List<JsonNode> lines = new ArrayList<>();

    Transcript read(Path file) throws IOException {
      var name = String.valueOf(file.getFileName()).replace(".txt", "");
      int number = 0;
      var open = "";
      int begun = 0;
      for (var line : Files.readAllLines(file)) {
        number++;
        if (line.startsWith("  ")) {
          open += line.strip();
          continue;
        }
        take(name, open, begun);
        open = line.strip();
        begun = number;
      }
      take(name, open, begun);
      ask();
      return new Transcript(name, exchanges);
    }

    private void take(String name, String line, int number) {
      if (line.isEmpty() || line.startsWith("#")) return;
      var rest = line.substring(1).strip();
      try {
        switch (line.charAt(0)) {
          case '@' -> {
            ask();
            user = rest;
          }
          case '%' -> {
            ask();
            headers.put(rest.split(": ", 2)[0], rest.split(": ", 2)[1]);
          }
          case '$' -> {
            ask();
            script.add(rest);
          }
          case '~' -> {
            ask();
            uploads.add(rest);
          }
          case '/' -> {
            ask();
            path = rest;
          }
          case '>' -> {
            ask();
            body = rest;
            from = number;
          }
          case '<' -> expect(rest);
          default -> throw new IllegalArgumentException("no line of a transcript");
        }
      } catch (JsonProcessingException | RuntimeException e) {
        throw new IllegalArgumentException(name + ":" + number + ": " + e.getMessage(), e);
      }
    }

    private void expect(String rest) throws JsonProcessingException {
      if (!status.isEmpty()) {
        lines.add(MAPPER.readTree(rest));
        return;
      }
      var words = rest.split(" ", 2);
      status = words[0];
      stream = words.length > 1 && words[1].equals("stream");
      if (status.startsWith("4")) {
        var code = words.length > 1 ? words[1] : "<text>";
        lines.add(
            MAPPER.readTree(
                "{\"error\":{\"code\":\"%s\",\"message\":\"<text>\"}}".formatted(code)));
      }
    }

    /** Completes the exchange that is open, if one is. */
    private void ask() {
      if (from == 0 || status.isEmpty()) return;
      exchanges.add(
          new Exchange(from, user, path, headers, script, uploads, body, status, stream, lines));
      headers.clear();
      script.clear();
      uploads.clear();
      path = "/chatkit";
      from = 0;
      status = "";
      lines = new ArrayList<>();
    }
  }
}
