package chat.agent.openai;

import chat.model.Turn;
import chat.model.TurnEvent.Notice;
import chat.port.Agent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is the answer to one model call while it comes in: what is said goes to the sink at once, calls
 * of tools are put together, usage is kept for the end. What the sink throws passes through.
 */
final class Reply {
  private static final int MOST_CALLS = 128;

  private final Agent.Sink sink;
  private final StringBuilder text = new StringBuilder();
  private final List<PartialCall> calls = new ArrayList<>(0);
  private final List<Agent.Call> complete = new ArrayList<>(0);
  private Turn.Usage usage = Turn.Usage.NONE;
  private @Nullable String finishReason;
  private boolean settled;

  Reply(Agent.Sink sink) {
    this.sink = sink;
  }

  void say(String delta) {
    text.append(delta);
    sink.text(delta);
  }

  void reason(String delta) {
    sink.reasoning(delta);
  }

  /** Takes a piece of a call; the first one with a name opens it. */
  void take(PartialCall.Piece piece) throws BrokenReply {
    int at = find(piece);
    var call = calls.get(at);
    boolean opens = call.name == null && piece.name() != null;
    call.take(piece);
    if (call.name == null) return;
    var delta = opens ? call.arguments.toString() : piece.arguments();
    if (opens || !delta.isEmpty()) sink.arguments(at, call.name, delta);
  }

  /** Finds the latest call that the piece belongs to, or begins another. */
  private int find(PartialCall.Piece piece) throws BrokenReply {
    for (int i = calls.size() - 1; i >= 0; i--) {
      var call = calls.get(i);
      if (piece.index() != null && call.wireIndex != piece.index()) continue;
      if (!call.isFollowedBy(piece)) return i;
      break;
    }
    if (calls.size() == MOST_CALLS) throw new BrokenReply("the model called too many tools");
    calls.add(new PartialCall(piece.index() == null ? calls.size() : piece.index()));
    return calls.size() - 1;
  }

  /** Some endpoints count up with every chunk, and some end with an empty count. */
  void usage(Turn.Usage told) {
    if (told.equals(Turn.Usage.NONE)) return;
    usage = told;
    if (finished()) settled = true;
  }

  void finish(String reason) throws BrokenReply {
    if (reason.equals("error")) throw new BrokenReply("the model broke off with an error");
    finishReason = reason;
  }

  /** Tells whether the model said that it is through. */
  boolean finished() {
    return finishReason != null;
  }

  /** Tells whether nothing more is to come: its end was said, and then what it used. */
  boolean settled() {
    return settled;
  }

  /** Returns what was said, as far as it was text. */
  String text() {
    return text.toString();
  }

  /** Returns the tokens of this call, as far as the model told them by now. */
  Turn.Usage usage() {
    return usage;
  }

  /** Returns what to tell about an answer that is over but not whole. */
  @Nullable Notice notice() {
    if (finishReason == null) return null;
    return switch (finishReason) {
      case "length" -> warning("the answer was cut off at the model's limit of length");
      case "content_filter" -> warning("the answer was cut off by the model's content filter");
      default -> null;
    };
  }

  /** Ends it: from now on it has its calls. */
  void complete() throws BrokenReply {
    if (notice() != null) return;
    for (var call : calls) complete.add(call.complete());
  }

  /** Returns the calls of the whole step; none of an answer that was cut off. */
  List<Agent.Call> calls() {
    return complete;
  }

  private static Notice warning(String message) {
    return new Notice(Notice.Level.WARNING, message, null);
  }
}
