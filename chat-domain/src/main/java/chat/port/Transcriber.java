package chat.port;

import chat.model.Caller;
import chat.model.ChatException.InvalidInput;

/** Puts what somebody said into words, for their composer. Called by any thread, which waits. */
@FunctionalInterface
public interface Transcriber {
  /** Bounds the audio, in bytes; what OpenAI takes. */
  int LONGEST = 25 << 20;

  /** Takes no audio. */
  Transcriber NONE =
      (caller, audio, mediaType) -> {
        throw new InvalidInput("audio", "nothing is set up here to transcribe audio");
      };

  /**
   * Returns the words that were said.
   *
   * <ol>
   *   <li>As they were said; nothing where nobody spoke.
   *   <li>Audio of a type that it does not know is {@code InvalidInput("mime_type")}, audio that is
   *       empty {@code InvalidInput("audio")}, audio that is longer than {@link #LONGEST} {@link
   *       chat.model.ChatException.TooLarge}.
   *   <li>When it gets no words it throws {@link chat.model.ChatException.AgentFailed}, within a
   *       time of its own.
   * </ol>
   *
   * @param mediaType what a browser records, such as {@code audio/webm;codecs=opus}
   */
  String transcribe(Caller caller, byte[] audio, String mediaType);
}
