package chat.app;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/adapters.md} shows is what {@link ExamplesIT} compiles and runs. */
class AdaptersPageTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern CODE = Pattern.compile("(?s)```(?:java|xml)\n(.*?)```");

  @Test
  void allItsCodeStandsInTheExamples() throws IOException {
    var blocks =
        CODE.matcher(Files.readString(DOCS.resolve("adapters.md")))
            .results()
            .map(block -> unindented(block.group(1)))
            .toList();

    assertThat(blocks).hasSizeGreaterThan(8);
    assertThat(blocks).allSatisfy(block -> assertThat(examples()).contains(block));
  }

  private static String examples() {
    try (var files = Files.walk(DOCS.resolve("examples"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("target"))
          .map(AdaptersPageTest::text)
          .collect(joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return unindented(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String unindented(String text) {
    return text.lines().map(String::strip).collect(joining("\n"));
  }
}
