package chat.transport.javalin;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.transport.javalin.RestWire.ConversationBody;
import chat.transport.javalin.RestWire.FailureBody;
import chat.transport.javalin.RestWire.MessageBody;
import chat.transport.javalin.RestWire.PendingBody;
import chat.transport.javalin.RestWire.ResultBody;
import chat.transport.javalin.ShownWire.SourceBody;
import chat.transport.javalin.UsageWire.UsageBody;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events of one turn as frames of {@code text/event-stream}. Two of the same turn are
 * equal, so that an event is encoded once for all who follow it.
 */
record EventWire(Conversation.Id conversation, Turn.Id turn) implements TurnEvent.Encoder {
  static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HIDDEN = {};

  static EventWire of(Turn turn) {
    return new EventWire(turn.conversation(), turn.id());
  }

  /** Returns the event's frame; nothing for what only the model sees. */
  @Override
  public byte[] encode(TurnEvent.Numbered numbered) {
    return switch (numbered.event()) {
      case TurnEvent.MessageDone done when done.message().content().hidden() -> HIDDEN;
      case TurnEvent.MessageUpdated updated when updated.message().content().hidden() -> HIDDEN;
      default -> frame(numbered.number(), name(numbered.event()), data(numbered.event()));
    };
  }

  /** Says that the turn waits, before it has events. */
  byte[] queued(int position) {
    var data = new TurnQueued(turn.value(), conversation.value(), position);
    return frame(TurnEvent.Numbered.NONE, "turn.queued", data);
  }

  private static byte[] frame(long number, String name, Object data) {
    var out = new ByteArrayOutputStream(256);
    if (number != TurnEvent.Numbered.NONE) out.writeBytes(ascii("id: " + number + "\n"));
    out.writeBytes(ascii("event: " + name + "\ndata: "));
    out.writeBytes(RestJson.writeLine(data));
    out.writeBytes(ascii("\n\n"));
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String name(TurnEvent event) {
    return switch (event) {
      case TurnEvent.TurnStarted ignored -> "turn.started";
      case TurnEvent.MessageStarted ignored -> "message.started";
      case TurnEvent.MessageDelta ignored -> "message.delta";
      case TurnEvent.SourceAdded ignored -> "message.source";
      case TurnEvent.WidgetDelta ignored -> "widget.delta";
      case TurnEvent.WidgetComponentUpdated ignored -> "widget.component.updated";
      case TurnEvent.ReasoningDelta ignored -> "reasoning.delta";
      case TurnEvent.ToolStarted ignored -> "tool.started";
      case TurnEvent.ToolArgumentsDelta ignored -> "tool.arguments.delta";
      case TurnEvent.ToolAwaiting ignored -> "tool.awaiting";
      case TurnEvent.ToolFinished ignored -> "tool.finished";
      case TurnEvent.MessageUpdated ignored -> "message.updated";
      case TurnEvent.MessageDone ignored -> "message.done";
      case TurnEvent.MessageRemoved ignored -> "message.removed";
      case TurnEvent.ConversationUpdated ignored -> "conversation.updated";
      case TurnEvent.TurnAwaiting ignored -> "turn.awaiting";
      case TurnEvent.TurnResumed ignored -> "turn.resumed";
      case TurnEvent.TurnEnded end -> "turn." + RestJson.word(end.state());
      case TurnEvent.Progress ignored -> "progress";
      case TurnEvent.Notice ignored -> "notice";
      case TurnEvent.Effect ignored -> "effect";
    };
  }

  private Object data(TurnEvent event) {
    return switch (event) {
      case TurnEvent.TurnStarted e ->
          new TurnStarted(turn.value(), conversation.value(), id(e.userMessage()), id(e.parent()));
      case TurnEvent.MessageStarted e -> new MessageStarted(e.message().value(), e.kind());
      case TurnEvent.MessageDelta e -> new Delta(e.message().value(), e.content());
      case TurnEvent.SourceAdded e ->
          new SourceAdded(
              e.message().value(),
              e.place(),
              SourceBody.from(e.source().source()),
              e.source().index());
      case TurnEvent.WidgetDelta e ->
          new WidgetDelta(e.message().value(), e.component(), e.content(), e.done());
      case TurnEvent.WidgetComponentUpdated e ->
          new WidgetComponent(e.message().value(), e.component(), e.content());
      case TurnEvent.ReasoningDelta e -> new Delta(e.message().value(), e.content());
      case TurnEvent.ToolStarted e -> new ToolStarted(e.message().value(), e.name(), e.server());
      case TurnEvent.ToolArgumentsDelta e ->
          new ToolArguments(e.message().value(), e.name(), e.content());
      case TurnEvent.ToolAwaiting e ->
          new ToolAwaiting(e.message().value(), e.name(), e.arguments(), e.expiresAt(), e.hash());
      case TurnEvent.ToolFinished e -> ToolFinished.from(e);
      case TurnEvent.MessageUpdated e -> MessageBody.from(e.message());
      case TurnEvent.MessageDone e -> MessageBody.from(e.message());
      case TurnEvent.MessageRemoved e -> new MessageRemoved(e.message().value());
      case TurnEvent.ConversationUpdated e -> ConversationBody.from(e.conversation());
      case TurnEvent.TurnAwaiting e ->
          new TurnAwaiting(turn.value(), conversation.value(), PendingBody.from(e.pending()));
      case TurnEvent.TurnResumed ignored -> new TurnResumed(turn.value(), conversation.value());
      case TurnEvent.TurnEnded e ->
          new TurnEnded(
              turn.value(),
              conversation.value(),
              e.reason(),
              e.next() == null ? null : e.next().value(),
              FailureBody.from(e.failure()),
              UsageBody.from(e.usage()));
      case TurnEvent.Progress e -> new Progress(e.text(), e.icon());
      case TurnEvent.Notice e -> new Notice(e.level(), e.message(), e.title());
      case TurnEvent.Effect e -> new Effect(e.name(), e.data());
    };
  }

  private static @Nullable UUID id(Message.@Nullable Id message) {
    return message == null ? null : message.value();
  }

  record TurnQueued(UUID turnId, UUID conversationId, int position) {}

  record TurnStarted(
      UUID turnId, UUID conversationId, @Nullable UUID userMessageId, @Nullable UUID parentId) {}

  record TurnAwaiting(UUID turnId, UUID conversationId, List<PendingBody> awaiting) {}

  record TurnResumed(UUID turnId, UUID conversationId) {}

  record TurnEnded(
      UUID turnId,
      UUID conversationId,
      Turn.@Nullable EndReason endReason,
      @Nullable UUID nextTurnId,
      @Nullable FailureBody error,
      @Nullable UsageBody usage) {}

  record MessageStarted(UUID messageId, Content.Kind kind) {}

  record Delta(UUID messageId, String content) {}

  record SourceAdded(UUID messageId, int place, SourceBody source, @Nullable Integer index) {}

  record WidgetDelta(UUID messageId, String componentId, String content, boolean done) {}

  record WidgetComponent(UUID messageId, String componentId, Json component) {}

  record MessageRemoved(UUID messageId) {}

  record ToolStarted(UUID messageId, String name, @Nullable String server) {}

  record ToolArguments(UUID messageId, String name, String content) {}

  record ToolAwaiting(
      UUID messageId, String name, Json arguments, Instant expiresAt, @Nullable String callHash) {}

  record ToolFinished(
      UUID messageId,
      String name,
      Content.ToolCall.State state,
      @Nullable ResultBody result,
      @Nullable String error,
      @Nullable Instant startedAt,
      @Nullable Long durationMs) {
    static ToolFinished from(TurnEvent.ToolFinished event) {
      var result = event.call().result();
      return new ToolFinished(
          event.message().value(),
          event.name(),
          event.call().state(),
          result == null ? null : ResultBody.from(result),
          result == null ? null : result.error(),
          event.call().startedAt(),
          RestWire.millis(event.call().duration()));
    }
  }

  record Progress(String text, @Nullable String icon) {}

  record Notice(TurnEvent.Notice.Level level, String message, @Nullable String title) {}

  record Effect(String name, Json data) {}
}
