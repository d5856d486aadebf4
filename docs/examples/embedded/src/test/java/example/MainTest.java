package example;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void itAnswers() throws InterruptedException {
    assertThat(Main.answer("Hello")).isEqualTo("Hello!");
  }

  @Test
  void itIsAModuleThatNeedsTheDomainAlone() {
    var module = Main.class.getModule();

    assertThat(module.getName()).isEqualTo("com.example.embedded");
    assertThat(module.getDescriptor().requires())
        .extracting(needed -> needed.name())
        .containsExactlyInAnyOrder("java.base", "io.github.chatserver.domain");
  }
}
