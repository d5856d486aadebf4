package chat.agent.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import chat.model.Content.Kind;
import chat.model.Turn;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Is one recorded answer of a model, in either of OpenAI's ways, and what of it counts if it is cut
 * off: an oracle, made of the lines of the recording and of nothing that the agent reads with.
 */
final class Recording {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern HALF_A_CHARACTER =
      Pattern.compile(
          "(?<![\\ud800-\\udbff])[\\udc00-\\udfff]|[\\ud800-\\udbff](?![\\udc00-\\udfff])");

  private final byte[] bytes;
  private final List<Event> events = new ArrayList<>();

  /** Is an event: where its line and the blank line behind it end. */
  private record Event(String data, int line, int blank) {}

  /** Is a message that the answer makes. */
  record Said(Kind kind, String text, boolean partial) {}

  /** Is what an answer comes to. */
  record Told(List<Said> said, boolean through, Turn.Usage usage) {}

  Recording(String name) throws IOException {
    try (var file = Recording.class.getResourceAsStream(name)) {
      bytes = Objects.requireNonNull(file, name).readAllBytes();
    }
    int from = 0;
    for (int to = 0; to < bytes.length; to++) {
      if (bytes[to] != '\n') continue;
      var line = new String(bytes, from, to - from, UTF_8).strip();
      if (line.startsWith("data: ")) {
        int blank = to + (bytes[to + 1] == '\r' ? 3 : 2);
        events.add(new Event(line.substring("data: ".length()), to + 1, blank));
      }
      from = to + 1;
    }
  }

  byte[] bytes() {
    return bytes.clone();
  }

  int length() {
    return bytes.length;
  }

  /** Tells whether a cut falls between CR and LF, where the line may count as ended or not. */
  boolean splitsALineEnd(int cut) {
    return cut > 0 && cut < bytes.length && bytes[cut - 1] == '\r' && bytes[cut] == '\n';
  }

  /**
   * Tells what the complete events before a cut say.
   *
   * @param clean whether the stream seems to end there, so that a complete line is enough; else the
   *     blank line behind it must have come
   */
  Told before(int cut, boolean clean) throws IOException {
    var tally = new Tally();
    for (var event : events) {
      if ((clean ? event.line() : event.blank()) > cut) break;
      if (event.data().equals("[DONE]")) {
        tally.through = true;
        continue;
      }
      var data = JSON.readTree(event.data());
      if (data.has("type")) tally.event(data);
      else tally.chunk(data);
    }
    return tally.told();
  }

  /** Is what was told by now. */
  private static final class Tally {
    private final List<Said> said = new ArrayList<>();
    private boolean through;
    private boolean calls;
    private long part;
    private Turn.Usage usage = Turn.Usage.NONE;

    /** Takes a chunk of Chat Completions. */
    void chunk(JsonNode chunk) {
      if (chunk.hasNonNull("usage")) usage = usage(chunk.get("usage"), "prompt", "completion");
      var choice = chunk.path("choices").path(0);
      var delta = choice.path("delta");
      add(Kind.REASONING, delta.path("reasoning_content").asText(""));
      add(Kind.TEXT, delta.path("content").asText(""));
      if (delta.has("tool_calls")) calls = true;
      if (choice.hasNonNull("finish_reason")) through = true;
    }

    /** Takes an event of Responses; parts of a summary stand apart. */
    void event(JsonNode event) {
      switch (event.get("type").asText()) {
        case "response.reasoning_summary_text.delta" -> {
          if (event.get("summary_index").asLong() > part) add(Kind.REASONING, "\n\n");
          part = event.get("summary_index").asLong();
          add(Kind.REASONING, event.get("delta").asText());
        }
        case "response.output_text.delta" -> add(Kind.TEXT, event.get("delta").asText());
        case "response.output_item.added" ->
            calls |= event.at("/item/type").asText().equals("function_call");
        case "response.completed" -> {
          through = true;
          usage = usage(event.at("/response/usage"), "input", "output");
        }
        default -> {}
      }
    }

    private void add(Kind kind, String more) {
      if (more.isEmpty() || more.equals("null")) return;
      var open = said.isEmpty() || said.getLast().kind() != kind ? null : said.removeLast();
      said.add(new Said(kind, open == null ? more : open.text() + more, false));
    }

    Told told() {
      if (!through && !calls && !said.isEmpty()) {
        var open = said.removeLast();
        said.add(new Said(open.kind(), open.text(), true));
      }
      said.replaceAll(
          it ->
              new Said(
                  it.kind(),
                  HALF_A_CHARACTER.matcher(it.text()).replaceAll("\ufffd"),
                  it.partial()));
      return new Told(said, through, usage);
    }
  }

  private static Turn.Usage usage(JsonNode usage, String in, String out) {
    return new Turn.Usage(
        usage.get(in + "_tokens").asLong(),
        usage.at("/" + in + "_tokens_details/cached_tokens").asLong(),
        usage.get(out + "_tokens").asLong(),
        usage.at("/" + out + "_tokens_details/reasoning_tokens").asLong());
  }
}
