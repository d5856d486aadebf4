package chat.contract.chatkit;

import chat.model.Content;
import chat.model.Json;
import chat.model.Question;
import chat.model.Source;
import chat.model.Task;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the domain's contents of JSON in the protocol's words, for what an agent is told to do. */
final class Shapes {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Shapes() {}

  static JsonNode tree(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static Json json(JsonNode tree) {
    return new Json(tree.toString());
  }

  static JsonNode text(String text) {
    return TextNode.valueOf(text);
  }

  static Content content(String kind, JsonNode it) {
    return switch (kind) {
      case "text" -> new Content.AssistantText(it.path("text").asText(), List.of());
      case "widget" -> new Content.Widget(json(it.path("root")), word(it, "copyText"));
      case "workflow" ->
          new Content.Workflow(
              each(it.path("tasks"), Shapes::task), summary(it), it.path("expanded").asBoolean());
      case "task" -> new Content.Task(task(it));
      case "image" -> new Content.GeneratedImage(image(it.path("image")), progress(it));
      case "form" -> Content.StructuredInput.of(each(it.path("questions"), Shapes::question));
      default -> throw new IllegalArgumentException("no content " + kind);
    };
  }

  private static Content.Workflow.@Nullable Summary summary(JsonNode it) {
    var summary = it.path("summary");
    if (summary.has("title")) {
      return new Content.Workflow.Titled(summary.path("title").asText(), word(summary, "icon"));
    }
    if (summary.isMissingNode()) return null;
    return new Content.Workflow.Lasted(Duration.ofSeconds(summary.path("duration").asLong()));
  }

  private static Content.GeneratedImage.@Nullable Image image(JsonNode it) {
    if (it.isMissingNode()) return null;
    return new Content.GeneratedImage.Image(it.path("id").asText(), it.path("url").asText());
  }

  private static @Nullable Double progress(JsonNode it) {
    return it.has("progress") ? it.path("progress").asDouble() : null;
  }

  private static Task task(JsonNode it) {
    var status = Task.Status.valueOf(it.path("status_indicator").asText().toUpperCase(Locale.ROOT));
    var title = word(it, "title");
    return switch (it.path("type").asText()) {
      case "custom" -> new Task.Custom(status, title, word(it, "icon"), word(it, "content"));
      case "web_search" ->
          new Task.WebSearch(
              status,
              title,
              word(it, "title_query"),
              each(it.path("queries"), JsonNode::asText),
              each(it.path("sources"), source -> (Source.Url) source(source)));
      case "thought" -> new Task.Thought(status, title, it.path("content").asText());
      case "file" ->
          new Task.Files(
              status, title, each(it.path("sources"), source -> (Source.File) source(source)));
      case "image" -> new Task.Image(status, title);
      default -> throw new IllegalArgumentException("no task " + it);
    };
  }

  static Source source(JsonNode it) {
    var title = it.path("title").asText();
    var description = word(it, "description");
    var timestamp = word(it, "timestamp");
    var group = word(it, "group");
    return switch (it.path("type").asText()) {
      case "url" ->
          new Source.Url(
              title,
              description,
              timestamp,
              group,
              it.path("url").asText(),
              word(it, "attribution"));
      case "file" ->
          new Source.File(title, description, timestamp, group, it.path("filename").asText());
      case "entity" ->
          new Source.Entity(
              title,
              description,
              timestamp,
              group,
              it.path("id").asText(),
              word(it, "icon"),
              word(it, "label"),
              word(it, "inline_label"),
              it.path("interactive").asBoolean(),
              json(it.path("data")));
      default -> throw new IllegalArgumentException("no source " + it);
    };
  }

  private static Question question(JsonNode it) {
    var id = it.path("id").asText();
    var asked = it.path("question").asText();
    if (it.path("type").asText().equals("freeform")) {
      return new Question.Freeform(id, asked, word(it, "description"), null);
    }
    var options = each(it.path("options"), option -> option.path("value").asText());
    return new Question.Choice(id, asked, options, it.path("multiple").asBoolean(), null);
  }

  private static @Nullable String word(JsonNode it, String field) {
    return it.path(field).textValue();
  }

  private static <T> List<T> each(JsonNode list, Function<JsonNode, T> made) {
    var all = new ArrayList<T>();
    list.forEach(it -> all.add(made.apply(it)));
    return all;
  }
}
