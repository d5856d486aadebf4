package example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EmbeddedChatTest {

  @Test
  void itAnswers() throws Exception {
    var console = System.out;
    var printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      EmbeddedChat.main(new String[0]);
    } finally {
      System.setOut(console);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).strip()).isEqualTo("Hello!");
  }

  @Test
  void theReadmeShowsThisProgram() throws Exception {
    var source = Files.readString(Path.of("src/test/java/example/EmbeddedChat.java"));
    var from = source.indexOf("    Agent parrot");
    var body = source.substring(from, source.indexOf("\n  }\n}", from)).stripIndent();
    assertThat(Files.readString(Path.of("../README.md"))).contains(body);
  }
}
