package chat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.npm.NodeProgram;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shows that programs of Node.js start, are given what they need, and leave nothing behind. */
@Timeout(360)
final class NodeProgramIT {

  @Test
  void aProgramGetsItsSettingsAndIsGoneWhenItIsClosed() throws Exception {
    long pid;
    try (var program =
        NodeProgram.start("ready with ", Map.of("WORD", "hello"), "echo.mjs", "you", "there")) {
      pid = program.pid();
      assertThat(program.ready()).isEqualTo("hello you there");
      assertThat(ProcessHandle.of(pid)).isPresent();
    }
    assertThat(ProcessHandle.of(pid)).isEmpty();
  }

  @Test
  void aProgramThatDoesNotStartSaysWhy() {
    assertThatThrownBy(() -> NodeProgram.start("ready", Map.of(), "echo.mjs", "fail").close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("echo.mjs does not start: [as it was told]");
  }
}
