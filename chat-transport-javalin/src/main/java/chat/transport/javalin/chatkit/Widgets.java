package chat.transport.javalin.chatkit;

import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.Turn;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Makes trees of widgets: those of an agent, without their nulls, and the card of an approval. */
final class Widgets {
  /** The actions of the card; their payload says which call is meant. */
  static final String APPROVE = "tool_call.approve";

  static final String DENY = "tool_call.deny";
  static final String CALL_HASH = "call_hash";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Widgets() {}

  /** Returns a widget, or a component of one; nulls are left out wherever they stand. */
  static JsonNode tree(Json json) {
    return withoutNulls(ChatKitJson.tree(json));
  }

  private static JsonNode withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(member -> member.getValue().isNull());
      object.elements().forEachRemaining(Widgets::withoutNulls);
    } else if (node instanceof ArrayNode array) {
      for (int i = array.size() - 1; i >= 0; i--) {
        if (array.get(i).isNull()) array.remove(i);
        else withoutNulls(array.get(i));
      }
    }
    return node;
  }

  /**
   * Asks whether a call may be made.
   *
   * @param hash names the call as it is asked about; null if there is none
   */
  static JsonNode approval(Content.ToolCall call, @Nullable String hash) {
    var card = NODES.objectNode().put("type", "Card").put("size", "md");
    var children = card.putArray("children");
    children.addObject().put("type", "Title").put("value", title(call)).put("size", "sm");
    children
        .addObject()
        .put("type", "Markdown")
        .put("value", "```json\n" + ChatKitJson.tree(call.arguments()).toPrettyString() + "\n```");
    var row = children.addObject().put("type", "Row").put("gap", 2).putArray("children");
    button(row, "Approve", APPROVE, hash).put("style", "primary");
    button(row, "Deny", DENY, hash).put("style", "secondary");
    return card;
  }

  private static ObjectNode button(
      ArrayNode row, String label, String type, @Nullable String hash) {
    var button = row.addObject().put("type", "Button").put("label", label);
    var action = button.putObject("onClickAction").put("type", type);
    var payload = action.putObject("payload");
    if (hash != null) payload.put(CALL_HASH, hash);
    action.put("handler", "server").put("loadingBehavior", "container").put("streaming", true);
    return button;
  }

  /** Names a call: by its tool, and where that comes from. */
  static String title(Content.ToolCall call) {
    return call.server() == null ? call.name() : call.server() + ": " + call.name();
  }

  /** Returns what a button of the card says; null for any other action. */
  static Turn.@Nullable Answer answer(String type) {
    return switch (type) {
      case APPROVE -> new Turn.Answer.Approve(null);
      case DENY -> new Turn.Answer.Deny();
      default -> null;
    };
  }

  /** Tells whether a message shows as that card, or did while it waited. */
  static boolean isCall(Message message) {
    return message.content() instanceof Content.ToolCall call && !call.client();
  }
}
