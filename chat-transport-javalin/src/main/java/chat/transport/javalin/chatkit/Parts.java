package chat.transport.javalin.chatkit;

import chat.model.Content;
import chat.model.Json;
import chat.model.Source;
import chat.model.Task;
import chat.transport.javalin.chatkit.ChatKitWire.Annotation;
import chat.transport.javalin.chatkit.ChatKitWire.CustomTask;
import chat.transport.javalin.chatkit.ChatKitWire.EntitySource;
import chat.transport.javalin.chatkit.ChatKitWire.FileSource;
import chat.transport.javalin.chatkit.ChatKitWire.FileTask;
import chat.transport.javalin.chatkit.ChatKitWire.ImageTask;
import chat.transport.javalin.chatkit.ChatKitWire.Input;
import chat.transport.javalin.chatkit.ChatKitWire.InputTag;
import chat.transport.javalin.chatkit.ChatKitWire.InputText;
import chat.transport.javalin.chatkit.ChatKitWire.OutputText;
import chat.transport.javalin.chatkit.ChatKitWire.Summary;
import chat.transport.javalin.chatkit.ChatKitWire.ThoughtTask;
import chat.transport.javalin.chatkit.ChatKitWire.UrlSource;
import chat.transport.javalin.chatkit.ChatKitWire.WebSearchTask;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what items consist of: pieces of text, sources, tasks. */
final class Parts {
  private Parts() {}

  static Input input(Content.Part part) {
    return switch (part) {
      case Content.Part.Text text -> new InputText(text.text());
      case Content.Part.Tag tag ->
          new InputTag(tag.id(), tag.text(), object(tag.data()), tag.group(), tag.interactive());
    };
  }

  static OutputText output(Content.AssistantText text) {
    return new OutputText(text.text(), text.sources().stream().map(Parts::annotation).toList());
  }

  /** Writes a text as far as it was said; its sources were told one by one. */
  static OutputText plain(String text) {
    return new OutputText(text, List.of());
  }

  static Annotation annotation(Content.Citation citation) {
    return new Annotation(source(citation.source()), citation.index());
  }

  private static ChatKitWire.Source source(Source source) {
    return switch (source) {
      case Source.Url url -> url(url);
      case Source.File file -> file(file);
      case Source.Entity it ->
          new EntitySource(
              it.title(),
              it.description(),
              it.timestamp(),
              it.group(),
              it.id(),
              Words.icon(it.icon()),
              it.label(),
              it.inlineLabel(),
              it.interactive(),
              object(it.data()));
    };
  }

  private static UrlSource url(Source.Url it) {
    return new UrlSource(
        it.title(), it.description(), it.timestamp(), it.group(), it.url(), it.attribution());
  }

  private static FileSource file(Source.File it) {
    return new FileSource(it.title(), it.description(), it.timestamp(), it.group(), it.filename());
  }

  static ChatKitWire.Task task(Task task) {
    var status = Words.of(task.status());
    return switch (task) {
      case Task.Custom it ->
          new CustomTask(status, it.title(), Words.icon(it.icon()), it.content());
      case Task.WebSearch it ->
          new WebSearchTask(
              status,
              it.title(),
              it.titleQuery(),
              it.queries(),
              it.sources().stream().map(Parts::url).toList());
      case Task.Thought it -> new ThoughtTask(status, it.title(), it.content());
      case Task.Files it ->
          new FileTask(status, it.title(), it.sources().stream().map(Parts::file).toList());
      case Task.Image it -> new ImageTask(status, it.title());
    };
  }

  static ThoughtTask thought(String text) {
    return new ThoughtTask("none", null, text);
  }

  static @Nullable Summary summary(Content.Workflow.@Nullable Summary summary) {
    return switch (summary) {
      case null -> null;
      case Content.Workflow.Titled it -> new Summary(it.title(), Words.icon(it.icon()), null);
      case Content.Workflow.Lasted it -> lasted(it.duration());
    };
  }

  static Summary lasted(Duration took) {
    return new Summary(null, null, took.toSeconds());
  }

  /** Returns free-form data, which clients take to be an object: what is none stands in one. */
  static Json object(Json data) {
    if (data.isObject()) return data;
    return data.equals(Json.NULL) ? Json.EMPTY : new Json("{\"value\":" + data.text() + "}");
  }

  static @Nullable Json text(String text) {
    return text.isEmpty() ? null : new Json(TextNode.valueOf(text).toString());
  }

  /** Cuts a text, and shows it; a character of two halves stays whole. */
  static String cut(String text, int most) {
    if (text.length() <= most) return text;
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end) + "…";
  }

  /**
   * Writes a text as Markdown that shows it as it stands: what a tool gives back may come from
   * anywhere, and is to load no image and look like nothing else.
   */
  static String verbatim(String text) {
    var fence = new StringBuilder("```");
    while (text.contains(fence)) fence.append('`');
    return fence + "\n" + text + "\n" + fence;
  }
}
