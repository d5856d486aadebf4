package chat.tools.mcp;

import chat.model.Caller;
import chat.model.Json;
import chat.model.UserId;
import chat.tools.mcp.McpServer.Approval;
import chat.tools.mcp.McpServer.Endpoint;
import chat.tools.mcp.McpServer.Identity;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * Is the program that the conformance scenarios are played with: it asks a server for its tools,
 * calls each once, and leaves.
 */
final class ConformanceClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ConformanceClient() {}

  /** Runs it; the arguments end with the server's URL. */
  public static void main(String[] arguments) throws Exception {
    var url = URI.create(arguments[arguments.length - 1]);
    var server =
        McpServer.at("conformance", new Endpoint.Http(url, Map.of(), new Identity.None()))
            .withApproval(Approval.ALLOW);
    var caller = Caller.withoutToken(new UserId("ada"));
    try (var tools = new McpToolset(List.of(server))) {
      var offered = tools.tools(caller);
      for (var tool : offered) {
        var fitting = fitting(tool.inputSchema(), offered.get(0).inputSchema());
        var result = tools.call(caller, tool, fitting, progress -> {});
        System.err.println(tool.name() + ": " + result.error() + " " + result.text());
      }
    }
  }

  /**
   * Returns arguments that a simple schema takes.
   *
   * @param any stands where an object is wanted: a scenario looks whether a schema comes back whole
   */
  private static Json fitting(Json schema, Json any) throws Exception {
    ObjectNode made = JSON.createObjectNode();
    for (var property : JSON.readTree(schema.text()).path("properties").properties()) {
      var type = property.getValue().path("type").asText();
      made.set(property.getKey(), type.equals("object") ? JSON.readTree(any.text()) : value(type));
    }
    return new Json(made.toString());
  }

  private static JsonNode value(String type) {
    return switch (type) {
      case "number", "integer" -> JSON.getNodeFactory().numberNode(5);
      case "boolean" -> JSON.getNodeFactory().booleanNode(true);
      case "array" -> JSON.createArrayNode();
      default -> JSON.getNodeFactory().textNode("words");
    };
  }
}
