package chat.agent.openai;

import chat.model.Turn;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of one streamed completion and hands them to the reply.
 *
 * <p>A chunk is {@code {choices: [{delta: {content?, tool_calls?}, finish_reason?}], usage?}}; the
 * pieces of a call share an {@code index}, the first has {@code id} and name. Endpoints differ:
 * reasoning comes as {@code reasoning_content} or {@code reasoning}, or as both with the same
 * words; an index may be missing; Mistral's content may be a list of texts and thoughts. A
 * completion that was not streamed has a {@code message} for the {@code delta}, and everything in
 * it.
 *
 * <p>Two things are kept with the calls they came with, because whoever sent them refuses the next
 * step without: DeepSeek's {@code reasoning_content}, and a call's {@code extra_content}, where
 * Gemini has the signature of its thoughts.
 */
final class ChunkReader implements Dialect.Reader {
  private final Reply reply;
  private final String origin;
  private final StringBuilder thought = new StringBuilder();
  private boolean named;

  /**
   * @param origin names endpoint and model: what is kept goes back to nobody else
   */
  ChunkReader(Reply reply, String origin) {
    this.reply = reply;
    this.origin = origin;
  }

  @Override
  public void event(String data) throws IOException {
    try (var json = new JsonWalk(data)) {
      new Chunk(json).read();
    }
  }

  @Override
  public void whole(String data) throws IOException {
    event(data);
  }

  @Override
  public void end() throws IOException {
    reply.complete(
        origin, thought.isEmpty() ? null : kept().put("reasoning_content", thought.toString()));
  }

  private static ObjectNode kept() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Is one chunk while it is read. */
  private final class Chunk {
    private final JsonWalk json;
    private @Nullable String content;
    private @Nullable String reasoning;
    private final List<PartialCall.Piece> pieces = new ArrayList<>(0);
    private final List<JsonNode> citations = new ArrayList<>(0);
    private boolean choice;
    private boolean spoke;
    private boolean used;

    Chunk(JsonWalk json) {
      this.json = json;
    }

    void read() throws IOException {
      json.members(
          name -> {
            switch (name) {
              case "model" -> model();
              case "choices" -> json.elements(this::choice);
              case "usage" -> usage();
              case "error" -> error();
              default -> json.skip();
            }
          });
      reply.silent(!spoke);
      // The last chunk has usage and nothing else; some endpoints send it with all others too.
      if (used && !choice && reply.finished()) reply.settle();
    }

    private void choice() throws IOException {
      choice = true;
      json.members(this::choice);
    }

    private void choice(String name) throws IOException {
      switch (name) {
        case "delta", "message" -> {
          json.members(this::delta);
          handOn();
        }
        case "finish_reason" -> {
          var reason = json.words();
          if (reason != null) reply.finish(reason);
        }
        default -> json.skip();
      }
    }

    private void delta(String name) throws IOException {
      switch (name) {
        case "content" -> {
          if (json.isArray()) json.elements(() -> json.members(this::part));
          else content = either(content, json.words());
        }
        case "refusal" -> content = either(content, json.words());
        case "reasoning" -> reasoning = either(reasoning, json.words());
        case "reasoning_content" -> {
          var words = json.words();
          if (words != null) thought.append(words);
          reasoning = either(reasoning, words);
        }
        case "tool_calls" -> json.elements(this::piece);
        case "annotations" -> json.elements(this::annotation);
        default -> json.skip();
      }
    }

    private void part(String name) throws IOException {
      switch (name) {
        case "text" -> content = joined(content, json.words());
        case "thinking" -> json.elements(() -> json.members(this::thought));
        default -> json.skip();
      }
    }

    private void thought(String name) throws IOException {
      if (name.equals("text")) reasoning = joined(reasoning, json.words());
      else json.skip();
    }

    /** What the model thinks comes before what it says, and that before what it asks for. */
    private void handOn() throws IOException {
      spoke |= reasoning != null || content != null || !pieces.isEmpty();
      if (reasoning != null) reply.reason(reasoning);
      if (content != null) reply.say(content);
      for (var citation : citations) reply.cite(citation, 0);
      for (var piece : pieces) reply.take(piece);
      reasoning = null;
      content = null;
      pieces.clear();
      citations.clear();
    }

    private void annotation() throws IOException {
      var annotation = json.tree();
      if (annotation != null) citations.add(annotation.path("url_citation"));
    }

    private void piece() throws IOException {
      var read = new PieceMembers(json);
      json.members(read::member);
      var extra = read.extra;
      ObjectNode kept = extra == null ? null : kept().set("extra_content", extra);
      var arguments = read.arguments == null ? "" : read.arguments;
      pieces.add(new PartialCall.Piece(read.index, read.id, read.name, arguments, kept));
    }

    /** Every chunk names it; it is read once. */
    private void model() throws IOException {
      if (named) {
        json.skip();
        return;
      }
      var name = json.words();
      named = name != null;
      reply.model(name);
    }

    private void usage() throws IOException {
      var usage = json.tree();
      if (usage == null || usage.isEmpty()) return;
      used = true;
      reply.usage(
          new Turn.Usage(
              Reply.count(usage.path("prompt_tokens")),
              Reply.count(usage.path("prompt_tokens_details").path("cached_tokens")),
              Reply.count(usage.path("completion_tokens")),
              Reply.count(usage.path("completion_tokens_details").path("reasoning_tokens"))));
    }

    private void error() throws IOException {
      var error = json.tree();
      if (error != null) throw Failures.broken(error);
    }
  }

  private static final class PieceMembers {
    private final JsonWalk json;
    @Nullable Long index;
    @Nullable String id;
    @Nullable String name;
    @Nullable String arguments;
    @Nullable JsonNode extra;

    PieceMembers(JsonWalk json) {
      this.json = json;
    }

    void member(String member) throws IOException {
      switch (member) {
        case "index" -> index = json.number();
        case "id" -> id = json.words();
        case "function" -> json.members(this::function);
        case "extra_content" -> extra = json.tree();
        default -> json.skip();
      }
    }

    private void function(String member) throws IOException {
      switch (member) {
        case "name" -> name = json.words();
        case "arguments" -> arguments = json.words();
        default -> json.skip();
      }
    }
  }

  private static @Nullable String joined(@Nullable String known, @Nullable String more) {
    return known == null || more == null ? either(known, more) : known + more;
  }

  private static @Nullable String either(@Nullable String known, @Nullable String more) {
    return known == null ? more : known;
  }
}
