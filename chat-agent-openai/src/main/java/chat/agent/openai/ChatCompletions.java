package chat.agent.openai;

import chat.model.Content;
import chat.model.Message;
import chat.model.Text;
import chat.model.Tool;
import chat.port.Agent;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Speaks Chat Completions: the history as messages of the protocol.
 *
 * <p>All that the assistant made in one step of one turn is one message of the protocol, its calls
 * in {@code tool_calls}; their results follow at once, each as a {@code tool} message. Reasoning is
 * not sent back, but for what an endpoint insists on. What only the model may see is a user message
 * in {@code <context>}, since many models take system messages at the beginning only.
 */
final class ChatCompletions implements Dialect {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode body = JSON.createObjectNode();
  private final CallIds ids;
  private final Attached attached;
  private final String origin;
  private final ArrayNode messages;
  private @Nullable Reply last;

  /**
   * @param origin names endpoint and model
   */
  ChatCompletions(Agent.Request request, String model, String origin) {
    this.origin = origin;
    this.ids = new CallIds(origin);
    this.attached = new Attached(request);
    body.put("model", model);
    body.put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    messages = body.putArray("messages");
    if (!request.systemPrompt().isBlank()) say("system", request.systemPrompt());
    for (var step : Wording.steps(request.history())) tell(step);
    if (request.tools().isEmpty()) return;
    var tools = body.putArray("tools");
    for (var tool : request.tools()) describe(tool, tools.addObject());
  }

  @Override
  public String model() {
    return body.path("model").asText();
  }

  @Override
  public byte[] body(ToolChoice choice) {
    choice.into(body, (named, tool) -> named.putObject("function").put("name", tool));
    return Wording.bytes(body);
  }

  @Override
  public Reader answer(Reply reply) {
    last = reply;
    return new ChunkReader(reply, origin);
  }

  @Override
  public void add(List<Message> results) {
    var said = Objects.requireNonNull(last, "no answer").text();
    write(said, results);
  }

  /**
   * Some endpoints take no {@code stream_options}; what they used then stays unknown. Models that
   * see nothing refuse images.
   */
  @Override
  public boolean concedes(String said) {
    if (said.contains("image") && hidesImages()) return true;
    return said.contains("stream_options") && body.remove("stream_options") != null;
  }

  private void tell(List<Message> step) {
    var said = new StringBuilder();
    var calls = new ArrayList<Message>();
    for (var message : step) {
      var asked = Wording.ofUser(message.content());
      if (asked != null) ask(attached.of(asked, message.content()));
      if (message.content() instanceof Content.ToolCall) calls.add(message);
      var text = Wording.ofAssistant(message.content());
      if (text.isEmpty()) continue;
      if (!said.isEmpty()) said.append("\n\n");
      said.append(text);
    }
    write(said.toString(), calls);
  }

  /** Blank words are left out: some providers refuse them. */
  private void write(String said, List<Message> calls) {
    if (said.isBlank() && calls.isEmpty()) return;
    var assistant = messages.addObject().put("role", "assistant");
    if (said.isBlank()) assistant.putNull("content");
    else assistant.put("content", Text.storable(said));
    if (calls.isEmpty()) return;
    var wire = assistant.putArray("tool_calls");
    for (var message : calls) {
      if (!(message.content() instanceof Content.ToolCall call)) continue;
      var id = ids.of(message);
      var kept = Wording.kept(message, origin);
      var thought = kept.path("reasoning_content");
      if (thought.isTextual()) assistant.set("reasoning_content", thought);
      var sent = wire.addObject().put("id", id).put("type", "function");
      if (kept.has("extra_content")) sent.set("extra_content", kept.path("extra_content"));
      var function = sent.putObject("function");
      function.put("name", Wording.name(call)).put("arguments", Wording.arguments(call));
      messages
          .addObject()
          .put("role", "tool")
          .put("tool_call_id", id)
          .put("content", Wording.of(call));
    }
  }

  private void ask(Attached.Said said) {
    if (said.images().isEmpty()) {
      say("user", said.words());
      return;
    }
    var parts = messages.addObject().put("role", "user").putArray("content");
    parts.addObject().put("type", "text").put("text", said.words());
    for (var image : said.images()) {
      parts.addObject().put("type", "image_url").putObject("image_url").put("url", image);
    }
  }

  /** Leaves the words alone, which name the images. */
  private boolean hidesImages() {
    boolean shown = false;
    for (var message : messages) {
      if (!(message.path("content") instanceof ArrayNode parts)) continue;
      ((ObjectNode) message).put("content", Attached.unseen(parts.path(0).path("text").asText()));
      shown = true;
    }
    return shown;
  }

  private void say(String role, String text) {
    messages.addObject().put("role", role).put("content", Text.storable(text));
  }

  private static void describe(Tool tool, ObjectNode wire) {
    var function = wire.put("type", "function").putObject("function");
    function.put("name", tool.name());
    function.put("description", Wording.description(tool));
    function.putRawValue("parameters", new RawValue(tool.inputSchema().text()));
  }
}
