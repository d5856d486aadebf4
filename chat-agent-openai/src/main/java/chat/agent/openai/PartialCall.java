package chat.agent.openai;

import chat.model.Json;
import chat.model.Text;
import chat.port.Agent;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Is a call of a tool while its pieces come in. */
final class PartialCall {
  final long wireIndex;
  final StringBuilder arguments = new StringBuilder();
  @Nullable String name;
  private @Nullable String id;

  /** What the provider wants back with it. */
  private final ObjectNode kept = JsonNodeFactory.instance.objectNode();

  PartialCall(long wireIndex) {
    this.wireIndex = wireIndex;
  }

  /**
   * Is what one chunk or event says about one call.
   *
   * @param kept what is to be kept with it; null for nothing
   */
  record Piece(
      @Nullable Long index,
      @Nullable String id,
      @Nullable String name,
      String arguments,
      @Nullable ObjectNode kept) {}

  /** The first id and the first name stand: some endpoints repeat them. */
  void take(Piece piece) {
    if (id == null) id = piece.id;
    if (name == null) name = piece.name;
    arguments.append(piece.arguments);
    if (piece.kept != null) keep(piece.kept);
  }

  void keep(ObjectNode more) {
    kept.setAll(more);
  }

  /**
   * Tells whether a piece begins another call, although its index is the same or missing: it has
   * another id, or arguments of its own behind arguments that are complete.
   */
  boolean isFollowedBy(Piece piece) {
    if (piece.name == null || name == null) return false;
    if (piece.id != null && id != null && !piece.id.equals(id)) return true;
    return piece.arguments.stripLeading().startsWith("{") && object(arguments.toString()) != null;
  }

  /**
   * Returns it as the engine takes it. A call without arguments may leave them empty; what is no
   * JSON object stands as it came in a JSON string, which the engine answers with an error.
   *
   * @param origin names endpoint and model: what is kept goes back to nobody else
   */
  Agent.Call complete(String origin) throws BrokenReply {
    if (name == null) throw new BrokenReply("the model called a tool without a name");
    if (id != null) kept.put("id", Text.storable(id));
    if (!kept.isEmpty()) kept.put("from", origin);
    var provider = kept.isEmpty() ? null : Reply.storable(kept);
    var text = arguments.toString();
    if (text.isBlank()) return new Agent.Call(name, Json.EMPTY, provider);
    var object = object(text);
    return new Agent.Call(name, object == null ? string(text) : object, provider);
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
}
