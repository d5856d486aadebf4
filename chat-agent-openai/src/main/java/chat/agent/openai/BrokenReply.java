package chat.agent.openai;

import java.io.IOException;

/** The model's answer is not what the protocol says; the message is for people. */
final class BrokenReply extends IOException {
  private static final long serialVersionUID = 1;

  BrokenReply(String message) {
    super(message);
  }
}
