package chat.agent.openai;

import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.Task;
import chat.model.Text;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts messages into the words that the model is told, the same in both dialects. */
final class Wording {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What names of tools have, by OpenAI's specification of a function. */
  private static final Pattern UNNAMEABLE = Pattern.compile("[^A-Za-z0-9_-]");

  private static final int LONGEST_NAME = 64;

  /** OpenAI's limit, as its endpoints tell it when they refuse a longer one. */
  private static final int LONGEST_DESCRIPTION = 1024;

  private Wording() {}

  /** Returns what the user's side says; nothing for the assistant's. */
  static @Nullable String ofUser(Content content) {
    return switch (content) {
      case Content.UserInput input -> Text.storable(input(input));
      case Content.HiddenContext hidden -> "<context>\n" + plain(hidden.body()) + "\n</context>";
      case Content.Action action -> "<action>\n" + action(action) + "\n</action>";
      case Content.StructuredInput form -> "<form>\n" + form(form) + "\n</form>";
      case Content.Widget widget when blank(widget.copyText()) -> shown(widget.root().text());
      case Content.Workflow workflow -> shown(tasks(workflow.tasks()));
      case Content.Task alone -> shown(tasks(List.of(alone.task())));
      case Content.GeneratedImage made -> shown(image(made.image()));
      default -> null;
    };
  }

  private static boolean blank(@Nullable String text) {
    return text == null || text.isBlank();
  }

  /** What the user was shown by the assistant's side, for the model to know what is spoken of. */
  private static @Nullable String shown(String what) {
    return what.isBlank() ? null : "<shown>\n" + what + "\n</shown>";
  }

  private static String action(Content.Action action) {
    var payload = action.payload().equals(Json.NULL) ? "" : " " + action.payload();
    return "The user did: " + action.name() + payload;
  }

  /** Says what was asked and answered, a line a question. */
  private static String form(Content.StructuredInput form) {
    var lines = new StringJoiner("\n");
    for (var question : form.questions()) {
      var given = question.given();
      var answer =
          given == null
              ? "(unanswered)"
              : given.skipped() ? "(skipped)" : String.join(", ", given.values());
      lines.add(question.question() + " " + answer);
    }
    return lines.toString();
  }

  /** Says what was done, as far as it is told in words. */
  private static String tasks(List<Task> tasks) {
    var lines = new StringJoiner("\n");
    for (var task : tasks) {
      if (!(task instanceof Task.Custom custom)) continue;
      var words = new StringJoiner(": ");
      if (custom.title() != null) words.add(custom.title());
      if (custom.content() != null) words.add(custom.content());
      if (words.length() > 0) lines.add(words.toString());
    }
    return lines.toString();
  }

  private static String image(Content.GeneratedImage.@Nullable Image image) {
    if (image == null) return "";
    return image.url().startsWith("data:") ? "an image" : "an image, " + image.url();
  }

  /** Returns what the assistant said, as text; nothing for what is only to be seen. */
  static String ofAssistant(Content content) {
    return switch (content) {
      case Content.AssistantText text -> Text.storable(text.text());
      case Content.Widget widget -> storable(widget.copyText());
      default -> "";
    };
  }

  private static String storable(@Nullable String text) {
    return text == null ? "" : Text.storable(text);
  }

  private static String input(Content.UserInput input) {
    var quoted = input.quoted();
    if (quoted == null || quoted.isBlank()) return input.text();
    return "> " + quoted.strip().replaceAll("\\R", "\n> ") + "\n\n" + input.text();
  }

  /** Tells what came of a call, in words alone. */
  static String of(Content.ToolCall call) {
    return of(call, image -> "[an image, " + image.mimeType() + "]");
  }

  /**
   * Tells what came of a call. Data that goes with words of its own is left out: the words are the
   * same for models that take no data.
   *
   * @param seeing what is said of an image; nothing where the model sees it
   */
  static String of(Content.ToolCall call, Function<ToolResult.Part.Image, String> seeing) {
    var result = call.result();
    if (result == null) return "error: there is no result";
    var words = new StringJoiner("\n");
    for (var part : result.parts()) {
      var said =
          switch (part) {
            case ToolResult.Part.Text text -> text.text();
            case ToolResult.Part.Image image -> seeing.apply(image);
            case ToolResult.Part.Link link -> "[" + link.name() + "](" + link.uri() + ")";
          };
      if (!said.isEmpty()) words.add(said);
    }
    var data = result.structured();
    if (data != null && result.text().isBlank()) words.add(data.text());
    if (result.truncated()) words.add("[the result was too large and is cut off here]");
    if (call.state() == Content.ToolCall.State.UNKNOWN) {
      words.add("[it is not known whether the call had an effect]");
    }
    var error = result.error();
    return Text.storable(error == null ? words.toString() : "error (" + error + "): " + words);
  }

  /** Returns what a tool does, as much as every provider takes of it. */
  static String description(Tool tool) {
    var words = Text.storable(tool.description());
    if (words.length() <= LONGEST_DESCRIPTION) return words;
    int end = LONGEST_DESCRIPTION - 1;
    if (Character.isHighSurrogate(words.charAt(end - 1))) end--;
    return words.substring(0, end) + "…";
  }

  /** A model that invents a tool may invent a name that its endpoint then refuses. */
  static String name(Content.ToolCall call) {
    var name = UNNAMEABLE.matcher(call.name()).replaceAll("_");
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }

  /** Some endpoints read them again, so what was no object is left out; the result tells of it. */
  static String arguments(Content.ToolCall call) {
    return call.arguments().isObject() ? call.arguments().text() : "{}";
  }

  /** Divides a history where another turn or another step of one begins. */
  static List<List<Message>> steps(List<Message> history) {
    var steps = new ArrayList<List<Message>>();
    @Nullable Message before = null;
    for (var message : history) {
      boolean goesOn =
          before != null && before.turn().equals(message.turn()) && before.step() == message.step();
      if (!goesOn) steps.add(new ArrayList<>());
      steps.get(steps.size() - 1).add(message);
      before = message;
    }
    return steps;
  }

  /** Returns how many model calls a turn has had before. */
  static int stepsTaken(Turn.Id turn, List<Message> history) {
    int last = 0;
    for (var message : history) {
      if (message.turn().equals(turn)) last = Math.max(last, message.step());
    }
    return last;
  }

  private static String plain(Json json) {
    var tree = tree(json);
    return tree.isTextual() ? tree.textValue() : json.text();
  }

  /** Returns what this endpoint and model want back with a message; what others do is theirs. */
  static JsonNode kept(Message message, String origin) {
    var provider = message.provider();
    var kept = provider == null ? JSON.missingNode() : tree(provider);
    return kept.path("from").asText().equals(origin) ? kept : JSON.missingNode();
  }

  /**
   * Writes a request. Half surrogate pairs, which models now and then say, become U+FFFD: there is
   * no UTF-8 for them.
   */
  static byte[] bytes(ObjectNode body) {
    try {
      return Text.storable(JSON.writeValueAsString(body)).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a request that cannot be written", impossible);
    }
  }

  static JsonNode tree(Json json) {
    try {
      return JSON.readTree(json.text());
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a JSON text that cannot be read", impossible);
    }
  }
}
