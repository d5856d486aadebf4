package chat.testkit;

import chat.model.ChatException;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Agent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Is an agent that plays a script, the same at every run, and keeps the requests it was given.
 *
 * <pre>{@code
 * var agent = new ScriptedAgent().says("Hel").waitsFor(latch).says("lo").uses(usage);
 * }</pre>
 *
 * <p>The script is written before the agent runs; it may then run many turns at once.
 */
public final class ScriptedAgent implements Agent {
  private final List<Step> script = new ArrayList<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Starts with an empty script: it says nothing. */
  public ScriptedAgent() {}

  /** Is one thing that the agent does; returns whether it goes on. */
  @FunctionalInterface
  public interface Step {
    boolean play(Request request, Sink sink) throws InterruptedException;
  }

  /** Is something that can be done with a request and a sink. */
  @FunctionalInterface
  public interface Deed {
    void play(Request request, Sink sink) throws InterruptedException;
  }

  /** Then says something, piece by piece. */
  public ScriptedAgent says(String... pieces) {
    return does(
        (request, sink) -> {
          for (var piece : pieces) sink.text(piece);
        });
  }

  /** Then thinks aloud, piece by piece. */
  public ScriptedAgent thinks(String... pieces) {
    return does(
        (request, sink) -> {
          for (var piece : pieces) sink.reasoning(piece);
        });
  }

  /** Then calls tools, all in one step; goes on when there are results. */
  public ScriptedAgent calls(Call... calls) {
    return then((request, sink) -> !sink.call(List.of(calls)).isEmpty());
  }

  /** Then waits for a latch, or to be stopped. */
  public ScriptedAgent waitsFor(CountDownLatch latch) {
    return does((request, sink) -> latch.await());
  }

  /** Then waits until it is stopped. */
  public ScriptedAgent hangs() {
    return waitsFor(new CountDownLatch(1));
  }

  /** Then reports a model call that is complete and has used this much. */
  public ScriptedAgent uses(Turn.Usage usage) {
    return reports(new ModelCall("scripted", usage, Duration.ZERO, ModelCall.Outcome.COMPLETED));
  }

  /** Then reports a model call. */
  public ScriptedAgent reports(ModelCall call) {
    return does((request, sink) -> sink.modelCalled(call));
  }

  /** Then tells whoever follows. */
  public ScriptedAgent tells(TurnEvent.Told event) {
    return does((request, sink) -> sink.tell(event));
  }

  /** Then cannot go on. */
  public ScriptedAgent fails(ChatException.AgentFailed.Reason reason) {
    return does(
        (request, sink) -> {
          throw new ChatException.AgentFailed(reason, "as the script says", null);
        });
  }

  /** Then does this. */
  public ScriptedAgent does(Deed deed) {
    return then(
        (request, sink) -> {
          deed.play(request, sink);
          return true;
        });
  }

  /** Then does this, and goes on if it says so. */
  public ScriptedAgent then(Step step) {
    script.add(step);
    return this;
  }

  /** Returns what it was asked so far, in order. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void run(Request request, Sink sink) {
    requests.add(request);
    try {
      for (var step : script) if (!step.play(request, sink)) return;
    } catch (InterruptedException e) {
      throw new ChatException.AgentFailed(
          ChatException.AgentFailed.Reason.MODEL_TIMEOUT, "interrupted", null, e);
    }
  }
}
