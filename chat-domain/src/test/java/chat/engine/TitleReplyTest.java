package chat.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.AgentFailed;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TitleReplyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          Trip to Rome                        | Trip to Rome
          ~"Trip to Rome."~                   | Trip to Rome
          ~\n\n  **Title:** Trip to Rome\n~   | Trip to Rome
          Title: "Trip to Rome"               | Trip to Rome
          ~# Reise nach Köln\nmehr~           | Reise nach Köln
          「ローマへの旅」                      | ローマへの旅
          ~<think>Hm.\nRome?</think>\n\nTrip~ | Trip
          Is 2 * 3 = 6?                       | Is 2 * 3 = 6?
          Title                               | Title
          ~***\nTrip~                         | Trip
          **Titel: Reise nach Köln**          | Reise nach Köln
          „Die Reise“                         | Die Reise
          _Trip_                              | Trip
          "Faust" im Unterricht               | "Faust" im Unterricht
          "Faust" und "Hamlet"                | "Faust" und "Hamlet"
          Songs auf „Abbey Road“.             | Songs auf „Abbey Road“
          __init__ in Python                  | __init__ in Python
          """)
  void whatModelsPutAroundATitleIsDropped(String said, String title) {
    assertThat(TitleReply.titleIn(said.translateEscapes())).isEqualTo(title);
  }

  @ParameterizedTest
  @CsvSource({"''", "'  '", "'\"\"'", "'<think>never ends'"})
  void whatHasNoWordsIsNoTitle(String said) {
    assertThat(TitleReply.titleIn(said)).isNull();
  }

  @Test
  void aTitleIsShortAndCanBeStored() {
    assertThat(TitleReply.titleIn("word ".repeat(100))).hasSizeLessThanOrEqualTo(80).endsWith("…");
    assertThat(TitleReply.titleIn("a\0b\uD83Dc")).isEqualTo("a\uFFFDb\uFFFDc");
  }

  @Test
  void anAgentThatGoesOnIsToldThatItIsEnough() throws Exception {
    var reply = new TitleReply();
    assertThatThrownBy(
            () -> {
              while (true) reply.text("word ");
            })
        .isInstanceOf(RunningTurn.Signal.class);
    assertThat(reply.title(Duration.ofSeconds(20))).startsWith("word word");
  }

  @Test
  void anAgentThatThinksForEverIsToldThatItIsEnough() throws Exception {
    var reply = new TitleReply();
    assertThatThrownBy(
            () -> {
              while (true) reply.reasoning("hm ");
            })
        .isInstanceOf(RunningTurn.Signal.class);
    assertThat(reply.title(Duration.ofSeconds(20))).isNull();
  }

  @Test
  void anAgentThatSaysNothingIsNotWaitedForAndItsExchangeIsClosed() {
    var reply = new TitleReply();
    var closed = new AtomicInteger();
    reply.onStop(closed::incrementAndGet);
    assertThatThrownBy(() -> reply.title(Duration.ofNanos(1))).isInstanceOf(AgentFailed.class);
    reply.stop();
    assertThat(closed).hasValue(1);
    reply.onStop(closed::incrementAndGet);
    assertThat(closed).hasValue(2);
    assertThatThrownBy(() -> reply.text("late")).isInstanceOf(RunningTurn.Signal.class);
  }
}
