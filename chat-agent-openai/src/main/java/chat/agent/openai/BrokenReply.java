package chat.agent.openai;

import chat.model.ChatException.AgentFailed.Reason;
import java.io.IOException;

/** The model's answer is not what the protocol says, or is an error; the message is for people. */
final class BrokenReply extends IOException {
  private static final long serialVersionUID = 1;
  private final Reason reason;

  BrokenReply(String message) {
    this(Reason.MODEL_BAD_REPLY, message);
  }

  BrokenReply(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
