package chat.contract.chatkit;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/chatkit.md} says of ChatKit's own tests is so: none is left out. */
class UpstreamTest {
  /** How many behaviours each file of tests asserts. */
  private static final Map<String, Integer> LISTS =
      Map.of(
          "test_chatkit_server", 48,
          "test_store", 16,
          "test_widgets", 13,
          "test_icons", 3,
          "test_agents", 29);

  private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| [^|]+ \\| ([^|]+) \\|");
  private static final Pattern NAME = Pattern.compile("`([\\w-]+)(?:\\.(\\w+))?`");
  private static final Pattern SAID = Pattern.compile("(test_\\w+) (\\d+)");
  private static final Path ROOT = root();

  private static Path root() {
    var here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("docs")) ? here : here.resolve("..").normalize();
  }

  /** Returns what the page says shows each behaviour, by file and number. */
  private static Map<String, String> page() throws IOException {
    var rows = new TreeMap<String, String>();
    var list = "";
    for (var line : Files.readAllLines(ROOT.resolve("docs/chatkit.md"))) {
      if (line.startsWith("#")) list = line.replaceAll("#+ |\\.py", "");
      var row = ROW.matcher(line);
      if (row.matches() && LISTS.containsKey(list)) {
        assertThat(rows.put(list + " " + row.group(1), row.group(2))).as(line).isNull();
      }
    }
    return rows;
  }

  @Test
  void thePageNamesEveryBehaviourOnce() throws IOException {
    var all = new TreeSet<String>();
    LISTS.forEach(
        (list, size) -> {
          for (int i = 1; i <= size; i++) all.add(list + " " + i);
        });
    assertThat(page().keySet()).isEqualTo(all);
  }

  @Test
  void whatThePageNamesIsATestThatSaysSo() throws IOException {
    for (var row : page().entrySet()) {
      var names = NAME.matcher(row.getValue()).results().toList();
      boolean left = row.getValue().startsWith("– ");
      assertThat(left || !names.isEmpty()).as("%s", row).isTrue();
      if (left) continue;
      for (var name : names) {
        var said =
            name.group(2) == null ? transcript(name.group(1)) : test(name.group(1), name.group(2));
        assertThat(numbers(said)).as("%s", row).contains(row.getKey());
      }
    }
  }

  @Test
  void whatATestSaysOfABehaviourStandsOnThePage() throws Exception {
    var page = page();
    var said = new TreeSet<String>();
    for (var transcript : Examples.names()) {
      for (var number : numbers(transcript(transcript))) {
        said.add(number);
        assertThat(page.get(number)).as(number).contains("`" + transcript + "`");
      }
    }
    assertThat(said).hasSizeGreaterThan(60);
  }

  private static List<String> numbers(String comment) {
    return SAID.matcher(comment).results().map(it -> it.group(1) + " " + it.group(2)).toList();
  }

  /** Returns the comment at the head of a transcript. */
  private static String transcript(String name) throws IOException {
    var file = ROOT.resolve("chat-transport-javalin/src/test/resources/chatkit/" + name + ".txt");
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("#"))
        .collect(joining(" "));
  }

  /** Returns the Javadoc of a test. */
  private static String test(String type, String method) {
    var declared =
        Pattern.compile(
            "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*@(?:Parameterized)?Test\\s+void " + method + "\\(",
            Pattern.DOTALL);
    var javadoc = declared.matcher(source(type));
    assertThat(javadoc.find()).as("%s.%s", type, method).isTrue();
    return javadoc.group(1);
  }

  private static String source(String type) {
    try (var modules = Files.list(ROOT)) {
      for (var module :
          modules.map(it -> it.resolve("src/test/java")).filter(Files::exists).toList()) {
        try (var files = Files.walk(module)) {
          var found = files.filter(it -> it.endsWith(type + ".java")).findFirst();
          if (found.isPresent()) return Files.readString(found.get());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("no test " + type);
  }
}
