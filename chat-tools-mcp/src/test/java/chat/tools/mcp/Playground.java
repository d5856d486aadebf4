package chat.tools.mcp;

import chat.model.Caller;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.UserId;
import chat.tools.mcp.McpServer.Endpoint;
import chat.tools.mcp.McpServer.Identity;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * Is a scripted server called {@code s}, a toolset that knows it, and a clock that stands still.
 */
final class Playground implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final Caller ADA = caller("ada");
  static final Caller BOB = caller("bob");
  static final Duration IDLE = Duration.ofMinutes(5);

  final ScriptedServer server;
  final McpToolset toolset;
  final AtomicLong nanos = new AtomicLong();

  Playground(ToolScript script) throws IOException {
    this(script, new Identity.Forward(), server -> server);
  }

  Playground(ToolScript script, Identity identity, UnaryOperator<McpServer> settings)
      throws IOException {
    this(new ScriptedServer(script), identity, Map.of(), settings);
  }

  Playground(
      ScriptedServer server,
      Identity identity,
      Map<String, String> headers,
      UnaryOperator<McpServer> settings) {
    this.server = server;
    var at = McpServer.at("s", new Endpoint.Http(server.url(), headers, identity));
    this.toolset =
        new McpToolset(
            List.of(settings.apply(at)), IDLE, new McpToolset.Time(() -> NOW, nanos::get));
  }

  static Caller caller(String user) {
    return new Caller(new UserId(user), "token-of-" + user, NOW.plusSeconds(60));
  }

  Tool tool(Caller caller, String name) {
    return toolset.tools(caller).stream()
        .filter(tool -> tool.name().equals("s__" + name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no tool " + name));
  }

  ToolResult call(Caller caller, String name) {
    return call(caller, name, "{}");
  }

  ToolResult call(Caller caller, String name, String arguments) {
    return toolset.call(caller, tool(caller, name), new Json(arguments), progress -> {});
  }

  @Override
  public void close() {
    toolset.close();
    server.close();
  }
}
