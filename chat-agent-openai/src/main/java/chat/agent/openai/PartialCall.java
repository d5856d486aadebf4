package chat.agent.openai;

import chat.model.Json;
import chat.port.Agent;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import org.jspecify.annotations.Nullable;

/** Is a call of a tool while its pieces come in. */
final class PartialCall {
  final long wireIndex;
  final StringBuilder arguments = new StringBuilder();
  @Nullable String name;
  private @Nullable String id;

  PartialCall(long wireIndex) {
    this.wireIndex = wireIndex;
  }

  /** Is what one chunk says about one call. */
  record Piece(
      @Nullable Long index, @Nullable String id, @Nullable String name, String arguments) {}

  /** The first id and the first name stand: some endpoints repeat them. */
  void take(Piece piece) {
    if (id == null) id = piece.id;
    if (name == null) name = piece.name;
    arguments.append(piece.arguments);
  }

  /** Tells whether a piece begins another call, although its index is the same. */
  boolean isFollowedBy(Piece piece) {
    return piece.name != null && piece.id != null && id != null && !piece.id.equals(id);
  }

  /** Returns it as the engine takes it. A call without arguments may leave them empty. */
  Agent.Call complete() throws BrokenReply {
    if (name == null) throw new BrokenReply("the model called a tool without a name");
    var text = arguments.toString().strip();
    if (text.isEmpty()) return new Agent.Call(name, Json.EMPTY, provider());
    if (!text.startsWith("{")) throw noObject();
    try {
      return new Agent.Call(name, new Json(text), provider());
    } catch (IllegalArgumentException notJson) {
      throw noObject();
    }
  }

  private @Nullable Json provider() {
    if (id == null) return null;
    var quoted = new String(JsonStringEncoder.getInstance().quoteAsString(id));
    return new Json("{\"id\":\"" + quoted + "\"}");
  }

  private static BrokenReply noObject() {
    return new BrokenReply("the model called a tool with arguments that are not a JSON object");
  }
}
