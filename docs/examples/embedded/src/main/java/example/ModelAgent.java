package example;

import chat.model.ChatException.AgentFailed;
import chat.model.Turn;
import chat.port.Agent;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Lets a model answer that is reached in a way of one's own: through an SDK, in this process. */
public final class ModelAgent implements Agent {
  /** Is what one's own SDK gives. */
  public interface Model {
    Answer ask(String instructions, List<String> texts) throws IOException;
  }

  /** Is an answer that is still being given; closing it from another thread ends it. */
  public interface Answer extends Closeable {
    /** Waits for the next piece; null at the end. */
    String next() throws IOException;

    /** Returns what the answer has cost so far. */
    Turn.Usage usage();
  }

  private final Model model;

  public ModelAgent(Model model) {
    this.model = model;
  }

  @Override
  public void run(Request request, Sink sink) {
    var texts = request.history().stream().map(message -> message.content().text()).toList();
    try (var answer = model.ask(request.systemPrompt(), texts)) {
      sink.onStop(() -> close(answer));
      try {
        for (var piece = answer.next(); piece != null; piece = answer.next()) sink.text(piece);
      } finally {
        sink.usage(answer.usage());
      }
    } catch (IOException e) {
      throw new AgentFailed(AgentFailed.Reason.MODEL_UNREACHABLE, "the model broke off", null, e);
    }
  }

  private static void close(Answer answer) {
    try {
      answer.close();
    } catch (IOException e) {
      // It is over either way.
    }
  }
}
