package chat.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
  @Test
  void whatFitsStaysAsItIs() {
    assertThat(name("todo", "add")).isEqualTo("todo__add");
    assertThat(name("my-files", "read_file")).isEqualTo("my-files__read_file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b", "größe", "with space", "a/b", "\"}", "中文"})
  void whatDoesNotFitIsReplacedAndHasAHash(String tool) {
    var name = name("s", tool);

    assertThat(name).matches("s__[A-Za-z0-9_-]+_[0-9a-f]{6}").isEqualTo(name("s", tool));
  }

  @Test
  void longNamesAreCutAndStayApart() {
    var a = name("server", "x".repeat(128) + "a");
    var b = name("server", "x".repeat(128) + "b");

    assertThat(a).hasSizeLessThanOrEqualTo(64).isNotEqualTo(b);
    assertThat(b).hasSizeLessThanOrEqualTo(64);
    assertThat(Names.server("s".repeat(200), Set.of()) + Names.BETWEEN).hasSizeLessThan(40);
  }

  @Test
  void namesThatWouldBeTheSameAreNot() {
    var taken = new HashSet<String>();
    for (var tool : List.of("a.b", "a:b", "a_b", name("s", "a.b").substring(3), "a b")) {
      var name = Names.tool("s", tool, taken);
      assertThat(taken.add(name)).as(tool).isTrue();
      assertThat(name).matches("[A-Za-z0-9_-]{1,64}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a__b", "_a_", "a_", "__", "ä", "", "my server", "a.b__"})
  void noServerTakesAnothersNames(String server) {
    var slug = Names.server(server, Set.of());

    assertThat(slug).matches("[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*");
    for (var tool : List.of("x", "_x", "__x", "x__y")) {
      assertThat(Names.serverOf(Names.tool(slug, tool, Set.of()))).isEqualTo(slug);
    }
  }

  @Test
  void serversWhoseNamesLookTheSameDoNot() {
    var taken = new HashSet<String>();
    for (var server : List.of("a b", "a_b", "中文", "日本", "x".repeat(40), "x".repeat(41))) {
      assertThat(taken.add(Names.server(server, taken))).as(server).isTrue();
    }
    assertThat(taken).contains("a_b");
  }

  private static String name(String server, String tool) {
    return Names.tool(server, tool, Set.of());
  }
}
