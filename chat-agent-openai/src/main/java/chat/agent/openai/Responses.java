package chat.agent.openai;

import chat.model.Content;
import chat.model.Message;
import chat.model.Text;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.port.Agent;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Speaks Responses: the history as items of the protocol, nothing stored at the endpoint.
 *
 * <p>A step is its texts and its calls, then the results of these. Reasoning goes back as it came,
 * before the item it came with, to the endpoint and model that made it, as long as the turn goes
 * on: that is when OpenAI asks for it. Items go without ids, which only stored ones have.
 */
final class Responses implements Dialect {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode body = JSON.createObjectNode();
  private final CallIds ids;
  private final Attached attached;
  private final String origin;
  private final ArrayNode input;
  private @Nullable ResponsesReader last;
  private boolean seesImages = true;

  /**
   * @param origin names endpoint and model
   */
  Responses(Agent.Request request, String model, String origin) {
    this.origin = origin;
    this.ids = new CallIds(origin);
    this.attached = new Attached(request);
    body.put("model", model);
    body.put("stream", true);
    body.put("store", false);
    body.putArray("include").add("reasoning.encrypted_content");
    if (!request.systemPrompt().isBlank()) {
      body.put("instructions", Text.storable(request.systemPrompt()));
    }
    input = body.putArray("input");
    for (var step : Wording.steps(request.history())) {
      tell(step, step.get(0).turn().equals(request.turn().id()));
    }
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
    choice.into(body, (named, tool) -> named.put("name", tool));
    return Wording.bytes(body);
  }

  @Override
  public Reader answer(Reply reply) {
    last = new ResponsesReader(reply, origin);
    return last;
  }

  @Override
  public void add(List<Message> results) {
    input.addAll(Objects.requireNonNull(last, "no answer").said());
    call(results, true);
  }

  /**
   * Models that do not reason may refuse that their reasoning is asked for, and a key of another
   * organisation cannot open what was closed before. Those that see nothing refuse images.
   */
  @Override
  public boolean concedes(String said) {
    if (said.contains("image") && describesImages()) return true;
    if (!said.contains("include") && !said.contains("ncrypted content")) return false;
    var items = input.elements();
    while (items.hasNext()) {
      if (items.next().path("type").asText().equals("reasoning")) items.remove();
    }
    return body.remove("include") != null;
  }

  private void tell(List<Message> step, boolean going) {
    var calls = new ArrayList<Message>();
    for (var message : step) {
      var asked = Wording.ofUser(message.content());
      if (asked != null) ask(attached.of(asked, message.content()));
      if (message.content() instanceof Content.ToolCall) calls.add(message);
      var text = Wording.ofAssistant(message.content());
      // Some providers refuse blank words.
      if (text.isBlank()) continue;
      if (going) think(message);
      var phase = Wording.kept(message, origin).path("phase").textValue();
      var said = say("assistant", text);
      if (phase != null) said.put("phase", phase);
    }
    call(calls, going);
  }

  private void call(List<Message> calls, boolean going) {
    var outputs = JSON.createArrayNode();
    for (var message : calls) {
      if (!(message.content() instanceof Content.ToolCall call)) continue;
      if (going) think(message);
      var id = ids.of(message);
      input
          .addObject()
          .put("type", "function_call")
          .put("call_id", id)
          .put("name", Wording.name(call))
          .put("arguments", Wording.arguments(call));
      var output = outputs.addObject().put("type", "function_call_output").put("call_id", id);
      if (seesImages && hasImages(call.result())) show(call, output.putArray("output"));
      else output.put("output", Wording.of(call));
    }
    input.addAll(outputs);
  }

  private static boolean hasImages(@Nullable ToolResult result) {
    return result != null
        && result.parts().stream().anyMatch(ToolResult.Part.Image.class::isInstance);
  }

  /** An output may be words, or a list of words and images. */
  private static void show(Content.ToolCall call, ArrayNode output) {
    var words = Wording.of(call, image -> "");
    if (!words.isBlank()) output.addObject().put("type", "input_text").put("text", words);
    for (var part : Objects.requireNonNull(call.result()).parts()) {
      if (!(part instanceof ToolResult.Part.Image image)) continue;
      show("data:" + image.mimeType() + ";base64," + image.data(), output);
    }
  }

  private static void show(String dataUrl, ArrayNode parts) {
    parts.addObject().put("type", "input_image").put("image_url", dataUrl).put("detail", "auto");
  }

  private void ask(Attached.Said said) {
    if (said.images().isEmpty()) {
      say("user", said.words());
      return;
    }
    var message = input.addObject().put("type", "message").put("role", "user");
    var parts = message.putArray("content");
    parts.addObject().put("type", "input_text").put("text", said.words());
    for (var image : said.images()) show(image, parts);
  }

  /** Takes back the images of all messages and outputs; what is told from now on has none. */
  private boolean describesImages() {
    boolean shown = false;
    seesImages = false;
    for (var item : input) {
      if (item.path("role").asText().equals("user")
          && item.path("content") instanceof ArrayNode parts) {
        ((ObjectNode) item).put("content", Attached.unseen(parts.path(0).path("text").asText()));
        shown = true;
      }
      if (!(item.path("output") instanceof ArrayNode parts)) continue;
      var words = new StringJoiner("\n");
      for (var part : parts) {
        boolean image = part.path("type").asText().equals("input_image");
        words.add(image ? "[an image]" : part.path("text").asText());
      }
      ((ObjectNode) item).put("output", words.toString());
      shown = true;
    }
    return shown;
  }

  private void think(Message message) {
    for (var item : Wording.kept(message, origin).path("reasoning")) input.add(item);
  }

  private ObjectNode say(String role, String text) {
    return input.addObject().put("type", "message").put("role", role).put("content", text);
  }

  /** Not strict: that takes schemas of a certain form only, and is the default here. */
  private static void describe(Tool tool, ObjectNode wire) {
    wire.put("type", "function").put("name", tool.name());
    wire.put("description", Wording.description(tool));
    wire.putRawValue("parameters", new RawValue(tool.inputSchema().text()));
    wire.put("strict", false);
  }
}
