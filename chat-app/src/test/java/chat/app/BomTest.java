package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What chat-bom says about the other modules, since it has no parent that could say it, and what
 * their own POMs say to whoever takes them.
 */
class BomTest {
  private static final Path BOM = Path.of("../chat-bom/pom.xml");
  private static final Path ROOT = Path.of("../pom.xml");

  @Test
  void itNamesEveryModuleThatOthersTake() throws IOException {
    var modules =
        matches(ROOT, "<module>(.*?)</module>")
            .filter(module -> !module.equals("chat-bom") && !module.equals("chat-app"));
    var named = matches(BOM, "<dependency>.*<artifactId>(.*?)</artifactId>.*</dependency>");

    assertThat(named).isNotEmpty().containsExactlyElementsOf(modules.toList());
  }

  @Test
  void itHasTheVersionOfTheModules() throws IOException {
    assertThat(version(BOM)).isEqualTo(version(ROOT));
  }

  /** Else Maven takes the POM of a module for invalid and leaves out whatever it needs. */
  @Test
  void noArtifactIsNamedByWhatAProfileAloneSays() throws IOException {
    var needed =
        matches(ROOT, "<artifactId>[^<]*\\$\\{(.*?)}").filter(it -> !it.startsWith("project."));

    assertThat(needed)
        .isNotEmpty()
        .isSubsetOf(matches(ROOT, "(?m)^    <([a-z.]+)>[^<]+</").toList());
  }

  private static String version(Path pom) throws IOException {
    return matches(pom, "(?m)^  <version>(.*?)</version>").findFirst().orElseThrow();
  }

  private static Stream<String> matches(Path file, String pattern) throws IOException {
    return Pattern.compile(pattern)
        .matcher(Files.readString(file))
        .results()
        .map((MatchResult match) -> match.group(1));
  }
}
