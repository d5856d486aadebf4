package chat.transport.javalin;

import chat.engine.Reply;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Json;
import chat.model.Message;
import chat.model.Page;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.Window;
import chat.transport.javalin.ShownWire.CitationBody;
import chat.transport.javalin.ShownWire.FormBody;
import chat.transport.javalin.ShownWire.ImageBody;
import chat.transport.javalin.ShownWire.TaskBody;
import chat.transport.javalin.ShownWire.WidgetBody;
import chat.transport.javalin.ShownWire.WorkflowBody;
import chat.transport.javalin.UsageWire.UsageBody;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds the shapes of what REST answers. Names become snake_case, nulls are left out, enums are
 * lower-case words. What may be asked is in {@link RestRequest}, the data of events in {@link
 * EventWire}.
 */
final class RestWire {
  private RestWire() {}

  record Token(String token, @Nullable Instant expiresAt) {}

  record Health(String status) {}

  record Problem(
      String type,
      String title,
      int status,
      String detail,
      String code,
      @Nullable String field,
      @Nullable UUID conversationId,
      @Nullable UUID turnId,
      @Nullable UUID userMessageId,
      @Nullable String message) {}

  record ConversationBody(
      UUID id,
      @Nullable String title,
      Conversation.Status status,
      Instant createdAt,
      Instant updatedAt) {
    static ConversationBody from(Conversation conversation) {
      return new ConversationBody(
          conversation.id().value(),
          conversation.title(),
          conversation.status(),
          conversation.createdAt(),
          conversation.updatedAt());
    }
  }

  record DetailBody(
      UUID id,
      @Nullable String title,
      Conversation.Status status,
      Instant createdAt,
      Instant updatedAt,
      List<MessageBody> messages,
      boolean hasMore,
      @Nullable TurnBody turn,
      List<TurnBody> queue) {
    static DetailBody from(Conversation.Detail detail) {
      var conversation = detail.conversation();
      return new DetailBody(
          conversation.id().value(),
          conversation.title(),
          conversation.status(),
          conversation.createdAt(),
          conversation.updatedAt(),
          MessageBody.visible(detail.newest().messages()),
          detail.newest().moreBefore(),
          detail.turn() == null ? null : TurnBody.from(detail.turn(), resumeFrom(detail.turn())),
          detail.queue().stream().map(turn -> TurnBody.from(turn, null)).toList());
    }
  }

  /** Nothing of a turn that is over can be missed: all its messages are there. */
  private static long resumeFrom(Turn turn) {
    return turn.state().terminal() ? turn.lastEvent() : turn.resumeFrom();
  }

  record ListBody(List<ConversationBody> data, boolean hasMore, @Nullable String after) {
    static ListBody from(Page<Conversation> page) {
      return new ListBody(
          page.data().stream().map(ConversationBody::from).toList(),
          page.hasMore(),
          page.after() == null ? null : page.after().encoded());
    }
  }

  record WindowBody(List<MessageBody> data, boolean hasMoreBefore, boolean hasMoreAfter) {
    static WindowBody from(Window window) {
      return new WindowBody(
          MessageBody.visible(window.messages()), window.moreBefore(), window.moreAfter());
    }
  }

  record SiblingsBody(List<MessageBody> data) {
    static SiblingsBody from(List<Message> siblings) {
      return new SiblingsBody(MessageBody.visible(siblings));
    }
  }

  record MessageBody(
      UUID id,
      UUID turnId,
      @Nullable UUID parentId,
      int siblingIndex,
      int siblingCount,
      Content.Role role,
      Content.Kind kind,
      String status,
      int revision,
      String content,
      Instant createdAt,
      @Nullable CallBody toolCall,
      @Nullable List<CitationBody> sources,
      @Nullable List<AttachmentBody> attachments,
      @Nullable String quoted,
      @Nullable Long durationMs,
      @Nullable WidgetBody widget,
      @Nullable WorkflowBody workflow,
      @Nullable TaskBody task,
      @Nullable FormBody structuredInput,
      @Nullable ImageBody image) {
    static MessageBody from(Message message) {
      var content = message.content();
      return new MessageBody(
          message.id().value(),
          message.turn().value(),
          message.parent() == null ? null : message.parent().value(),
          message.siblings().index(),
          message.siblings().count(),
          content.role(),
          content.kind(),
          message.partial() ? "partial" : "complete",
          message.revision(),
          content.text(),
          message.createdAt(),
          content instanceof Content.ToolCall call ? CallBody.from(null, call) : null,
          content instanceof Content.AssistantText text ? CitationBody.from(text.sources()) : null,
          content instanceof Content.UserInput in ? AttachmentBody.from(in.attachments()) : null,
          content instanceof Content.UserInput in ? in.quoted() : null,
          content instanceof Content.Reasoning thought ? millis(thought.duration()) : null,
          content instanceof Content.Widget widget ? WidgetBody.from(widget) : null,
          content instanceof Content.Workflow workflow ? WorkflowBody.from(workflow) : null,
          content instanceof Content.Task alone ? TaskBody.from(alone.task()) : null,
          content instanceof Content.StructuredInput form ? FormBody.from(form) : null,
          content instanceof Content.GeneratedImage image ? ImageBody.from(image) : null);
    }

    /** Leaves out what only the model sees. */
    static List<MessageBody> visible(List<Message> messages) {
      return messages.stream()
          .filter(message -> !message.content().hidden())
          .map(MessageBody::from)
          .toList();
    }
  }

  record AttachmentBody(UUID id, String name, String mimeType, long size) {
    static @Nullable List<AttachmentBody> from(List<Content.Attachment> files) {
      if (files.isEmpty()) return null;
      return files.stream()
          .map(file -> new AttachmentBody(file.id(), file.name(), file.mimeType(), file.size()))
          .toList();
    }
  }

  /** {@code messageId} is there where a call stands outside its message. */
  record CallBody(
      @Nullable UUID messageId,
      String name,
      @Nullable String server,
      Json arguments,
      Content.ToolCall.State state,
      @Nullable Boolean client,
      @Nullable ResultBody result,
      @Nullable String error,
      @Nullable String decidedBy,
      @Nullable Instant decidedAt,
      @Nullable Instant startedAt,
      @Nullable Long durationMs) {
    static CallBody from(@Nullable UUID message, Content.ToolCall call) {
      var result = call.result();
      return new CallBody(
          message,
          call.name(),
          call.server(),
          call.arguments(),
          call.state(),
          call.client() ? true : null,
          result == null ? null : ResultBody.from(result),
          result == null ? null : result.error(),
          call.decidedBy() == null ? null : call.decidedBy().value(),
          call.decidedAt(),
          call.startedAt(),
          millis(call.duration()));
    }
  }

  /** A tool's result in the words of MCP. */
  record ResultBody(
      List<PartBody> content, @Nullable Json structuredContent, @Nullable Boolean truncated) {
    static ResultBody from(ToolResult result) {
      return new ResultBody(
          result.parts().stream().map(PartBody::from).toList(),
          result.structured(),
          result.truncated() ? true : null);
    }
  }

  record PartBody(
      String type,
      @Nullable String text,
      @Nullable String mimeType,
      @Nullable String data,
      @Nullable String uri,
      @Nullable String name) {
    static PartBody from(ToolResult.Part part) {
      return switch (part) {
        case ToolResult.Part.Text text -> new PartBody("text", text.text(), null, null, null, null);
        case ToolResult.Part.Image image ->
            new PartBody("image", null, image.mimeType(), image.data(), null, null);
        case ToolResult.Part.Link link ->
            new PartBody("resource_link", null, null, null, link.uri(), link.name());
      };
    }
  }

  record TurnBody(
      UUID id,
      UUID conversationId,
      @Nullable UUID userMessageId,
      Turn.State state,
      Turn.@Nullable EndReason endReason,
      @Nullable Integer position,
      @Nullable InputBody input,
      @Nullable List<PendingBody> awaiting,
      @Nullable FailureBody error,
      @Nullable UsageBody usage,
      @Nullable Long resumeFrom,
      Instant createdAt,
      @Nullable Instant finishedAt) {
    static TurnBody from(Turn turn, @Nullable Long resumeFrom) {
      var queued = turn.queued();
      return new TurnBody(
          turn.id().value(),
          turn.conversation().value(),
          turn.userMessage() == null ? null : turn.userMessage().value(),
          turn.state(),
          turn.endReason(),
          queued == null || turn.state() != Turn.State.QUEUED ? null : queued.position(),
          queued == null ? null : InputBody.from(queued.input()),
          turn.awaiting().isEmpty() ? null : PendingBody.from(turn.awaiting()),
          FailureBody.from(turn.failure()),
          UsageBody.from(turn.usage()),
          resumeFrom,
          turn.createdAt(),
          turn.finishedAt());
    }
  }

  /** What a turn will begin with: a message, an edit, another answer to a message, or an action. */
  record InputBody(
      @Nullable String message,
      @Nullable UUID messageId,
      @Nullable UUID replacesMessageId,
      @Nullable UUID retriesMessageId,
      @Nullable List<AttachmentBody> attachments,
      @Nullable String model,
      @Nullable ActionBody action) {
    static InputBody from(Turn.Input input) {
      return switch (input) {
        case Turn.Input.Send send ->
            new InputBody(
                send.content().text(),
                send.message() == null ? null : send.message().value(),
                send.replaces() == null ? null : send.replaces().value(),
                null,
                AttachmentBody.from(send.content().attachments()),
                send.content().options().model(),
                null);
        case Turn.Input.Retry retry ->
            new InputBody(
                null, null, null, retry.message().value(), null, retry.options().model(), null);
        case Turn.Input.Act act ->
            new InputBody(null, null, null, null, null, null, ActionBody.from(act.action()));
      };
    }
  }

  /** Without a kind nothing was said. */
  record FeedbackBody(@Nullable Feedback kind) {}

  record ActionBody(String type, Json payload, @Nullable UUID messageId) {
    static ActionBody from(Content.Action action) {
      var widget = action.widget();
      return new ActionBody(
          action.name(), action.payload(), widget == null ? null : widget.id().value());
    }
  }

  record PendingBody(
      UUID messageId, Instant expiresAt, boolean answered, @Nullable String callHash) {
    static List<PendingBody> from(List<Turn.Pending> pending) {
      return pending.stream()
          .map(
              p ->
                  new PendingBody(
                      p.message().value(),
                      p.expiresAt(),
                      p.answer() != null,
                      p.seal() == null ? null : p.seal().hash()))
          .toList();
    }
  }

  record FailureBody(String code, String message, boolean retryable) {
    static @Nullable FailureBody from(Turn.@Nullable Failure failure) {
      if (failure == null) return null;
      return new FailureBody(failure.code(), failure.message(), failure.retryable());
    }
  }

  /** What a chat that does not stream answers. */
  record ReplyBody(
      UUID conversationId,
      UUID turnId,
      @Nullable UUID userMessageId,
      @Nullable UUID messageId,
      String message,
      Turn.State status,
      Turn.@Nullable EndReason endReason,
      List<CallBody> toolCalls,
      @Nullable UsageBody usage) {
    static ReplyBody from(Turn turn, Message.@Nullable Id userMessage, Reply reply) {
      var answer = reply.answer();
      return new ReplyBody(
          turn.conversation().value(),
          turn.id().value(),
          userMessage == null ? null : userMessage.value(),
          answer == null ? null : answer.id().value(),
          reply.text(),
          reply.state(),
          reply.reason(),
          calls(reply.messages()),
          UsageBody.from(reply.usage()));
    }

    private static List<CallBody> calls(List<Message> messages) {
      return messages.stream()
          .filter(message -> message.content() instanceof Content.ToolCall)
          .map(m -> CallBody.from(m.id().value(), (Content.ToolCall) m.content()))
          .toList();
    }
  }

  static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : (Long) duration.toMillis();
  }
}
