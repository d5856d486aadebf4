package chat.agent.openai;

import chat.model.Turn;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one chunk of a streamed completion with a streaming parser, takes what it knows wherever
 * that stands, and hands it to the reply.
 *
 * <p>A chunk is {@code {choices: [{delta: {content?, tool_calls?}, finish_reason?}], usage?}}; the
 * pieces of a call share an {@code index}, the first has {@code id} and name. Endpoints differ:
 * reasoning comes as {@code reasoning_content} or {@code reasoning}, or as both with the same
 * words; an index may be missing. A completion that was not streamed has a {@code message} for the
 * {@code delta}, and everything in it.
 */
final class ChunkReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonParser json;
  private final Reply reply;
  private @Nullable String content;
  private @Nullable String reasoning;
  private final List<PartialCall.Piece> pieces = new ArrayList<>(0);

  private ChunkReader(JsonParser json, Reply reply) {
    this.json = json;
    this.reply = reply;
  }

  static void read(String chunk, Reply reply) throws IOException {
    try (var json = JSON.createParser(chunk)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new BrokenReply("the model's answer holds something that is no chunk");
      }
      new ChunkReader(json, reply).chunk();
    }
  }

  private void chunk() throws IOException {
    members(
        name -> {
          switch (name) {
            case "choices" -> elements(() -> members(this::choice));
            case "usage" -> usage();
            case "error" -> error();
            default -> json.skipChildren();
          }
        });
  }

  private void choice(String name) throws IOException {
    switch (name) {
      case "delta", "message" -> {
        members(this::delta);
        handOn();
      }
      case "finish_reason" -> {
        var reason = words();
        if (reason != null) reply.finish(reason);
      }
      default -> json.skipChildren();
    }
  }

  private void delta(String name) throws IOException {
    switch (name) {
      case "content", "refusal" -> content = either(content, words());
      case "reasoning_content", "reasoning" -> reasoning = either(reasoning, words());
      case "tool_calls" -> elements(this::piece);
      default -> json.skipChildren();
    }
  }

  /** What the model thinks comes before what it says, and that before what it asks for. */
  private void handOn() throws IOException {
    if (reasoning != null) reply.reason(reasoning);
    if (content != null) reply.say(content);
    for (var piece : pieces) reply.take(piece);
    reasoning = null;
    content = null;
    pieces.clear();
  }

  private void piece() throws IOException {
    var read = new PieceMembers();
    members(
        name -> {
          switch (name) {
            case "index" ->
                read.index = json.currentToken().isNumeric() ? json.getValueAsLong() : null;
            case "id" -> read.id = words();
            case "function" -> members(read::function);
            default -> json.skipChildren();
          }
        });
    var arguments = read.arguments == null ? "" : read.arguments;
    pieces.add(new PartialCall.Piece(read.index, read.id, read.name, arguments));
  }

  private final class PieceMembers {
    @Nullable Long index;
    @Nullable String id;
    @Nullable String name;
    @Nullable String arguments;

    void function(String member) throws IOException {
      switch (member) {
        case "name" -> name = words();
        case "arguments" -> arguments = words();
        default -> json.skipChildren();
      }
    }
  }

  private void usage() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) return;
    JsonNode usage = JSON.readTree(json);
    var input = usage.path("prompt_tokens_details");
    var output = usage.path("completion_tokens_details");
    reply.usage(
        new Turn.Usage(
            count(usage, "prompt_tokens"),
            count(input, "cached_tokens"),
            count(usage, "completion_tokens"),
            count(output, "reasoning_tokens")));
  }

  private static long count(JsonNode usage, String name) {
    return Math.max(0, usage.path(name).asLong());
  }

  private void error() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) return;
    throw Failures.broken(JSON.readTree(json));
  }

  private static @Nullable String either(@Nullable String known, @Nullable String more) {
    return known == null ? more : known;
  }

  /** Returns the string at hand; null for an empty one and for anything else, which is skipped. */
  private @Nullable String words() throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      json.skipChildren();
      return null;
    }
    var text = json.getText();
    return text.isEmpty() ? null : text;
  }

  /** Reads the object at hand; whoever is given a name reads or skips its value. */
  private void members(Member member) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    for (var name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      member.read(name);
    }
  }

  private void elements(Element element) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) element.read();
  }

  @FunctionalInterface
  private interface Member {
    void read(String name) throws IOException;
  }

  @FunctionalInterface
  private interface Element {
    void read() throws IOException;
  }
}
