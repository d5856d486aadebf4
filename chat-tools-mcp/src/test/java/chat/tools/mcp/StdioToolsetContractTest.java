package chat.tools.mcp;

import chat.port.Toolset;
import chat.testkit.ToolsetContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Shows the promises over standard input and output, with the user's name in the environment. */
final class StdioToolsetContractTest implements ToolsetContract {
  private final McpToolset toolset =
      new McpToolset(List.of(McpServer.at("scripted", StdioServer.endpoint())));

  @AfterEach
  void stop() {
    toolset.close();
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
