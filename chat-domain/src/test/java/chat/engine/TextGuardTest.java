package chat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextGuardTest {
  private final TextGuard guard = new TextGuard();

  @Test
  void plainTextPasses() {
    assertThat(guard.pass("Grüße 🌍")).isEqualTo("Grüße 🌍");
    assertThat(guard.end()).isEmpty();
  }

  @Test
  void aNulBecomesTheReplacementCharacter() {
    assertThat(guard.pass("a\0b")).isEqualTo("a\uFFFDb");
  }

  @Test
  void halfAPairWaitsForTheOtherHalf() {
    assertThat(guard.pass("a\uD83C")).isEqualTo("a");
    assertThat(guard.pass("\uDF0Db")).isEqualTo("🌍b");
    assertThat(guard.end()).isEmpty();
  }

  @Test
  void aHalfThatStaysAloneBecomesTheReplacementCharacter() {
    assertThat(guard.pass("\uD83C")).isEmpty();
    assertThat(guard.pass("b")).isEqualTo("\uFFFDb");
    assertThat(guard.pass("\uDF0D")).isEqualTo("\uFFFD");
    assertThat(guard.pass("\uD83C")).isEmpty();
    assertThat(guard.pass("")).isEmpty();
    assertThat(guard.end()).isEqualTo("\uFFFD");
  }
}
