package chat.agent.openai;

import chat.port.Agent;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Says whether the model may or must call tools in a step.
 *
 * @param tool the only one it may call, where there is one
 */
record ToolChoice(Mode mode, @Nullable String tool) {
  static final ToolChoice AUTO = new ToolChoice(Mode.AUTO, null);
  static final ToolChoice NONE = new ToolChoice(Mode.NONE, null);

  enum Mode {
    AUTO,
    NONE,
    REQUIRED
  }

  /**
   * Reads what the sender asked for: {@code "auto"}, {@code "none"}, {@code "required"}, or an
   * object that names a tool as {@code id} (ChatKit), {@code name} (Responses) or {@code
   * function.name} (Chat Completions). What is not understood, or names a tool that is not there,
   * leaves it to the model.
   */
  static ToolChoice of(Agent.Request request) {
    var asked = request.options().toolChoice();
    if (asked == null) return AUTO;
    var tree = Wording.tree(asked);
    var name = tree.path("id").asText(tree.path("name").asText(tree.at("/function/name").asText()));
    if (request.tools().stream().anyMatch(tool -> tool.name().equals(name))) {
      return new ToolChoice(Mode.REQUIRED, name);
    }
    return switch (tree.asText()) {
      case "none" -> NONE;
      case "required" -> request.tools().isEmpty() ? AUTO : new ToolChoice(Mode.REQUIRED, null);
      default -> AUTO;
    };
  }

  /**
   * Writes it into a request, in the place of what held before.
   *
   * @param naming names the only tool, which is where the dialects differ
   */
  void into(ObjectNode body, BiConsumer<ObjectNode, String> naming) {
    body.remove("tool_choice");
    if (!body.has("tools")) return;
    switch (mode) {
      case AUTO -> {}
      case NONE -> body.put("tool_choice", "none");
      case REQUIRED -> {
        if (tool == null) body.put("tool_choice", "required");
        else naming.accept(body.putObject("tool_choice").put("type", "function"), tool);
      }
    }
  }

  /** Returns what holds in a step; a call that must be made is made in the first one. */
  ToolChoice in(int step) {
    return mode == Mode.REQUIRED && step > 1 ? AUTO : this;
  }
}
