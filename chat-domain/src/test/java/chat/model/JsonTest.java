package chat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {
  static Stream<String> good() {
    return Stream.of(
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-0.0",
        "10",
        "12345678901234567890123",
        "1.25",
        "1e5",
        "1E+999",
        "-1.5e-007",
        "\"\"",
        "\"a \\\" \\\\ \\/ \\b \\f \\n \\r \\t ü 😀\"",
        "\"\\u00e4\\uD83D\\uDE00\\ud83d\\ude00\"",
        "\"\u007f\u2028\"",
        "[]",
        "{}",
        " [ 1 , [ ] , { \"a\" : null } ]\t\r\n",
        "{\"\":{\"a\":[true,false]},\"\":1}",
        "[".repeat(64) + "1" + "]".repeat(64),
        "{\"a\":".repeat(64) + "1" + "}".repeat(64));
  }

  static Stream<String> bad() {
    return Stream.of(
        "",
        " ",
        "nul",
        "nulll",
        "True",
        "NaN",
        "Infinity",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "1e1000",
        "1e0001",
        "0x1",
        "1 2",
        "'a'",
        "\"",
        "\"a",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u٠٠٦١\"",
        "\"\u0001\"",
        "\"a\nb\"",
        "\"\0\"",
        "\"\\u0000\"",
        "\"\\ud83d\"",
        "\"\\ud83dx\"",
        "\"\\ud83d\\n\"",
        "\"\\ud83d\\ud83d\"",
        "\"\\ude00\"",
        "\"\ud83d\"",
        "\"\ude00\ud83d\"",
        "[",
        "]",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1]]",
        "[1}",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{null:1}",
        "\u00a01",
        "\ufeff1",
        "1\0",
        "\0",
        "[".repeat(65) + "1" + "]".repeat(65),
        "[".repeat(100_000),
        "/* */ 1",
        "[1] // no");
  }

  @ParameterizedTest
  @MethodSource("good")
  void aValidTextIsKeptAsItIs(String text) {
    assertThat(new Json(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("bad")
  void anythingElseIsRefusedWithoutBeingQuoted(String text) {
    assertThatThrownBy(() -> new Json(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("not a JSON text that can be kept, at character \\d+");
  }

  @Test
  void everyPieceThatIsCutOffAValidTextIsRefused() {
    var text = "{\"a\":[1.5e3,\"\\u00e4\\n\",{\"b\":true}],\"c\":null}";
    for (int end = 0; end < text.length(); end++) {
      var piece = text.substring(0, end);
      assertThatThrownBy(() -> new Json(piece)).isInstanceOf(IllegalArgumentException.class);
    }
    for (int start : List.of(1, 2, 5, 6, 20)) {
      var piece = text.substring(start);
      assertThatThrownBy(() -> new Json(piece)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
