package chat.transport.javalin.chatkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Content;
import chat.model.Content.ToolCall;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Source;
import chat.model.Task;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Golden JSON of what one turn looks like; ids are 1, 2, 3 and so are the microseconds. */
final class TurnMappingTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final Conversation.Id CONVERSATION = new Conversation.Id(new UUID(0, 0xc));
  private static final Turn.Id TURN = new Turn.Id(new UUID(0, 0xa));
  private static final Turn.Failure INTERNAL = new Turn.Failure("internal", "secret", true);

  private final TurnMapping mapping =
      new TurnMapping(new Items(new Files(new UserId("alice"), null)), turn(), null, List::of);

  private static Turn turn() {
    return new Turn(
        new UserId("alice"),
        TURN,
        CONVERSATION,
        null,
        Turn.State.RUNNING,
        null,
        null,
        Turn.Usage.NONE,
        List.of(),
        null,
        0,
        0,
        TIME,
        null);
  }

  private static Message.Id id(long n) {
    return new Message.Id(new UUID(0, n));
  }

  private static Message message(long n, Content content) {
    return new Message(
        id(n),
        CONVERSATION,
        n,
        TURN,
        1,
        null,
        Message.Siblings.ONLY,
        content,
        false,
        0,
        null,
        TIME.plusNanos(n * 1000));
  }

  /** Returns what is told of an event, one line each, the ids cut to their last digits. */
  private List<String> told(TurnEvent... events) {
    for (var event : events) mapping.take(event);
    return mapping.told().stream()
        .map(event -> new String(ChatKitJson.write(event), StandardCharsets.UTF_8))
        .map(json -> json.replaceAll("0{20,}", "").replace("\"thread_id\":\"thr_c\",", ""))
        .map(
            json ->
                json.replaceAll("\"created_at\":\"2026-01-02T03:04:05.00000(\\d)Z\"", "\"at\":$1"))
        .toList();
  }

  private static TurnEvent.TurnEnded end(Turn.State state, Turn.@Nullable Failure failure) {
    return new TurnEvent.TurnEnded(state, null, null, failure, Turn.Usage.NONE);
  }

  @Test
  void aTextIsAddedGrowsAndIsDoneWithItsSources() {
    var source = new Content.Citation(Source.Url.of("Oslo", "https://oslo.example/"), 3);

    assertThat(
            told(
                new TurnEvent.MessageStarted(id(2), Content.Kind.TEXT),
                new TurnEvent.MessageDelta(id(2), "Hel"),
                new TurnEvent.SourceAdded(id(2), 0, source),
                new TurnEvent.MessageDelta(id(2), "lo"),
                new TurnEvent.MessageDone(
                    message(2, new Content.AssistantText("Hello", List.of(source))))))
        .containsExactly(
            "{\"type\":\"thread.item.added\",\"item\":{\"type\":\"assistant_message\",\"id\":\"msg_2\",\"at\":1,\"content\":[]}}",
            "{\"type\":\"thread.item.updated\",\"item_id\":\"msg_2\",\"update\":{\"type\":\"assistant_message.content_part.added\",\"content_index\":0,\"content\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[]}}}",
            "{\"type\":\"thread.item.updated\",\"item_id\":\"msg_2\",\"update\":{\"type\":\"assistant_message.content_part.text_delta\",\"content_index\":0,\"delta\":\"Hel\"}}",
            "{\"type\":\"thread.item.updated\",\"item_id\":\"msg_2\",\"update\":{\"type\":\"assistant_message.content_part.annotation_added\",\"content_index\":0,\"annotation_index\":0,\"annotation\":{\"type\":\"annotation\",\"source\":{\"type\":\"url\",\"title\":\"Oslo\",\"url\":\"https://oslo.example/\"},\"index\":3}}}",
            "{\"type\":\"thread.item.updated\",\"item_id\":\"msg_2\",\"update\":{\"type\":\"assistant_message.content_part.text_delta\",\"content_index\":0,\"delta\":\"lo\"}}",
            "{\"type\":\"thread.item.updated\",\"item_id\":\"msg_2\",\"update\":{\"type\":\"assistant_message.content_part.done\",\"content_index\":0,\"content\":{\"type\":\"output_text\",\"text\":\"Hello\",\"annotations\":[]}}}",
            "{\"type\":\"thread.item.done\",\"item\":{\"type\":\"assistant_message\",\"id\":\"msg_2\",\"at\":2,\"content\":[{\"type\":\"output_text\",\"text\":\"Hello\",\"annotations\":[{\"type\":\"annotation\",\"source\":{\"type\":\"url\",\"title\":\"Oslo\",\"url\":\"https://oslo.example/\"},\"index\":3}]}]}}");
  }

  @Test
  void aThoughtIsToldOnceABatchAndWholeBeforeItIsDone() {
    told(new TurnEvent.MessageStarted(id(2), Content.Kind.REASONING));

    assertThat(
            told(
                new TurnEvent.ReasoningDelta(id(2), "Wh"),
                new TurnEvent.ReasoningDelta(id(2), "y")))
        .containsExactly(
            "{\"type\":\"thread.item.updated\",\"item_id\":\"wf_2\",\"update\":{\"type\":\"workflow.task.added\",\"task_index\":0,\"task\":{\"type\":\"thought\",\"status_indicator\":\"none\",\"content\":\"Why\"}}}");
    assertThat(told(new TurnEvent.ReasoningDelta(id(2), "?"))).hasSize(1);
    assertThat(told(new TurnEvent.ReasoningDelta(id(2), "x".repeat(100)))).hasSize(1);
    assertThat(told(new TurnEvent.ReasoningDelta(id(2), "y"))).isEmpty();
    var thought = new Content.Reasoning("Why?" + "x".repeat(100) + "y", Duration.ofMillis(2900));
    var last = told(new TurnEvent.MessageDone(message(2, thought)));
    assertThat(last).hasSize(2);
    assertThat(last.get(0)).contains("workflow.task.updated", "xy\"");
    assertThat(last.get(1)).contains("thread.item.done", "\"summary\":{\"duration\":2}");
  }

  @Test
  void aCallIsAWorkflowOfOneTaskThatIsLoadingThenComplete() {
    var call = ToolCall.pending("clock", "time", Json.EMPTY).running(TIME);
    var done = call.ended(ToolCall.State.SUCCEEDED, ToolResult.text("noon"), Duration.ZERO);

    assertThat(
            told(
                new TurnEvent.ToolStarted(id(2), "clock", "time"),
                new TurnEvent.ToolArgumentsDelta(id(2), "clock", "{}"),
                new TurnEvent.MessageUpdated(message(2, call)),
                new TurnEvent.ToolFinished(id(2), "clock", done),
                new TurnEvent.MessageDone(message(2, done))))
        .containsExactly(
            "{\"type\":\"thread.item.added\",\"item\":{\"type\":\"workflow\",\"id\":\"wf_2\",\"at\":2,\"workflow\":{\"type\":\"custom\",\"tasks\":[{\"type\":\"custom\",\"status_indicator\":\"loading\",\"title\":\"time:"
                + " clock\"}],\"expanded\":false}}}",
            "{\"type\":\"thread.item.updated\",\"item_id\":\"wf_2\",\"update\":{\"type\":\"workflow.task.updated\",\"task_index\":0,\"task\":{\"type\":\"custom\",\"status_indicator\":\"complete\",\"title\":\"time:"
                + " clock\",\"content\":\"```\\n"
                + "noon\\n"
                + "```\"}}}",
            "{\"type\":\"thread.item.done\",\"item\":{\"type\":\"workflow\",\"id\":\"wf_2\",\"at\":2,\"workflow\":{\"type\":\"custom\",\"tasks\":[{\"type\":\"custom\",\"status_indicator\":\"complete\",\"title\":\"time:"
                + " clock\",\"content\":\"```\\n"
                + "noon\\n"
                + "```\"}],\"expanded\":false}}}");
  }

  @Test
  void whatAToolGaveBackCannotPassForMarkdown() {
    var call = ToolCall.pending("fetch", null, Json.EMPTY).running(TIME);
    var text = "```\n![](https://evil.example/?secret)";
    var done = call.ended(ToolCall.State.SUCCEEDED, ToolResult.text(text), null);

    assertThat(told(new TurnEvent.MessageDone(message(2, done))).get(0))
        .contains("\"````\\n```\\n![](https://evil.example/?secret)\\n````\"");
  }

  @Test
  void aCallThatAsksIsACardUntilItIsAnswered() {
    var call = ToolCall.pending("pay", null, new Json("{\"sum\":5}")).awaiting(false);

    var asked =
        told(
            new TurnEvent.ToolAwaiting(id(2), "pay", call.arguments(), TIME, "abc"),
            new TurnEvent.MessageUpdated(message(2, call)),
            new TurnEvent.TurnAwaiting(List.of()));
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0))
        .startsWith("{\"type\":\"thread.item.done\",\"item\":{\"type\":\"widget\",\"id\":\"wf_2\"")
        .contains("\"type\":\"tool_call.approve\",\"payload\":{\"call_hash\":\"abc\"}");
    var answered =
        told(
            new TurnEvent.TurnResumed(),
            new TurnEvent.MessageUpdated(message(2, call.running(TIME))),
            new TurnEvent.MessageDone(
                message(2, call.ended(ToolCall.State.FAILED, ToolResult.text("no"), null))));
    assertThat(answered).hasSize(2);
    assertThat(answered.get(0)).contains("thread.item.replaced", "\"loading\"");
    assertThat(answered.get(1))
        .contains("thread.item.replaced", "\"complete\"", "Failed:\\n\\n```\\nno");
  }

  @Test
  void aClientsCallIsToldOnceAndItsEndNever() {
    var call = ToolCall.pending("map", null, new Json("{\"a\":null}")).awaiting(true);

    assertThat(told(new TurnEvent.MessageUpdated(message(2, call))))
        .containsExactly(
            "{\"type\":\"thread.item.done\",\"item\":{\"type\":\"client_tool_call\",\"id\":\"tc_2\",\"at\":2,\"status\":\"pending\",\"call_id\":\"call_2\",\"name\":\"map\",\"arguments\":{\"a\":null}}}");
    var done = call.ended(ToolCall.State.SUCCEEDED, ToolResult.text("x"), null);
    assertThat(told(new TurnEvent.MessageDone(message(2, done)))).isEmpty();
  }

  @Test
  void aThreadsChangeFollowsTheNextEventOrComesLast() {
    var conversation =
        new Conversation(
            new UserId("alice"),
            CONVERSATION,
            "T",
            Conversation.TitleBy.MODEL,
            Conversation.Status.LOCKED,
            "paid out",
            List.of("a.example"),
            new Json("{\"secret\":1}"),
            1,
            TIME,
            TIME);
    var thread =
        "{\"type\":\"thread.updated\",\"thread\":{\"id\":\"thr_c\",\"title\":\"T\",\"at\":0,\"status\":{\"type\":\"locked\",\"reason\":\"paid"
            + " out\"},\"allowed_image_domains\":[\"a.example\"],\"metadata\":{},\"items\":{\"data\":[],\"has_more\":false}}}";

    assertThat(told(new TurnEvent.ConversationUpdated(conversation))).isEmpty();
    assertThat(told(new TurnEvent.Progress("soon", "no-such-icon")))
        .containsExactly("{\"type\":\"progress_update\",\"text\":\"soon\"}", thread);
    assertThat(
            told(new TurnEvent.ConversationUpdated(conversation), end(Turn.State.FAILED, INTERNAL)))
        .containsExactly(
            "{\"type\":\"error\",\"code\":\"stream.error\",\"allow_retry\":true}", thread);
    assertThat(
            told(new TurnEvent.ConversationUpdated(conversation), end(Turn.State.COMPLETED, null)))
        .containsExactly(thread);
  }

  @Test
  void whatIsHiddenIsNeverTold() {
    var note = message(2, new Content.HiddenContext(new Json("\"psst\"")));
    var action = message(3, new Content.Action("go", Json.NULL, null));

    assertThat(
            told(
                new TurnEvent.MessageStarted(id(2), Content.Kind.HIDDEN_CONTEXT),
                new TurnEvent.MessageUpdated(note),
                new TurnEvent.MessageDone(note),
                new TurnEvent.MessageDone(action),
                new TurnEvent.MessageRemoved(id(2))))
        .isEmpty();
  }

  @Test
  void anOpenedWidgetGrowsAndBecomesAnotherOne() {
    var empty =
        new Json(
            "{\"type\":\"Card\",\"a\":null,\"children\":[null,{\"type\":\"Text\",\"id\":\"t\",\"value\":\"\"}]}");
    var full =
        new Json(
            "{\"type\":\"Card\",\"children\":[{\"type\":\"Text\",\"id\":\"t\",\"value\":\"Hi\"}]}");
    var other = new Json("{\"type\":\"Card\",\"children\":[]}");

    assertThat(
            told(
                new TurnEvent.MessageStarted(id(2), Content.Kind.WIDGET),
                new TurnEvent.MessageUpdated(message(2, new Content.Widget(empty, "copy"))),
                new TurnEvent.WidgetDelta(id(2), "t", "Hi", true),
                new TurnEvent.WidgetComponentUpdated(
                    id(2), "t", new Json("{\"type\":\"Text\",\"id\":\"t\",\"x\":null}")),
                new TurnEvent.MessageUpdated(message(2, new Content.Widget(other, "copy"))),
                new TurnEvent.MessageDone(message(2, new Content.Widget(full, null)))))
        .containsExactly(
            "{\"type\":\"thread.item.added\",\"item\":{\"type\":\"widget\",\"id\":\"msg_2\",\"at\":2,\"widget\":{\"type\":\"Card\",\"children\":[{\"type\":\"Text\",\"id\":\"t\",\"value\":\"\"}]},\"copy_text\":\"copy\"}}",
            "{\"type\":\"thread.item.updated\",\"item_id\":\"msg_2\",\"update\":{\"type\":\"widget.streaming_text.value_delta\",\"component_id\":\"t\",\"delta\":\"Hi\",\"done\":true}}",
            "{\"type\":\"thread.item.updated\",\"item_id\":\"msg_2\",\"update\":{\"type\":\"widget.component.updated\",\"component_id\":\"t\",\"component\":{\"type\":\"Text\",\"id\":\"t\"}}}",
            "{\"type\":\"thread.item.updated\",\"item_id\":\"msg_2\",\"update\":{\"type\":\"widget.root.updated\",\"widget\":{\"type\":\"Card\",\"children\":[]}}}",
            "{\"type\":\"thread.item.done\",\"item\":{\"type\":\"widget\",\"id\":\"msg_2\",\"at\":2,\"widget\":{\"type\":\"Card\",\"children\":[{\"type\":\"Text\",\"id\":\"t\",\"value\":\"Hi\"}]}}}");
  }

  @Test
  void whatBecomesAnotherTypeKeepsItsIdAndIsReplaced() {
    var workflow = new Content.Workflow(List.of(loading("Look")), null, false);

    assertThat(
            told(
                new TurnEvent.MessageStarted(id(2), Content.Kind.WORKFLOW),
                new TurnEvent.MessageUpdated(message(2, workflow)),
                new TurnEvent.MessageUpdated(message(2, new Content.Task(loading("Look")))),
                new TurnEvent.MessageDone(message(2, new Content.Task(loading("Look"))))))
        .map(json -> json.replaceAll(",\"at\".*", ""))
        .containsExactly(
            "{\"type\":\"thread.item.added\",\"item\":{\"type\":\"workflow\",\"id\":\"msg_2\"",
            "{\"type\":\"thread.item.replaced\",\"item\":{\"type\":\"task\",\"id\":\"msg_2\"");
  }

  @Test
  void aThreadsChangeIsToldWhereTheTurnAwaits() {
    var conversation =
        new Conversation(
            new UserId("alice"),
            CONVERSATION,
            "T",
            Conversation.TitleBy.MODEL,
            Conversation.Status.ACTIVE,
            null,
            null,
            Json.EMPTY,
            1,
            TIME,
            TIME);

    assertThat(
            told(
                new TurnEvent.ConversationUpdated(conversation),
                new TurnEvent.TurnAwaiting(List.of())))
        .hasSize(1)
        .first()
        .asString()
        .contains("thread.updated");
  }

  private static Task loading(String title) {
    return new Task.Custom(Task.Status.LOADING, title, null, null);
  }

  @Test
  void aWorkflowIsAddedWithItsFirstTask() {
    told(new TurnEvent.MessageStarted(id(2), Content.Kind.WORKFLOW));

    var empty = new Content.Workflow(List.of(), null, true);
    assertThat(told(new TurnEvent.MessageUpdated(message(2, empty)))).isEmpty();
    var one = new Content.Workflow(List.of(loading("a")), null, true);
    assertThat(told(new TurnEvent.MessageUpdated(message(2, one)))).hasSize(1);
    var two = new Content.Workflow(List.of(loading("A"), loading("b")), null, true);
    assertThat(told(new TurnEvent.MessageUpdated(message(2, two))))
        .map(json -> json.replaceAll(".*(workflow.task.\\w+)\",\"task_index\":(\\d).*", "$1 $2"))
        .containsExactly("workflow.task.updated 0", "workflow.task.added 1");
  }

  @Test
  void whatAnEarlierTurnHasShownIsReplaced() {
    var widget = new Content.Widget(new Json("{\"type\":\"Card\"}"), null);

    assertThat(told(new TurnEvent.MessageUpdated(message(2, widget))))
        .containsExactly(
            "{\"type\":\"thread.item.replaced\",\"item\":{\"type\":\"widget\",\"id\":\"msg_2\",\"at\":2,\"widget\":{\"type\":\"Card\"}}}");
  }

  @Test
  void aFailureSaysWhatPeopleMayKnow() {
    assertThat(told(end(Turn.State.FAILED, new Turn.Failure("model_refused", "no", false))))
        .containsExactly(
            "{\"type\":\"error\",\"code\":\"custom\",\"message\":\"no\",\"allow_retry\":false}");
    assertThat(told(end(Turn.State.INTERRUPTED, null)))
        .containsExactly("{\"type\":\"error\",\"code\":\"stream.error\",\"allow_retry\":true}");
  }

  @Test
  void whatWasBegunAndNeverStoredIsTakenBackInTheEnd() {
    told(new TurnEvent.MessageStarted(id(2), Content.Kind.TEXT));

    assertThat(told(end(Turn.State.INTERRUPTED, null)))
        .containsExactly(
            "{\"type\":\"thread.item.removed\",\"item_id\":\"msg_2\"}",
            "{\"type\":\"error\",\"code\":\"stream.error\",\"allow_retry\":true}");
  }
}
