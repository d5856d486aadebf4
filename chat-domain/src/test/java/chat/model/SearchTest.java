package chat.model;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Search.Piece;
import chat.model.Search.Term;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "weather         | weather*",
        "'weather '      | weather",
        "Weather OSLO    | weather oslo*",
        "well-known      | well+known*",
        "-rain sun       | !rain sun*",
        "sun -rain       | sun !rain",
        "\"in oslo\"     | in+oslo",
        "\"in os         | in+os*",
        "-\"in oslo\" a  | !in+oslo a*",
        "a\"b c\"d       | a b+c d*",
        "- -- ?          | ''",
        "crème Σ ﬁ       | creme σ fi*",
        "天气x            | 天+气+x*",
        "what?           | what",
      })
  void whatIsTypedIsTerms(String typed, String terms) {
    assertThat(
            Search.of(typed).terms().stream()
                .map(SearchTest::shown)
                .collect(Collectors.joining(" ")))
        .isEqualTo(terms);
  }

  private static String shown(Term term) {
    return (term.excluded() ? "!" : "")
        + String.join("+", term.words())
        + (term.begun() ? "*" : "");
  }

  @Test
  void aSnippetIsTheFirstPlaceThatHasSomethingOfWhatIsLookedFor() {
    var text = "word ".repeat(100) + "Here   is\nthe\tneedle, and the HAY" + " more".repeat(100);

    var snippet = Search.of("hay needle ").snippet(text);

    assertThat(snippet.get(0).text()).startsWith("…word word").endsWith(" Here is the ");
    assertThat(snippet.subList(1, 4))
        .containsExactly(
            new Piece("needle", true), new Piece(", and the ", false), new Piece("HAY", true));
    assertThat(snippet.get(4).text()).startsWith(" more").endsWith("more…");
    assertThat(plain(snippet).length()).isBetween(100, 200);
  }

  @Test
  void whatStandsSideBySideIsOnePiece() {
    assertThat(Search.of("天气").snippet("今天天气很好"))
        .containsExactly(new Piece("今天", false), new Piece("天气", true), new Piece("很好", false));
    assertThat(Search.of("\"in oslo\" -in").snippet("in Oslo"))
        .containsExactly(new Piece("in", true), new Piece(" ", false), new Piece("Oslo", true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\uD83D\uDE00", "天", " ", "\0", "\u0301", "a b"})
  void aSnippetOfAnythingIsShortAndWhole(String unit) {
    for (var text : List.of(unit.repeat(100_000) + " needle " + unit.repeat(500), unit, "needle")) {
      var snippet = Search.of("needle").snippet(text);
      assertThat(plain(snippet).length()).isLessThanOrEqualTo(200);
      assertThat(Text.hasUnpairedSurrogate(plain(snippet))).isFalse();
      assertThat(snippet).allMatch(piece -> !piece.text().isEmpty());
    }
  }

  private static String plain(List<Piece> snippet) {
    return snippet.stream().map(Piece::text).collect(Collectors.joining());
  }
}
