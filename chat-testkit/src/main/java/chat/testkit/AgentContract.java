package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import chat.model.ChatException;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.Agent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Is what every {@link Agent} promises, in the order of {@link Agent#run}. An agent cannot be
 * scripted from outside, so an implementation's test arranges the world for it.
 */
public interface AgentContract {
  /** Bounds every wait; nothing here takes nearly as long. */
  int SECONDS = 20;

  /** Returns an agent that says these pieces and is done. */
  Agent agentThatSays(String... pieces);

  /** Returns an agent that says these pieces and then waits for something that never comes. */
  Agent agentThatHangsAfter(String... pieces);

  /** Returns an agent whose one model call says these pieces, uses this much, and is complete. */
  Agent agentThatUses(Turn.Usage usage, String... pieces);

  /** Returns an agent whose one model call says these pieces, uses this much, and then fails. */
  Agent agentThatFails(Turn.Usage usage, String... pieces);

  @Test
  default void whatItSaysArrivesInPiecesAndInOrder() {
    var sink = new RecordingSink();
    agentThatSays("Hel", "lo, ", "wörld 🌍").run(request("hi"), sink);
    assertThat(sink.text()).isEqualTo("Hello, wörld 🌍");
    assertThat(sink.texts()).hasSizeGreaterThan(1);
  }

  @Test
  default void aPieceArrivesBeforeTheAnswerIsComplete() throws Exception {
    var sink = new RecordingSink();
    var run = inBackground(agentThatHangsAfter("Hel"), sink);
    eventually(() -> sink.text().equals("Hel"));
    assertThat(run.task().isDone()).isFalse();
    run.stop(sink);
  }

  @Test
  default void itServesManyTurnsAtOnce() throws Exception {
    var agent = agentThatSays("a", "b", "c");
    var sinks = new ArrayList<RecordingSink>();
    var runs = new ArrayList<Run>();
    for (int i = 0; i < 4; i++) {
      var sink = new RecordingSink();
      sinks.add(sink);
      runs.add(inBackground(agent, sink));
    }
    for (var run : runs) run.task().get(SECONDS, TimeUnit.SECONDS);
    assertThat(sinks).allSatisfy(sink -> assertThat(sink.text()).isEqualTo("abc"));
  }

  @Test
  default void itReportsAModelCallOnceWithWhatItUsed() {
    var usage = new Turn.Usage(11, 3, 7, 2);
    var sink = new RecordingSink();
    agentThatUses(usage, "ok").run(request("hi"), sink);
    assertThat(sink.modelCalls()).hasSize(1);
    var call = sink.modelCalls().get(0);
    assertThat(call.usage()).isEqualTo(usage);
    assertThat(call.outcome()).isEqualTo(ModelCall.Outcome.COMPLETED);
  }

  @Test
  default void itReportsAModelCallThatFails() {
    var usage = new Turn.Usage(11, 3, 7, 2);
    var sink = new RecordingSink();
    var failure = catchThrowable(() -> agentThatFails(usage, "ok").run(request("hi"), sink));
    assertThat(failure).isNotNull();
    assertThat(sink.modelCalls()).hasSize(1);
    var call = sink.modelCalls().get(0);
    assertThat(call.usage()).isEqualTo(usage);
    assertThat(call.outcome()).isEqualTo(ModelCall.Outcome.FAILED);
  }

  @Test
  default void itReportsAModelCallThatIsStopped() throws Exception {
    var sink = new RecordingSink();
    var run = inBackground(agentThatHangsAfter("Hel"), sink);
    eventually(() -> sink.text().equals("Hel"));
    assertThat(sink.modelCalls()).isEmpty();
    run.stop(sink);
    assertThat(sink.modelCalls()).hasSize(1);
    assertThat(sink.modelCalls().get(0).outcome()).isNotEqualTo(ModelCall.Outcome.COMPLETED);
  }

  @Test
  default void itFailsWithAReasonAndKeepsWhatItSaid() {
    var sink = new RecordingSink();
    var agent = agentThatFails(Turn.Usage.NONE, "so ", "far");
    assertThatThrownBy(() -> agent.run(request("hi"), sink))
        .isInstanceOf(ChatException.AgentFailed.class);
    assertThat(sink.text()).isEqualTo("so far");
  }

  @Test
  default void itPassesOnWhatTheSinkThrows() {
    var sink = new RecordingSink();
    sink.refuse();
    assertThatThrownBy(() -> agentThatSays("a", "b").run(request("hi"), sink))
        .isInstanceOf(RecordingSink.Stopped.class);
  }

  @Test
  default void itEndsSoonAfterAStopWhereverItWaits() throws Exception {
    var sink = new RecordingSink();
    var run = inBackground(agentThatHangsAfter("Hel"), sink);
    eventually(() -> sink.text().equals("Hel"));
    run.stop(sink);
    assertThat(run.task().isDone()).isTrue();
  }

  /** Returns a turn's request that asks this, without history. */
  static Agent.Request request(String text) {
    var owner = new UserId("alice");
    var conversation = Conversation.Id.next();
    var turn = Turn.Id.next();
    var now = Instant.EPOCH;
    var message =
        new Message(
            Message.Id.next(),
            conversation,
            1,
            turn,
            0,
            null,
            Message.Siblings.ONLY,
            Content.UserInput.of(text),
            false,
            0,
            null,
            now);
    var running =
        new Turn(
            owner,
            turn,
            conversation,
            message.id(),
            Turn.State.RUNNING,
            null,
            null,
            Turn.Usage.NONE,
            List.of(),
            null,
            0,
            0,
            now,
            null);
    return new Agent.Request(
        running, "You are terse.", List.of(message), List.of(), Content.Options.NONE);
  }

  private static Run inBackground(Agent agent, RecordingSink sink) {
    var task = new FutureTask<Void>(() -> agent.run(request("hi"), sink), null);
    var thread = Thread.ofPlatform().daemon().start(task);
    return new Run(thread, task);
  }

  /** Is an agent at work on a thread of its own. */
  record Run(Thread thread, FutureTask<Void> task) {
    /** Stops it as the engine does, and waits for its end. */
    void stop(RecordingSink sink) throws InterruptedException {
      sink.stop();
      thread.interrupt();
      thread.join(SECONDS * 1000L);
    }
  }

  private static void eventually(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) Thread.onSpinWait();
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
