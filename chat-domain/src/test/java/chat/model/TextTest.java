package chat.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void textThatCanBeStoredIsTheSameObject() {
    var text = "ä 中 😀 \u0001 \uFFFD";
    assertThat(Text.storable(text)).isSameAs(text);
    assertThat(Text.hasUnpairedSurrogate(text)).isFalse();
  }

  @Test
  void whatCannotBeStoredIsReplaced() {
    assertThat(Text.storable("a\0b")).isEqualTo("a\uFFFDb");
    assertThat(Text.storable("\uD83D")).isEqualTo("\uFFFD");
    assertThat(Text.storable("\uDE00\uD83D")).isEqualTo("\uFFFD\uFFFD");
    assertThat(Text.storable("x\uD83D\uD83D\uDE00y")).isEqualTo("x\uFFFD😀y");
    assertThat(Text.storable("\uD83Dx")).isEqualTo("\uFFFDx");
  }

  @Test
  void halfAPairIsFoundWhereverItStands() {
    assertThat(Text.hasUnpairedSurrogate("")).isFalse();
    assertThat(Text.hasUnpairedSurrogate("😀")).isFalse();
    assertThat(Text.hasUnpairedSurrogate("a\uD83D")).isTrue();
    assertThat(Text.hasUnpairedSurrogate("\uDE00a")).isTrue();
    assertThat(Text.hasUnpairedSurrogate("😀\uDE00")).isTrue();
  }
}
