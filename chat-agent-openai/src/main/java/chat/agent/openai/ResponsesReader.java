package chat.agent.openai;

import chat.model.Text;
import chat.model.Turn;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of one streamed response and hands them to the reply.
 *
 * <p>A response is a list of items, each begun by {@code response.output_item.added}, continued by
 * deltas and ended by {@code response.output_item.done}, which has the whole of it; what an
 * endpoint did not stream is taken from there. The last event has the whole response.
 *
 * <p>An item of reasoning is kept as it came, since the model wants it back, and OpenAI refuses one
 * without the item that followed it. So it goes into the {@code provider} of that one, a text or a
 * call: they are stored, left out and sent together. What people can read of it is reasoning beside
 * that.
 */
final class ResponsesReader implements Dialect.Reader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Reply reply;
  private final String origin;

  /** The texts and their reasoning, as they are sent back; calls come from their messages. */
  private final ArrayNode said = JSON.createArrayNode();

  /** Reasoning that waits for the item that follows it. */
  private ArrayNode thought = JSON.createArrayNode();

  /** What the open text has kept, and where that text begins. */
  private ObjectNode kept = JSON.createObjectNode();

  private int keptFor = -1;

  private final Map<Long, Item> open = new HashMap<>();
  private boolean itemised;

  /** Is an item that goes on: what of it was streamed, and where it stands in the text. */
  private static final class Item {
    @Nullable String streamed;
    boolean called;
    long part;
    int from;
  }

  /** The members of the event at hand. */
  private static final class Event {
    String type = "";
    long index;
    long part;
    @Nullable String text;
    @Nullable JsonNode value;
    @Nullable String message;
    @Nullable String code;
  }

  /**
   * @param origin names endpoint and model: nobody else can read their reasoning
   */
  ResponsesReader(Reply reply, String origin) {
    this.reply = reply;
    this.origin = origin;
  }

  /** Returns the texts of the answer with the reasoning before each, as input items. */
  ArrayNode said() {
    return said;
  }

  @Override
  public void event(String data) throws IOException {
    var event = new Event();
    try (var json = new JsonWalk(data)) {
      json.members(name -> member(name, event, json));
    }
    take(event);
  }

  private void member(String name, Event event, JsonWalk json) throws IOException {
    switch (name) {
      case "type" -> event.type = Objects.requireNonNullElse(json.words(), "");
      case "output_index" -> event.index = Objects.requireNonNullElse(json.number(), 0L);
      case "summary_index", "content_index" ->
          event.part = Objects.requireNonNullElse(json.number(), 0L);
      case "delta", "arguments" -> event.text = json.words();
      case "item", "annotation" -> event.value = json.tree();
      case "response" -> {
        // These two repeat the request, but for the name of the model that answers.
        if (event.type.equals("response.created") || event.type.equals("response.in_progress")) {
          json.members(
              member -> {
                if (member.equals("model")) reply.model(json.words());
                else json.skip();
              });
        } else event.value = json.tree();
      }
      case "error" -> {
        var error = json.tree();
        if (error != null) throw Failures.broken(error);
      }
      case "message" -> event.message = json.words();
      case "code" -> event.code = json.words();
      default -> json.skip();
    }
  }

  private void take(Event event) throws IOException {
    var text = event.text;
    var value = event.value == null ? JSON.missingNode() : event.value;
    switch (event.type) {
      case "response.output_text.delta", "response.refusal.delta" -> {
        if (text != null) say(item(event.index), text);
      }
      case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" -> {
        if (text != null) think(item(event.index), event.type, event.part, text);
      }
      case "response.function_call_arguments.delta" -> {
        item(event.index).streamed = event.type;
        if (text != null) pass(event.index, text);
      }
      case "response.function_call_arguments.done" -> {
        var item = item(event.index);
        if (item.streamed == null && text != null) pass(event.index, text);
        item.streamed = event.type;
      }
      case "response.output_item.added" -> begin(event.index, value);
      case "response.output_item.done" -> end(event.index, value);
      case "response.output_text.annotation.added" -> reply.cite(value, item(event.index).from);
      case "response.completed", "response.incomplete", "response.failed", "response.cancelled" ->
          end(value, event.type.substring("response.".length()));
      case "error" ->
          throw Failures.broken(
              JSON.createObjectNode().put("code", event.code).put("message", event.message));
      default -> {}
    }
  }

  private Item item(long index) {
    return open.computeIfAbsent(index, begun -> new Item());
  }

  private void begin(long index, JsonNode item) throws IOException {
    open.remove(index);
    if (item.path("type").asText().equals("function_call")) call(index, item);
  }

  private void call(long index, JsonNode call) throws IOException {
    item(index).called = true;
    var id = call.path("call_id").textValue();
    var withIt = thought.isEmpty() ? null : keep(JSON.createObjectNode());
    reply.take(new PartialCall.Piece(index, id, call.path("name").textValue(), "", withIt));
  }

  private void pass(long index, String arguments) throws IOException {
    reply.take(new PartialCall.Piece(index, null, null, arguments, null));
  }

  private void say(Item item, String delta) {
    if (item.streamed == null) {
      if (reply.isSpeaking()) reply.say("\n\n");
      item.from = reply.text().length();
      item.streamed = "text";
    }
    reply.say(delta);
  }

  /** Summary and text of one reasoning say the same: the first to come is shown. */
  private void think(Item item, String kind, long part, String delta) {
    if (item.streamed == null) {
      item.streamed = kind;
      if (reply.isThinking()) reply.reason("\n\n");
    }
    if (!item.streamed.equals(kind)) return;
    if (part > item.part) reply.reason("\n\n");
    item.part = Math.max(part, item.part);
    reply.reason(delta);
  }

  private void end(long index, JsonNode whole) throws IOException {
    itemised = true;
    var item = item(index);
    switch (whole.path("type").asText()) {
      case "message" -> endText(item, whole);
      case "reasoning" -> endReasoning(item, whole);
      case "function_call" -> {
        if (!item.called) call(index, whole);
        var arguments = whole.path("arguments").asText();
        if (item(index).streamed == null && !arguments.isEmpty()) pass(index, arguments);
      }
      default -> {}
    }
    open.remove(index);
  }

  private void endText(Item item, JsonNode whole) {
    if (item.streamed == null) {
      var text = words(whole.path("content"), "");
      if (text.isEmpty()) return;
      // Some endpoints count their items in one place only.
      if (reply.isSpeaking() && reply.text().endsWith(text)) {
        item.from = reply.text().length() - text.length();
      } else say(item, text);
    }
    var text = reply.text().substring(item.from);
    // Some providers refuse blank words; what was thought waits for what comes after them.
    if (text.isBlank()) return;
    var phase = whole.path("phase").textValue();
    boolean worthKeeping = phase != null || !thought.isEmpty();
    said.addAll(thought);
    var message = said.addObject().put("type", "message").put("role", "assistant");
    message.put("content", Text.storable(text));
    if (phase != null) message.put("phase", phase);
    if (!worthKeeping) return;
    if (keptFor != reply.openedAt()) kept = JSON.createObjectNode();
    keptFor = reply.openedAt();
    if (phase != null) kept.put("phase", phase);
    reply.keep(keep(kept));
  }

  private void endReasoning(Item item, JsonNode whole) {
    if (item.streamed == null) {
      var summary = words(whole.path("summary"), "\n\n");
      var text = summary.isEmpty() ? words(whole.path("content"), "\n\n") : summary;
      if (!text.isEmpty()) think(item, "whole", 0, text);
    }
    // Without a content of its own it is only the id of something that was not stored.
    boolean closed = !whole.path("encrypted_content").asText("").isEmpty();
    if (!closed && whole.path("content").isEmpty()) return;
    // What cannot be stored cannot be sent either, and what is sent now is what is sent later.
    var storable = Reply.storable(whole);
    if (storable != null) thought.add(Wording.tree(storable));
  }

  /** Adds the reasoning that waits to what is kept with a text or a call. */
  private ObjectNode keep(ObjectNode with) {
    with.put("from", origin);
    if (!thought.isEmpty()) with.withArrayProperty("reasoning").addAll(thought);
    thought = JSON.createArrayNode();
    return with;
  }

  private static String words(JsonNode parts, String between) {
    var words = new StringBuilder();
    for (var part : parts) {
      if (!words.isEmpty()) words.append(between);
      words.append(part.path("text").asText(part.path("refusal").asText()));
    }
    return words.toString();
  }

  @Override
  public void whole(String data) throws IOException {
    var response = JSON.readTree(data);
    if (!response.path("error").isMissingNode() && !response.path("error").isNull()) {
      reply.model(response.path("model").textValue());
      usage(response.path("usage"));
      throw Failures.broken(response.path("error"));
    }
    if (!response.path("output").isArray()) {
      throw new BrokenReply("the model's answer is no response");
    }
    end(response, response.path("status").asText("completed"));
  }

  @Override
  public void end() throws IOException {
    reply.complete(origin, null);
  }

  private void end(JsonNode response, String status) throws IOException {
    reply.model(response.path("model").textValue());
    if (!itemised) {
      long index = 0;
      for (var item : response.path("output")) end(index++, item);
    }
    usage(response.path("usage"));
    switch (status) {
      case "completed" -> reply.finish("stop");
      case "incomplete" -> {
        var reason = response.path("incomplete_details").path("reason").asText();
        reply.finish(reason.equals("content_filter") ? reason : "length");
      }
      default -> throw Failures.broken(response.path("error"));
    }
    reply.settle();
  }

  private void usage(JsonNode usage) {
    reply.usage(
        new Turn.Usage(
            Reply.count(usage.path("input_tokens")),
            Reply.count(usage.path("input_tokens_details").path("cached_tokens")),
            Reply.count(usage.path("output_tokens")),
            Reply.count(usage.path("output_tokens_details").path("reasoning_tokens"))));
  }
}
