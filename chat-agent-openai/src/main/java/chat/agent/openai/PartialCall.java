package chat.agent.openai;

import chat.model.Json;
import chat.model.Text;
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

  /**
   * Tells whether a piece begins another call, although its index is the same or missing: it has
   * another id, or arguments behind arguments that are complete.
   */
  boolean isFollowedBy(Piece piece) {
    if (piece.name == null || name == null) return false;
    if (piece.id != null && id != null && !piece.id.equals(id)) return true;
    return !piece.arguments.isBlank() && object(arguments.toString()) != null;
  }

  /**
   * Returns it as the engine takes it. A call without arguments may leave them empty; what is no
   * JSON object stands as it came in a JSON string, which the engine answers with an error.
   */
  Agent.Call complete() throws BrokenReply {
    if (name == null) throw new BrokenReply("the model called a tool without a name");
    var text = arguments.toString();
    if (text.isBlank()) return new Agent.Call(name, Json.EMPTY, provider());
    var object = object(text);
    return new Agent.Call(name, object == null ? string(text) : object, provider());
  }

  private static @Nullable Json object(String text) {
    if (!text.stripLeading().startsWith("{")) return null;
    try {
      return new Json(text.strip());
    } catch (IllegalArgumentException notJson) {
      return null;
    }
  }

  private static Json string(String text) {
    var quoted = JsonStringEncoder.getInstance().quoteAsString(Text.storable(text));
    return new Json("\"" + new String(quoted) + "\"");
  }

  private @Nullable Json provider() {
    return id == null ? null : new Json("{\"id\":" + string(id) + "}");
  }
}
