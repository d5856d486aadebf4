package chat.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import chat.port.Toolset;
import chat.testkit.ToolsetContract;
import chat.tools.mcp.McpServer.Endpoint;
import chat.tools.mcp.McpServer.Identity;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Shows the promises over Streamable HTTP, with the caller's token passed on. */
final class HttpToolsetContractTest implements ToolsetContract {
  private ScriptedServer server;
  private McpToolset toolset;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer(ToolScript.ofTheContract());
    var endpoint = new Endpoint.Http(server.url(), Map.of(), new Identity.Forward());
    toolset = new McpToolset(List.of(McpServer.at("scripted", endpoint)));
  }

  @AfterEach
  void stop() {
    toolset.close();
    server.close();
    for (var request : server.requests()) {
      assertThat(request.user()).as("a request of nobody's").isNotEmpty();
    }
  }

  @Override
  public Toolset toolset() {
    return toolset;
  }

  @Override
  public String named(String tool) {
    return "scripted__" + tool;
  }
}
