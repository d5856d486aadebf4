package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Question;
import chat.model.Seal;
import chat.model.Source;
import chat.model.Task;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.TurnEvent.Numbered;
import chat.model.UserId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Pins the stored form: what is in a database must be read by every later version. */
class StoredFormTest {
  private static final UUID ID = UUID.fromString("0190a0b0-0000-7000-8000-000000000001");
  private static final Message.Id MESSAGE = new Message.Id(ID);
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final Json JSON = new Json("{\"a\":[1,2.50,null]}");

  @Test
  void everyContentIsStoredAsItAlwaysWas() {
    var stored = new LinkedHashMap<String, String>();
    for (var content : contents()) {
      stored.put(
          name(content) + (stored.containsKey(name(content)) ? " 2" : ""), StoredForm.of(content));
    }

    assertThat(lines(stored)).isEqualTo(golden("contents"));
    assertThat(types(contents())).isEqualTo(permitted(Content.class));
  }

  @Test
  void everyEventIsStoredAsItAlwaysWas() {
    var stored = new LinkedHashMap<String, String>();
    for (var event : events()) {
      var one = StoredForm.of(List.of(new Numbered(1, event)));
      stored.put(name(event), one.substring(1, one.length() - 1));
    }

    assertThat(lines(stored)).isEqualTo(golden("events"));
    assertThat(types(events())).isEqualTo(permitted(TurnEvent.class));
  }

  @Test
  void whatATurnKeepsIsStoredAsItAlwaysWas() {
    var stored = new LinkedHashMap<String, String>();
    var options = new Content.Options("m", JSON);
    var input = new Content.UserInput(List.of(), List.of(), null, options);
    stored.put(
        "send",
        StoredForm.of(new Turn.Input.Send(new Conversation.Id(ID), MESSAGE, input, MESSAGE)));
    stored.put(
        "retry",
        StoredForm.of(
            (Turn.Input)
                new Turn.Input.Retry(new Conversation.Id(ID), MESSAGE, Content.Options.NONE)));
    stored.put(
        "act",
        StoredForm.of(
            new Turn.Input.Act(
                new Conversation.Id(ID), new Content.Action("todo.done", JSON, null))));
    stored.put("options", Objects.requireNonNull(StoredForm.of(options)));
    stored.put(
        "failure",
        Objects.requireNonNull(StoredForm.of(new Turn.Failure("model_timeout", "slow", true))));
    stored.put("pending", StoredForm.ofPending(pending()));

    assertThat(lines(stored)).isEqualTo(golden("turns"));
    assertThat(StoredForm.pending(StoredForm.ofPending(pending()))).isEqualTo(pending());
  }

  @Test
  void whatWasStoredIsReadBack() {
    for (var content : contents()) {
      assertThat(StoredForm.content(StoredForm.of(content))).isEqualTo(content);
    }
    var numbered = new ArrayList<Numbered>();
    for (var event : events()) numbered.add(new Numbered(7 + numbered.size(), event));
    assertThat(StoredForm.events(StoredForm.of(numbered), 7)).isEqualTo(numbered);
  }

  @Test
  void whatANewerVersionAddedIsPassedOver() {
    var newer =
        "{\"type\":\"assistant_text\",\"text\":\"hi\",\"sources\":[],\"mood\":{\"deep\":[1]}}";

    assertThat(StoredForm.content(newer)).isEqualTo(new Content.AssistantText("hi", List.of()));
  }

  @Test
  void jsonMeansTheSameAfterwards() {
    var tricky = "{\"big\":12345678901234567890123,\"small\":0.00000000001,\"x\":null}";
    assertThat(StoredForm.json(tricky)).isEqualTo(new Json(tricky));
    assertThat(
            StoredForm.sameMeaning(new Json("{\"a\": 1, \"b\": 2}"), new Json("{\"b\":2,\"a\":1}")))
        .isTrue();
    assertThat(StoredForm.sameMeaning(new Json("[1,2]"), new Json("[2,1]"))).isFalse();
  }

  private static List<Turn.Pending> pending() {
    return List.of(
        new Turn.Pending(MESSAGE, TIME, null),
        new Turn.Pending(MESSAGE, TIME, new Seal("ca11", "1")),
        pending(new Turn.Answer.Approve(JSON)),
        pending(new Turn.Answer.Deny()),
        pending(new Turn.Answer.Result(Json.NULL)),
        pending(new Turn.Answer.Form(Map.of("q", Question.Given.of("a", "b")), false)));
  }

  private static Turn.Pending pending(Turn.Answer answer) {
    return new Turn.Pending(MESSAGE, TIME, null).with(answer, TIME);
  }

  private static Content.ToolCall call() {
    var parts =
        List.<ToolResult.Part>of(
            new ToolResult.Part.Text("t"),
            new ToolResult.Part.Image("image/png", "AA=="),
            new ToolResult.Part.Link("https://example.org", "x"));
    return new Content.ToolCall(
        "search",
        "files",
        JSON,
        Content.ToolCall.State.SUCCEEDED,
        true,
        new ToolResult(parts, JSON, null, true),
        new UserId("ada"),
        TIME,
        TIME,
        Duration.ofMillis(1234));
  }

  private static List<Content> contents() {
    return List.of(
        new Content.UserInput(
            List.of(
                new Content.Part.Text("hi"),
                new Content.Part.Tag("1", "@ada", JSON, "people", true)),
            List.of(new Content.Attachment(ID, "a.pdf", "application/pdf", 12)),
            "quoted",
            new Content.Options("m", JSON)),
        Content.UserInput.of("hi"),
        new Content.Action("todo.done", JSON, message()),
        new Content.AssistantText(
            "hi",
            List.of(
                new Content.Citation(PAGE, 3),
                new Content.Citation(new Source.File("t", null, null, null, "f"), null),
                new Content.Citation(
                    new Source.Entity("t", null, null, null, "i", null, null, null, true, JSON),
                    null))),
        new Content.Reasoning("hm", Duration.ofMillis(1500)),
        call(),
        Content.ToolCall.pending("now", null, Json.NULL),
        new Content.Widget(JSON, "copy"),
        new Content.Workflow(tasks(), new Content.Workflow.Titled("t", "bolt"), true),
        new Content.Workflow(
            List.of(), new Content.Workflow.Lasted(Duration.ofMillis(1500)), false),
        new Content.Task(new Task.Custom(Task.Status.COMPLETE, "t", "bolt", "c")),
        Content.StructuredInput.of(
            List.of(
                new Question.Choice("q", "?", List.of("a"), true, Question.Given.of("a")),
                new Question.Freeform("f", "?", "d", null))),
        new Content.GeneratedImage(new Content.GeneratedImage.Image("i", "https://x/i"), 0.25),
        new Content.HiddenContext(JSON));
  }

  private static final Source.Url PAGE =
      new Source.Url("t", "d", "2026", "g", "https://example.org", "a");

  private static List<Task> tasks() {
    return List.of(
        new Task.Custom(Task.Status.LOADING, null, null, null),
        new Task.WebSearch(Task.Status.NONE, "t", "tq", List.of("q"), List.of(PAGE)),
        new Task.Thought(Task.Status.NONE, "t", "c"),
        new Task.Files(Task.Status.NONE, "t", List.of(Source.File.of("t", "f"))),
        new Task.Image(Task.Status.NONE, "t"));
  }

  private static Message message() {
    return new Message(
        MESSAGE,
        new Conversation.Id(ID),
        4,
        new Turn.Id(ID),
        1,
        MESSAGE,
        new Message.Siblings(1, 2),
        new Content.Reasoning("hm", null),
        true,
        3,
        JSON,
        TIME);
  }

  private static List<TurnEvent> events() {
    return List.of(
        new TurnEvent.TurnStarted(MESSAGE, null),
        new TurnEvent.MessageStarted(MESSAGE, Content.Kind.TEXT),
        new TurnEvent.MessageDelta(MESSAGE, "x"),
        new TurnEvent.ReasoningDelta(MESSAGE, "x"),
        new TurnEvent.SourceAdded(MESSAGE, 1, new Content.Citation(PAGE, 3)),
        new TurnEvent.WidgetDelta(MESSAGE, "c", "x", true),
        new TurnEvent.WidgetComponentUpdated(MESSAGE, "c", JSON),
        new TurnEvent.ToolStarted(MESSAGE, "search", "files"),
        new TurnEvent.ToolArgumentsDelta(MESSAGE, "search", "{"),
        new TurnEvent.ToolAwaiting(MESSAGE, "search", JSON, TIME, "ca11"),
        new TurnEvent.ToolFinished(MESSAGE, "search", call()),
        new TurnEvent.MessageUpdated(message()),
        new TurnEvent.MessageDone(message()),
        new TurnEvent.MessageRemoved(MESSAGE),
        new TurnEvent.ConversationUpdated(
            new Conversation(
                new UserId("ada"),
                new Conversation.Id(ID),
                "Title",
                Conversation.TitleBy.MODEL,
                Conversation.Status.LOCKED,
                "why",
                List.of("example.org"),
                JSON,
                2,
                TIME,
                TIME)),
        new TurnEvent.TurnAwaiting(pending()),
        new TurnEvent.TurnResumed(),
        new TurnEvent.TurnEnded(
            Turn.State.STOPPED,
            Turn.EndReason.SUPERSEDED,
            new Turn.Id(ID),
            new Turn.Failure("internal", "x", false),
            new Turn.Usage(1, 2, 3, 4)),
        new TurnEvent.Progress("reading", "book"),
        new TurnEvent.Notice(TurnEvent.Notice.Level.WARNING, "careful", "Title"),
        new TurnEvent.Effect("confetti", JSON));
  }

  private static String name(Object value) {
    return value.getClass().getSimpleName();
  }

  private static Set<String> types(List<?> values) {
    var names = new TreeSet<String>();
    for (var value : values) names.add(name(value));
    return names;
  }

  /** Lists every record below a sealed type: a new one must be pinned here too. */
  private static Set<String> permitted(Class<?> type) {
    var names = new TreeSet<String>();
    for (var below : type.getPermittedSubclasses()) {
      if (below.isSealed()) names.addAll(permitted(below));
      else names.add(below.getSimpleName());
    }
    return names;
  }

  private static String lines(Map<String, String> stored) {
    var lines = new StringBuilder();
    stored.forEach((name, form) -> lines.append(name).append(": ").append(form).append('\n'));
    return lines.toString();
  }

  private static String golden(String file) {
    var path = "stored-" + file + ".txt";
    try (var in = StoredFormTest.class.getResourceAsStream(path)) {
      return new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
