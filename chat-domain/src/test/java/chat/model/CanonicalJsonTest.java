package chat.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CanonicalJsonTest {

  private static String canonical(String text) {
    var canonical = new Json(text).canonical();
    assertThat(new Json(canonical).canonical()).as("it stays as it is").isEqualTo(canonical);
    return canonical;
  }

  /** The example of RFC 8785, section 3.2.2, but for the number that no double holds. */
  @Test
  void theExampleOfTheRfcComesOutAsThere() {
    var given =
        """
        {
          "numbers": [1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
          "literals": [null, true, false]
        }
        """;

    assertThat(canonical(given))
        .isEqualTo(
            "{\"literals\":[null,true,false],\"numbers\":[1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  /** The example of RFC 8785, section 3.2.3. */
  @Test
  void membersAreSortedByTheUnitsOfTheirNames() {
    var given =
        """
        {"\\u20ac": 1, "\\r": 2, "\\ufb33": 3, "1": 4, "\\ud83d\\ude00": 5, "\\u0080": 6, "\\u00f6": 7}
        """;

    assertThat(canonical(given))
        .isEqualTo("{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}");
    assertThat(canonical("{\"b\": {\"d\": 1, \"c\": [{\"z\": 1, \"y\": 2}]}, \"a\": {}}"))
        .isEqualTo("{\"a\":{},\"b\":{\"c\":[{\"y\":2,\"z\":1}],\"d\":1}}");
  }

  @Test
  void ofTwoMembersOfOneNameTheLaterCounts() {
    assertThat(canonical("{\"a\": 1, \"\\u0061\": 2}")).isEqualTo("{\"a\":2}");
  }

  /** The right column is what ECMAScript writes. */
  @Test
  void numbersAreWrittenAsEcmaScriptDoes() {
    var numbers =
        new String[][] {
          {"0", "0"},
          {"-0", "0"},
          {"-0.0e5", "0"},
          {"1.0", "1"},
          {"-1.50", "-1.5"},
          {"1e2", "100"},
          {"100", "100"},
          {"1E+0", "1"},
          {"0.10e1", "1"},
          {"120e-1", "12"},
          {"0.000001", "0.000001"},
          {"0.0000001", "1e-7"},
          {"1.5e-9", "1.5e-9"},
          {"100000000000000000000", "100000000000000000000"},
          {"1e20", "100000000000000000000"},
          {"1e21", "1e+21"},
          {"-1.25e300", "-1.25e+300"},
          {"123.456", "123.456"},
          {"333333333.33333329e-0", "333333333.33333329"}
        };
    for (var number : numbers) assertThat(canonical(number[0])).isEqualTo(number[1]);
  }

  @Test
  void numbersThatADoubleWouldRoundToTheSameStayDifferent() {
    assertThat(canonical("12345678901234567890")).isEqualTo("12345678901234567890");
    assertThat(canonical("12345678901234567891")).isEqualTo("12345678901234567891");
    assertThat(canonical("1e400")).isNotEqualTo(canonical("1e401"));
  }

  /** {@code select x::jsonb} of PostgreSQL, before and after. */
  @Test
  void whatADatabaseMakesOfItMeansTheSame() {
    var given = "{\"b\":1.50,\"aa\":-0.0,\"a\":1E+3,\"\\u00fc\":\"\\/\\u0007\\u2028\",\"b\":1.5e1}";
    var kept = "{\"a\": 1000, \"b\": 15, \"aa\": 0.0, \"ü\": \"/\\u0007\u2028\"}";

    assertThat(canonical(given)).isEqualTo(canonical(kept));
  }

  @Test
  void otherMeaningsReadOtherwise() {
    assertThat(canonical("{\"a\":\"1\"}")).isNotEqualTo(canonical("{\"a\":1}"));
    assertThat(canonical("[1,2]")).isNotEqualTo(canonical("[2,1]"));
    assertThat(canonical("{\"a\":null}")).isNotEqualTo(canonical("{}"));
    assertThat(canonical("[[],{}]")).isEqualTo("[[],{}]");
  }
}
