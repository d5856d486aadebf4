package chat.engine;

import chat.model.Content;
import chat.model.Content.ToolCall.State;
import chat.model.Json;
import chat.model.Message;
import chat.model.Seal;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.port.Toolset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a call: it runs, it waits for its user, or it ends without having run.
 *
 * <p>An approval lets run what it was asked for and nothing else: it holds while the stored call is
 * the sealed one and the tool is still defined as it was. A call that has become another one is
 * refused; for a tool that has become another one its user is asked again.
 */
final class Consent {
  private final RunningTurn turn;
  private final Toolset toolset;

  /** What the caller has, by name. */
  private final Map<String, Tool> tools;

  Consent(RunningTurn turn, Toolset toolset, Map<String, Tool> tools) {
    this.turn = turn;
    this.toolset = toolset;
    this.tools = tools;
  }

  /** Decides about a call that the model asks for. */
  Content.ToolCall asked(Content.ToolCall call) {
    var tool = tools.get(call.name());
    if (tool == null) return absent(call);
    if (tool.run() == Tool.Run.NEVER) return denied(call);
    var refusal = refusal(tool, call.arguments());
    if (refusal != null) return call.ended(State.FAILED, refusal, null);
    return tool.run() == Tool.Run.FREELY ? call.running(turn.now()) : awaiting(call, tool);
  }

  /** Decides about a call that its user was asked about. */
  Content.ToolCall answered(Message message, Content.ToolCall call, Turn.Pending pending) {
    var at = Objects.requireNonNullElseGet(pending.answeredAt(), turn::now);
    var decided = call.decided(turn.caller.user(), at);
    return switch (pending.answer()) {
      case Turn.Answer.Approve approve -> approved(message, decided, pending.seal(), approve);
      case Turn.Answer.Result result ->
          decided.ended(
              State.SUCCEEDED, new ToolResult(List.of(), result.result(), null, false), null);
      case Turn.Answer.Deny ignored -> denied(decided);
      case Turn.Answer.Form ignored ->
          throw new IllegalStateException("a form is no answer to a call");
      case null -> throw new IllegalStateException("a turn went on with an answer missing");
    };
  }

  private Content.ToolCall approved(
      Message message, Content.ToolCall call, @Nullable Seal seal, Turn.Answer.Approve approve) {
    var tool = tools.get(call.name());
    if (seal != null && !seal.covers(turn.work.lease().owner(), message, call)) {
      var changed =
          ToolResult.error("arguments_changed", "The call is no longer the one that was approved.");
      return call.ended(State.DENIED, changed, null);
    }
    if (tool == null) return absent(call);
    if (tool.run() == Tool.Run.NEVER) return denied(call);
    boolean same = seal != null && seal.revision().equals(tool.revision());
    if (!same || tool.run() == Tool.Run.BY_THE_CLIENT) return awaiting(call, tool);
    var arguments = approve.arguments() == null ? call.arguments() : approve.arguments();
    var edited = call.with(arguments);
    var refusal = refusal(tool, arguments);
    if (refusal != null) return edited.ended(State.FAILED, refusal, null);
    return edited.running(turn.now());
  }

  private static Content.ToolCall awaiting(Content.ToolCall call, Tool tool) {
    return call.awaiting(tool.run() == Tool.Run.BY_THE_CLIENT);
  }

  private @Nullable ToolResult refusal(Tool tool, Json arguments) {
    if (arguments.isObject()) return toolset.refusal(tool, arguments);
    return ToolResult.error("invalid_arguments", "The arguments are not a valid JSON object.");
  }

  /** Seals a call that its user is to be asked about. */
  @Nullable Seal seal(Message message) {
    if (!(message.content() instanceof Content.ToolCall call)) return null;
    var tool = tools.get(call.name());
    return tool == null ? null : Seal.of(turn.work.lease().owner(), message, call, tool);
  }

  private Content.ToolCall absent(Content.ToolCall call) {
    return call.ended(State.FAILED, toolset.absence(turn.caller, call.name()), null);
  }

  private static Content.ToolCall denied(Content.ToolCall call) {
    return call.ended(State.DENIED, ToolResult.error("denied", "The call was not allowed."), null);
  }
}
