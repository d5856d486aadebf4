package chat.tools.mcp;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Is what a scripted server offers and does, whichever way it is spoken to. */
final class ToolScript {
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  static final String ANYTHING = "{\"type\":\"object\"}";
  private static final String TEXT =
      "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}},\"required\":[\"text\"]}";

  private final Map<String, Scripted> tools = new LinkedHashMap<>();

  /** Is what a tool does with its arguments; what it returns is the call's result. */
  @FunctionalInterface
  interface Deed {
    JsonNode on(Call call) throws Exception;
  }

  /**
   * Is one call.
   *
   * @param user who the server takes the caller for
   */
  record Call(JsonNode params, String user) {
    JsonNode arguments() {
      return params.path("arguments");
    }

    String progressToken() {
      return params.path("_meta").path("progressToken").asText();
    }
  }

  private record Scripted(ObjectNode definition, @Nullable String only, Deed deed) {}

  /** Returns the tools of the contract. */
  static ToolScript ofTheContract() {
    return new ToolScript()
        .has(
            definition("echo", "says it again", TEXT, true),
            call -> text(call.arguments().path("text").asText()))
        .has("whoami", true, call -> text(call.user()))
        .has("fails", true, call -> failure("out of order"))
        .has(
            "hangs",
            true,
            call -> {
              return never();
            })
        .hasFor("ada", "hers", call -> text("hers"));
  }

  /** Adds a tool, in place of one of the same name. */
  synchronized ToolScript has(String name, boolean readOnly, Deed deed) {
    return add(definition(name, "does " + name, ANYTHING, readOnly), null, deed);
  }

  synchronized ToolScript has(ObjectNode definition, Deed deed) {
    return add(definition, null, deed);
  }

  private synchronized ToolScript hasFor(String only, String name, Deed deed) {
    return add(definition(name, "does " + name, ANYTHING, true), only, deed);
  }

  private ToolScript add(ObjectNode definition, @Nullable String only, Deed deed) {
    tools.put(definition.path("name").asText(), new Scripted(definition, only, deed));
    return this;
  }

  synchronized ToolScript hasNo(String name) {
    tools.remove(name);
    return this;
  }

  static ObjectNode definition(String name, String description, String schema, boolean readOnly) {
    var tool = JSON.createObjectNode().put("name", name).put("description", description);
    tool.set("inputSchema", json(schema));
    tool.putObject("annotations").put("readOnlyHint", readOnly);
    return tool;
  }

  synchronized List<ObjectNode> offered(String user) {
    return tools.values().stream()
        .filter(tool -> tool.only() == null || tool.only().equals(user))
        .map(Scripted::definition)
        .toList();
  }

  private synchronized @Nullable Deed deed(String name, String user) {
    var tool = tools.get(name);
    return tool == null || (tool.only() != null && !tool.only().equals(user)) ? null : tool.deed();
  }

  /** Answers a request; nothing for a notification. */
  @Nullable ObjectNode answer(JsonNode message, String user) throws Exception {
    if (!message.has("id")) return null;
    var params = message.path("params");
    return switch (message.path("method").asText()) {
      case "initialize" -> result(message, hello(params));
      case "ping" -> result(message, JSON.createObjectNode());
      case "tools/list" -> {
        var list = JSON.createObjectNode();
        var array = list.putArray("tools");
        offered(user).forEach(array::add);
        yield result(message, list);
      }
      case "tools/call" -> {
        var deed = deed(params.path("name").asText(), user);
        yield deed == null
            ? error(message, -32602, "Unknown tool")
            : result(message, deed.on(new Call(params, user)));
      }
      default -> error(message, -32601, "Method not found");
    };
  }

  private static ObjectNode hello(JsonNode params) {
    var hello = JSON.createObjectNode();
    hello.set("protocolVersion", params.path("protocolVersion"));
    hello.putObject("capabilities").putObject("tools").put("listChanged", true);
    hello.putObject("serverInfo").put("name", "scripted").put("version", "1");
    return hello;
  }

  static ObjectNode result(JsonNode request, JsonNode result) {
    var answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", request.path("id"));
    answer.set("result", result);
    return answer;
  }

  static ObjectNode error(JsonNode request, int code, String message) {
    var answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", request.path("id"));
    answer.putObject("error").put("code", code).put("message", message);
    return answer;
  }

  static ObjectNode notification(String method, JsonNode params) {
    var message = JSON.createObjectNode().put("jsonrpc", "2.0").put("method", method);
    message.set("params", params);
    return message;
  }

  static ObjectNode text(String text) {
    var result = JSON.createObjectNode();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result;
  }

  /** Waits until it is interrupted. */
  static ObjectNode never() throws InterruptedException {
    new CountDownLatch(1).await();
    return text("never");
  }

  private static ObjectNode failure(String text) {
    return text(text).put("isError", true);
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
