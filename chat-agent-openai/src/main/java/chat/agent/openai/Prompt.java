package chat.agent.openai;

import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.Text;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.port.Agent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Is what the model is asked: the history as messages of the protocol, growing by a step with every
 * call of tools.
 *
 * <p>All that the assistant made in one step of one turn is one message of the protocol, its calls
 * in {@code tool_calls}; their results follow at once, each as a {@code tool} message. Reasoning is
 * not sent back. What only the model may see is a user message in {@code <context>}, since many
 * models take system messages at the beginning only.
 */
final class Prompt {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What names of tools have, by OpenAI's specification of a function. */
  private static final Pattern UNNAMEABLE = Pattern.compile("[^A-Za-z0-9_-]");

  private static final int LONGEST_NAME = 64;

  private final CallIds ids = new CallIds();
  private final ObjectNode body = JSON.createObjectNode();
  private final ArrayNode messages;
  private final int stepsTaken;

  Prompt(Agent.Request request, String defaultModel) {
    var model = request.options().model();
    body.put("model", model == null ? defaultModel : model);
    body.put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    messages = body.putArray("messages");
    if (!request.systemPrompt().isBlank()) say("system", request.systemPrompt());
    history(request.history());
    if (!request.tools().isEmpty()) {
      var tools = body.putArray("tools");
      for (var tool : request.tools()) describe(tool, tools.addObject());
    }
    stepsTaken = stepsOf(request.turn().id(), request.history());
  }

  /** Returns how many model calls the turn has had before. */
  int stepsTaken() {
    return stepsTaken;
  }

  /** Adds what the model said and called in a step, with the results. */
  void add(String said, List<Message> results) {
    var step = new Step();
    step.say(said);
    for (var result : results) step.add(result);
    step.write();
  }

  /** Returns the request's body; {@code mayCall} lets the model call tools. */
  byte[] body(boolean mayCall) {
    if (!mayCall && body.has("tools")) body.put("tool_choice", "none");
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a request that cannot be written", impossible);
    }
  }

  private static int stepsOf(Turn.Id turn, List<Message> history) {
    int last = 0;
    for (var message : history) {
      if (message.turn().equals(turn)) last = Math.max(last, message.step());
    }
    return last;
  }

  private void history(List<Message> history) {
    @Nullable Message before = null;
    var step = new Step();
    for (var message : history) {
      boolean goesOn =
          before != null && before.turn().equals(message.turn()) && before.step() == message.step();
      if (!goesOn) {
        step.write();
        step = new Step();
      }
      step.add(message);
      before = message;
    }
    step.write();
  }

  private void say(String role, String text) {
    messages.addObject().put("role", role).put("content", Text.storable(text));
  }

  private static void describe(Tool tool, ObjectNode wire) {
    var function = wire.put("type", "function").putObject("function");
    function.put("name", tool.name());
    function.put("description", Text.storable(tool.description()));
    function.putRawValue("parameters", new RawValue(tool.inputSchema().text()));
  }

  /** Is what one step of the assistant's, or the user's own part of a turn, becomes. */
  private final class Step {
    private final StringBuilder said = new StringBuilder();
    private final List<Message> calls = new ArrayList<>();

    void add(Message message) {
      switch (message.content()) {
        case Content.UserInput input -> Prompt.this.say("user", words(input));
        case Content.HiddenContext hidden ->
            Prompt.this.say("user", "<context>\n" + plain(hidden.body()) + "\n</context>");
        case Content.StructuredInput form ->
            Prompt.this.say("user", "<form>\n" + form.inputs() + "\n</form>");
        case Content.AssistantText text -> say(text.text());
        case Content.Widget widget -> say(widget.copyText() == null ? "" : widget.copyText());
        case Content.ToolCall ignored -> calls.add(message);
        case Content.Reasoning ignored -> {}
        case Content.Workflow ignored -> {}
        case Content.GeneratedImage ignored -> {}
      }
    }

    void say(String text) {
      if (text.isEmpty()) return;
      if (!said.isEmpty()) said.append("\n\n");
      said.append(text);
    }

    void write() {
      if (said.isEmpty() && calls.isEmpty()) return;
      var assistant = messages.addObject().put("role", "assistant");
      if (said.isEmpty()) assistant.putNull("content");
      else assistant.put("content", Text.storable(said.toString()));
      if (calls.isEmpty()) return;
      var wire = assistant.putArray("tool_calls");
      for (var message : calls) {
        if (!(message.content() instanceof Content.ToolCall call)) continue;
        var id = ids.of(message);
        var function = wire.addObject().put("id", id).put("type", "function").putObject("function");
        function.put("name", nameOf(call)).put("arguments", argumentsOf(call));
        messages
            .addObject()
            .put("role", "tool")
            .put("tool_call_id", id)
            .put("content", Text.storable(words(call.result())));
      }
    }
  }

  private static String words(Content.UserInput input) {
    var quoted = input.quoted();
    if (quoted == null || quoted.isBlank()) return input.text();
    return "> " + quoted.strip().replaceAll("\\R", "\n> ") + "\n\n" + input.text();
  }

  private static String words(@Nullable ToolResult result) {
    if (result == null) return "error: there is no result";
    var words = new StringBuilder();
    for (var part : result.parts()) {
      if (!words.isEmpty()) words.append('\n');
      words.append(
          switch (part) {
            case ToolResult.Part.Text text -> text.text();
            case ToolResult.Part.Image image -> "[an image, " + image.mimeType() + "]";
            case ToolResult.Part.Link link -> "[" + link.name() + "](" + link.uri() + ")";
          });
    }
    if (words.isEmpty() && result.structured() != null) words.append(result.structured());
    if (result.truncated()) words.append("\n[cut off here]");
    return result.error() == null ? words.toString() : "error (" + result.error() + "): " + words;
  }

  /** A model that invents a tool may invent a name that its endpoint then refuses. */
  private static String nameOf(Content.ToolCall call) {
    var name = UNNAMEABLE.matcher(call.name()).replaceAll("_");
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }

  /** Some endpoints read them again, so what was no object is left out; the result tells of it. */
  private static String argumentsOf(Content.ToolCall call) {
    return call.arguments().isObject() ? call.arguments().text() : "{}";
  }

  private static String plain(Json json) {
    var tree = tree(json);
    return tree.isTextual() ? tree.textValue() : json.text();
  }

  private static JsonNode tree(Json json) {
    try {
      return JSON.readTree(json.text());
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a JSON text that cannot be read", impossible);
    }
  }
}
