package example;

import chat.model.ChatException.AgentFailed;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.port.Agent;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
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
    long began = System.nanoTime();
    Turn.Usage usage = null;
    var outcome = ModelCall.Outcome.FAILED;
    try (var answer = model.ask(request.systemPrompt(), texts)) {
      sink.onStop(() -> close(answer));
      try {
        for (var piece = answer.next(); piece != null; piece = answer.next()) sink.text(piece);
        outcome = ModelCall.Outcome.COMPLETED;
      } finally {
        usage = answer.usage();
      }
    } catch (IOException e) {
      throw new AgentFailed(AgentFailed.Reason.MODEL_UNREACHABLE, "the model broke off", null, e);
    } finally {
      var took = Duration.ofNanos(System.nanoTime() - began);
      sink.modelCalled(new ModelCall("my-model", usage, took, outcome));
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
