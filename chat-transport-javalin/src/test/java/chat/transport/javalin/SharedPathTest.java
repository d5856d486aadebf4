package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.testkit.ScriptedAgent;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** ChatKit at the path of REST's chat. */
class SharedPathTest {
  private static final int LARGE = 2 << 20;

  @Test
  void dictationIsTakenThereToo() {
    try (var server = listening()) {
      var audio = Base64.getEncoder().encodeToString(new byte[LARGE]);
      var speech =
          "{\"type\":\"input.transcribe\",\"params\":{\"audio_base64\":\"%s\",\"mime_type\":\"audio/webm\"}}"
              .formatted(audio);
      var heard = server.chat(speech);
      assertThat(heard.status()).isEqualTo(200);
      assertThat(heard.at("text")).isEqualTo(LARGE + " bytes");
    }
  }

  @Test
  void whatElseIsLargeIsRefusedAsItsHostRefuses() {
    try (var server = listening()) {
      var large = server.chat("{\"message\":\"" + "x".repeat(LARGE) + "\"}");
      assertThat(large.status()).isEqualTo(413);
      assertThat(large.at("code")).isEqualTo("too_large");
    }
  }

  private static ServerUnderTest listening() {
    return ServerUnderTest.with(
        new ScriptedAgent(),
        settings -> settings.transcriber((caller, audio, type) -> audio.length + " bytes"));
  }
}
