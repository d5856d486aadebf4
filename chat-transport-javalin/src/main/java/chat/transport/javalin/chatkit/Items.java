package chat.transport.javalin.chatkit;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Question;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.transport.javalin.chatkit.ChatKitWire.AssistantMessage;
import chat.transport.javalin.chatkit.ChatKitWire.ChatThread;
import chat.transport.javalin.chatkit.ChatKitWire.ClientToolCall;
import chat.transport.javalin.chatkit.ChatKitWire.CustomTask;
import chat.transport.javalin.chatkit.ChatKitWire.Image;
import chat.transport.javalin.chatkit.ChatKitWire.InferenceOptions;
import chat.transport.javalin.chatkit.ChatKitWire.Item;
import chat.transport.javalin.chatkit.ChatKitWire.ItemPage;
import chat.transport.javalin.chatkit.ChatKitWire.Task;
import chat.transport.javalin.chatkit.ChatKitWire.TaskItem;
import chat.transport.javalin.chatkit.ChatKitWire.ThreadStatus;
import chat.transport.javalin.chatkit.ChatKitWire.UserMessage;
import chat.transport.javalin.chatkit.ChatKitWire.WidgetItem;
import chat.transport.javalin.chatkit.ChatKitWire.Workflow;
import chat.transport.javalin.chatkit.ChatKitWire.WorkflowItem;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes conversations as threads and messages as items: each message is one item.
 *
 * @param files writes the files that came with a message
 */
record Items(Files files) {
  private static final String CUSTOM = "custom";
  private static final String REASONING = "reasoning";

  /** What is shown of a tool's result at most, in UTF-16 units. */
  private static final int OUTCOME = 1000;

  static ChatThread thread(Conversation conversation) {
    return thread(conversation, ItemPage.EMPTY);
  }

  static ChatThread thread(Conversation conversation, ItemPage items) {
    boolean active = conversation.status() == Conversation.Status.ACTIVE;
    return new ChatThread(
        Ids.of(conversation.id()),
        conversation.title(),
        conversation.createdAt(),
        new ThreadStatus(
            Words.of(conversation.status()), active ? null : conversation.statusReason()),
        conversation.allowedImageDomains(),
        Map.of(),
        items);
  }

  /**
   * Writes a message that is not hidden.
   *
   * @param asked what its user is asked about it; null if nothing waits
   */
  Item of(Message message, @Nullable Asked asked) {
    var id = Ids.of(message);
    var thread = Ids.of(message.conversation());
    var at = message.createdAt();
    return switch (message.content()) {
      case Content.UserInput input -> user(id, thread, at, input);
      case Content.AssistantText text ->
          new AssistantMessage(id, thread, at, List.of(Parts.output(text)));
      case Content.Reasoning reasoning ->
          new WorkflowItem(
              id, thread, at, reasoning(List.of(Parts.thought(reasoning.text())), reasoning));
      case Content.ToolCall call when call.client() ->
          clientCall(id, thread, at, message.id(), call);
      case Content.ToolCall call -> call(id, thread, at, call, asked);
      case Content.Widget widget ->
          new WidgetItem(id, thread, at, Widgets.tree(widget.root()), widget.copyText());
      case Content.Workflow workflow -> new WorkflowItem(id, thread, at, workflow(workflow));
      case Content.Task task -> new TaskItem(id, thread, at, Parts.task(task.task()));
      case Content.StructuredInput form -> form(id, thread, at, form, asked);
      case Content.GeneratedImage image ->
          new ChatKitWire.GeneratedImage(id, thread, at, image(image.image()));
      case Content.Action ignored -> throw hidden(message);
      case Content.HiddenContext ignored -> throw hidden(message);
    };
  }

  private static IllegalArgumentException hidden(Message message) {
    return new IllegalArgumentException("message " + message.id() + " is hidden");
  }

  /** Writes a text before it says anything. */
  static Item begunText(Message.Id id, Conversation.Id conversation, Instant at) {
    return new AssistantMessage(Ids.of(id, Content.Kind.TEXT), Ids.of(conversation), at, List.of());
  }

  /** Writes reasoning before there is a thought. */
  static Item begunReasoning(Message.Id id, Conversation.Id conversation, Instant at) {
    return new WorkflowItem(
        Ids.of(id, Content.Kind.REASONING),
        Ids.of(conversation),
        at,
        new Workflow(REASONING, List.of(), null, false));
  }

  private Item user(String id, String thread, Instant at, Content.UserInput input) {
    return new UserMessage(
        id,
        thread,
        at,
        input.parts().stream().map(Parts::input).toList(),
        input.attachments().stream().map(file -> files.sent(file, thread)).toList(),
        input.quoted(),
        new InferenceOptions(input.options().toolChoice(), input.options().model()));
  }

  private static Workflow reasoning(List<Task> thoughts, Content.Reasoning reasoning) {
    var took = reasoning.duration();
    var summary = took == null ? null : Parts.lasted(took);
    return new Workflow(REASONING, thoughts, summary, false);
  }

  private static Workflow workflow(Content.Workflow workflow) {
    return new Workflow(
        CUSTOM,
        workflow.tasks().stream().map(Parts::task).toList(),
        Parts.summary(workflow.summary()),
        workflow.expanded());
  }

  private static Item clientCall(
      String id, String thread, Instant at, Message.Id message, Content.ToolCall call) {
    var result = call.result();
    return new ClientToolCall(
        id,
        thread,
        at,
        call.state().terminal() ? "completed" : "pending",
        Ids.call(message),
        call.name(),
        call.arguments().isObject() ? call.arguments() : Json.EMPTY,
        result == null ? null : output(result));
  }

  /** Returns what the client gave, or why nothing came; a bare null is nothing. */
  private static @Nullable Json output(ToolResult result) {
    var given = result.structured();
    if (given != null) return given.equals(Json.NULL) ? null : given;
    return Parts.text(result.text());
  }

  /** A form that was answered shows so, also while its turn waits for other answers. */
  private static Item form(
      String id, String thread, Instant at, Content.StructuredInput form, @Nullable Asked asked) {
    var filled =
        asked != null && asked.answer() instanceof Turn.Answer.Form answer
            ? form.answered(answer.answers(), answer.skipped())
            : form;
    return new ChatKitWire.StructuredInput(
        id,
        thread,
        at,
        Words.of(filled.status()),
        filled.questions().stream().map(Items::question).toList());
  }

  /** A call of ours is a workflow of one task, and a card while its user is to decide. */
  private static Item call(
      String id, String thread, Instant at, Content.ToolCall call, @Nullable Asked asked) {
    boolean awaits = call.state() == Content.ToolCall.State.AWAITING;
    if (awaits && (asked == null || asked.answer() == null)) {
      var card = Widgets.approval(call, asked == null ? null : asked.hash());
      return new WidgetItem(id, thread, at, card, null);
    }
    var task =
        new CustomTask(
            call.state().terminal() ? "complete" : "loading",
            Widgets.title(call),
            null,
            awaits ? "Waiting for the other answers." : outcome(call));
    return new WorkflowItem(id, thread, at, new Workflow(CUSTOM, List.of(task), null, false));
  }

  private static @Nullable String outcome(Content.ToolCall call) {
    var result = call.result();
    var text = result == null ? "" : result.text();
    return switch (call.state()) {
      case PENDING, AWAITING, RUNNING -> null;
      case SUCCEEDED -> text.isEmpty() ? null : Parts.verbatim(Parts.cut(text, OUTCOME));
      case FAILED -> "Failed:\n\n" + Parts.verbatim(Parts.cut(text, OUTCOME));
      case DENIED -> denied(call);
      case UNKNOWN -> "Cut off while it ran; it may have had effect.";
    };
  }

  private static String denied(Content.ToolCall call) {
    var result = call.result();
    if (result != null && "expired".equals(result.error())) {
      return "Nobody answered in time; it was not called.";
    }
    return call.decidedBy() == null ? "Not called." : "Denied.";
  }

  static @Nullable Image image(Content.GeneratedImage.@Nullable Image image) {
    return image == null ? null : new Image(image.id(), image.url());
  }

  private static ChatKitWire.Question question(Question question) {
    var given = question.given();
    var answer = given == null ? null : new ChatKitWire.Answer(given.values(), given.skipped());
    return switch (question) {
      case Question.Choice choice ->
          new ChatKitWire.MultipleChoice(
              choice.id(),
              choice.question(),
              choice.options().stream().map(ChatKitWire.Option::new).toList(),
              choice.multiple(),
              answer);
      case Question.Freeform free ->
          new ChatKitWire.Freeform(free.id(), free.question(), free.description(), answer);
    };
  }
}
