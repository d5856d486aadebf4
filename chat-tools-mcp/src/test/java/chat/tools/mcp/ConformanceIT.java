package chat.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plays the scenarios for MCP clients that a client without OAuth has to pass; {@code
 * docs/tools.md} lists the others.
 */
@Timeout(360)
final class ConformanceIT {
  @ParameterizedTest
  @ValueSource(
      strings = {"initialize", "tools_call", "sse-retry", "json-schema-2020-12-preservation"})
  void theScenarioIsPassed(String scenario, @TempDir Path folder) throws Exception {
    var outcome = Conformance.run(scenario, ConformanceClient.class, folder);

    assertThat(outcome.failures()).as(outcome.said()).isEmpty();
    assertThat(outcome.passed()).as(outcome.said()).isTrue();
  }
}
