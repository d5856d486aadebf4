package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.Caller;
import chat.model.ChatException.AgentFailed;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.TooLarge;
import chat.port.Transcriber;
import org.junit.jupiter.api.Test;

/** Shows every promise of {@link Transcriber}, in its order, on worlds that its test arranges. */
public interface TranscriberContract {

  /** Returns one that hears these words in whatever it is given. */
  Transcriber transcriberThatHears(String words);

  /** Returns one whose model is out of reach. */
  Transcriber transcriberWithoutAModel();

  private static String transcribe(Transcriber transcriber, byte[] audio, String type) {
    return transcriber.transcribe(Caller.withoutToken(Samples.user()), audio, type);
  }

  @Test
  default void theWordsComeAsTheyWereSaid() {
    for (var words : new String[] {"Grüß dich, 世界 😀.", ""}) {
      for (var type :
          new String[] {"audio/webm;codecs=opus", "audio/mp4", "Audio/OGG; codecs=opus"}) {
        assertThat(transcribe(transcriberThatHears(words), new byte[] {1, 2, 3}, type))
            .isEqualTo(words);
      }
    }
  }

  @Test
  default void audioThatCannotBeHeardIsRefused() {
    var transcriber = transcriberThatHears("words");
    for (var type : new String[] {"text/plain", "", "audio", "audio/midi"}) {
      assertThatThrownBy(() -> transcribe(transcriber, new byte[1], type))
          .as(type)
          .isInstanceOfSatisfying(
              InvalidInput.class, e -> assertThat(e.field()).isEqualTo("mime_type"));
    }
    assertThatThrownBy(() -> transcribe(transcriber, new byte[0], "audio/webm"))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.field()).isEqualTo("audio"));
    assertThatThrownBy(
            () -> transcribe(transcriber, new byte[Transcriber.LONGEST + 1], "audio/webm"))
        .isInstanceOf(TooLarge.class);
  }

  @Test
  default void withoutAnAnswerItFails() {
    assertThatThrownBy(() -> transcribe(transcriberWithoutAModel(), new byte[1], "audio/webm"))
        .isInstanceOf(AgentFailed.class);
  }
}
