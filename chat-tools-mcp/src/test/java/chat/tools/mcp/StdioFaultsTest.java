package chat.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.testkit.ToolsetContract;
import chat.tools.mcp.McpServer.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows what becomes of a call when the program that has the tool goes wrong. */
final class StdioFaultsTest {
  private final McpToolset toolset =
      new McpToolset(List.of(McpServer.at("s", StdioServer.endpoint())));

  @AfterEach
  void stop() {
    toolset.close();
  }

  @Test
  void aProgramHasOnlyTheEnvironmentItIsGiven() {
    // JVMs add nothing of their own; a shell between would.
    assertThat(Set.of(call("environment").text().split(",")))
        .containsExactlyInAnyOrder("PATH", "WHO");
  }

  @Test
  void aProgramThatDiesLeavesTheEffectUnknownAndIsStartedAgain() {
    assertThat(call("dies").error()).isEqualTo("interrupted");
    assertThat(call("whoami").text()).isEqualTo("ada");
    assertThat(call("diesReadOnly").error()).as("also the second time").isEqualTo("interrupted");
    assertThat(call("whoami").text()).isEqualTo("ada");
  }

  @Test
  void anAnswerThatCannotBeReadIsNotWaitedFor() {
    var garbled = call("garbles");

    assertThat(garbled.error()).isEqualTo("interrupted");
  }

  @Test
  void aHugeResultComesThrough() {
    assertThat(call("big").text()).hasSize(10 << 20);
  }

  @Test
  void whatDoesNotStartHasNoTools() {
    var nothing = new Endpoint.Stdio("/nowhere/at/all", List.of(), Map.of());
    var notMcp = new Endpoint.Stdio("true", List.of(), Map.of());
    try (var broken =
        new McpToolset(List.of(McpServer.at("a", nothing), McpServer.at("b", notMcp)))) {
      assertThat(broken.tools(ToolsetContract.ADA)).isEmpty();
    }
  }

  private ToolResult call(String name) {
    return toolset.call(ToolsetContract.ADA, tool(name), Json.EMPTY, progress -> {});
  }

  private Tool tool(String name) {
    return toolset.tools(ToolsetContract.ADA).stream()
        .filter(tool -> tool.name().equals("s__" + name))
        .findFirst()
        .orElseThrow();
  }
}
