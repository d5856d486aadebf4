package chat.testkit;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Question;
import chat.model.Source;
import chat.model.Task;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes values to test with; those with an identity are new each time. */
public final class Samples {
  /** Is JSON that a careless store changes: order, numbers, escapes, nesting, an empty name. */
  public static final Json JSON =
      new Json(
          """
          {"b": [1, -0.5e-7, 12345678901234567890, true, null, []], "a": {"": "", "ü": "\\ud83d\\ude00 \\" \\\\ \\n 中"}}
          """);

  /** Is text that a careless store changes: quotes, line ends, beyond the basic plane. */
  public static final String TEXT = "It’s “quoted”, \\ 'so', \r\n\ttab 中 😀 \u0001 %s ${x} 'x'";

  private static final Source.Url PAGE =
      new Source.Url(TEXT, "d", "2026-01-02", "g", "https://example.org/?a=b", "Example");

  private Samples() {}

  /** Returns a user that nobody has seen. */
  public static UserId user() {
    return new UserId("user-" + UUID.randomUUID());
  }

  /** Returns the id of an instance that nobody has seen. */
  public static String instance() {
    return "instance-" + UUID.randomUUID();
  }

  /** Returns a request key that nobody has used. */
  public static String key() {
    return "key-" + UUID.randomUUID();
  }

  /** Asks to send a message; a null conversation makes a new one. */
  public static Turn.Request message(Conversation.@Nullable Id conversation, String text) {
    return request(new Turn.Input.Send(conversation, null, Content.UserInput.of(text), null));
  }

  /** Asks to send a message with files, named by their ids. */
  public static Turn.Request message(
      Conversation.@Nullable Id conversation, String text, List<UUID> files) {
    return request(new Turn.Input.Send(conversation, null, input(text, files), null));
  }

  /** Returns what a user says who names files by their ids. */
  public static Content.UserInput input(String text, List<UUID> files) {
    return Content.UserInput.of(text).with(files.stream().map(Content.Attachment::named).toList());
  }

  /** Asks to edit a user message. */
  public static Turn.Request edit(Conversation.Id conversation, Message.Id replaces, String text) {
    return request(new Turn.Input.Send(conversation, null, Content.UserInput.of(text), replaces));
  }

  /** Asks for another answer. */
  public static Turn.Request retry(Conversation.Id conversation, Message.Id message) {
    return request(new Turn.Input.Retry(conversation, message, Content.Options.NONE));
  }

  /** Asks without a key or a title, to be refused while another turn runs. */
  public static Turn.Request request(Turn.Input input) {
    return new Turn.Request(input, Turn.OnBusy.REJECT, null, hash(input), null, false);
  }

  /** Returns the same request with another busy policy. */
  public static Turn.Request onBusy(Turn.Request request, Turn.OnBusy onBusy) {
    return new Turn.Request(
        request.input(),
        onBusy,
        request.key(),
        request.hash(),
        request.title(),
        request.evenLocked());
  }

  /** Returns the same request with a key. */
  public static Turn.Request keyed(Turn.Request request, String key) {
    return new Turn.Request(
        request.input(),
        request.onBusy(),
        key,
        request.hash(),
        request.title(),
        request.evenLocked());
  }

  /** Returns the same request with a title. */
  public static Turn.Request titled(Turn.Request request, String title) {
    return new Turn.Request(
        request.input(),
        request.onBusy(),
        request.key(),
        request.hash(),
        title,
        request.evenLocked());
  }

  /** Returns the same request for a conversation that may be locked or closed. */
  public static Turn.Request evenLocked(Turn.Request request) {
    return new Turn.Request(
        request.input(), request.onBusy(), request.key(), request.hash(), request.title(), true);
  }

  /** Asks to do what an action asks for. */
  public static Turn.Request action(Conversation.Id conversation, Content.Action action) {
    return request(new Turn.Input.Act(conversation, action));
  }

  /** Returns the SHA-256 of a value's text in hexadecimal. */
  public static String hash(Object value) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(value.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a tool that runs freely. */
  public static Tool tool(String name) {
    return tool(name, Tool.Run.FREELY);
  }

  /** Returns a tool that takes any object. */
  public static Tool tool(String name, Tool.Run run) {
    return new Tool(
        name,
        null,
        "does what " + name + " does",
        new Json("{\"type\": \"object\"}"),
        run,
        true,
        Duration.ofSeconds(10),
        hash(name));
  }

  /** Returns input with every kind of part there is, and without files. */
  public static Content.UserInput input() {
    return new Content.UserInput(
        List.of(
            new Content.Part.Text(TEXT),
            new Content.Part.Tag("tag-1", "@ada", JSON, "people", true),
            new Content.Part.Tag("tag-2", "#x", Json.NULL, null, false)),
        List.of(),
        "what was quoted",
        new Content.Options("some-model", new Json("{\"id\":\"search\"}")));
  }

  /** Returns what an agent can say: every kind of content in its states, full and sparse. */
  public static List<Content> contents() {
    var pending = Content.ToolCall.pending("search", "files", JSON);
    var running = pending.running(Instant.parse("2026-01-02T03:04:05.678901Z"));
    var parts =
        List.<ToolResult.Part>of(
            new ToolResult.Part.Text(TEXT),
            new ToolResult.Part.Image("image/png", "iVBORw0KGgo="),
            new ToolResult.Part.Link("https://example.org/a?b=c", "a link"));
    var form =
        Content.StructuredInput.of(
            List.of(
                new Question.Choice("one", TEXT, List.of("x", TEXT), false, null),
                new Question.Choice("many", "?", List.of(), true, null),
                new Question.Freeform("free", "?", TEXT, null)));
    return List.of(
        new Content.AssistantText(TEXT, List.of()),
        new Content.AssistantText(
            "cited",
            List.of(
                new Content.Citation(PAGE, 3),
                new Content.Citation(new Source.File("a", "b", "c", "d", "e.pdf"), null),
                new Content.Citation(
                    new Source.Entity(TEXT, null, null, null, "id", "i", "l", "in", true, JSON),
                    0))),
        new Content.Reasoning("hm", null),
        new Content.Reasoning(TEXT, Duration.ofMillis(1500)),
        Content.ToolCall.pending("now", null, Json.EMPTY),
        pending.awaiting(false),
        pending.awaiting(true),
        running,
        running
            .with(new Json("[1]"))
            .decided(new UserId("ada"), Instant.parse("2026-01-02T03:04:04.567891Z"))
            .ended(
                Content.ToolCall.State.SUCCEEDED,
                new ToolResult(parts, JSON, null, true),
                Duration.ofMillis(1234)),
        pending.ended(
            Content.ToolCall.State.FAILED, ToolResult.error("timeout", "too slow"), Duration.ZERO),
        pending.ended(Content.ToolCall.State.UNKNOWN, ToolResult.error("interrupted", ""), null),
        new Content.Widget(JSON, "to copy"),
        new Content.Widget(Json.EMPTY, null),
        new Content.Workflow(List.of(), null, false),
        new Content.Workflow(tasks(), new Content.Workflow.Titled(TEXT, "bolt"), true),
        new Content.Workflow(
            List.of(), new Content.Workflow.Lasted(Duration.ofMillis(2500)), false),
        new Content.Task(new Task.Custom(Task.Status.LOADING, TEXT, "bolt", TEXT)),
        form,
        form.answered(Map.of("one", Question.Given.of("x", "y")), false),
        form.answered(Map.of(), true),
        new Content.GeneratedImage(null, null),
        new Content.GeneratedImage(null, 0.25),
        new Content.GeneratedImage(
            new Content.GeneratedImage.Image("i", "https://example.org/i.png"), 1.0),
        new Content.HiddenContext(JSON));
  }

  /** Returns every kind of task, full and sparse. */
  public static List<Task> tasks() {
    return List.of(
        new Task.Custom(Task.Status.NONE, null, null, null),
        new Task.WebSearch(Task.Status.COMPLETE, TEXT, "what", List.of("a", "b"), List.of(PAGE)),
        new Task.Thought(Task.Status.LOADING, null, TEXT),
        new Task.Files(Task.Status.NONE, "t", List.of(Source.File.of("a", "b.txt"))),
        new Task.Image(Task.Status.NONE, null));
  }
}
