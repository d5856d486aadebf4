package chat.app;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the pages show of the examples is what the integration tests compile and run. */
class ExamplesInDocsTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern CODE = Pattern.compile("(?s)```(?:java|js|tsx?|xml)\n(.*?)```");
  private static final Set<String> MADE = Set.of("target", "node_modules", ".next");

  @ParameterizedTest
  @CsvSource({"adapters.md, 8", "integrations.md, 5"})
  void allCodeOfAPageStandsInTheExamples(String page, int moreThan) throws IOException {
    var blocks =
        CODE.matcher(Files.readString(DOCS.resolve(page)))
            .results()
            .map(block -> unindented(block.group(1)))
            .toList();

    assertThat(blocks).hasSizeGreaterThan(moreThan);
    assertThat(blocks).allSatisfy(block -> assertThat(examples()).contains(block));
  }

  private static String examples() {
    try (var files = Files.walk(DOCS.resolve("examples"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !isMade(file))
          .map(ExamplesInDocsTest::text)
          .collect(joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isMade(Path file) {
    return StreamSupport.stream(file.spliterator(), false)
        .anyMatch(name -> MADE.contains(name.toString()));
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
