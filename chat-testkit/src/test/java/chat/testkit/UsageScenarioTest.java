package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.engine.Follower;
import chat.memory.InMemoryStore;
import chat.model.ChatException.AgentFailed.Reason;
import chat.model.ChatException.StorageFailed;
import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.ModelCall.Outcome;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Agent;
import chat.port.Lease;
import chat.port.Toolset;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tells how the model calls of a turn come into its ledger, and what its usage makes of them. */
@Timeout(60)
class UsageScenarioTest {
  private static final Turn.Usage SOME = new Turn.Usage(10, 4, 3, 1);
  private static final Turn.Usage MORE = new Turn.Usage(25, 10, 5, 0);

  private final InMemoryStore store = new InMemoryStore();

  private static ModelCall call(String model, Turn.@Nullable Usage usage, Outcome outcome) {
    return new ModelCall(model, usage, Duration.ofMillis(7), outcome);
  }

  private static ModelCall completed(String model, Turn.@Nullable Usage usage) {
    return call(model, usage, Outcome.COMPLETED);
  }

  private World world(PassingJournal journal, Agent agent) {
    return new World(store.conversations(), journal, agent, Toolset.NONE, World.QUICK);
  }

  private static List<ModelCall> ledger(World world, Follower follower) {
    var turn = follower.turn();
    return world.chat.modelCalls(world.alice, turn.conversation(), turn.id()).stream()
        .map(ModelCall.Entry::call)
        .toList();
  }

  private static Turn.Usage usageAtTheEnd(World world, Follower follower) throws Exception {
    var turn = follower.turn();
    var all = World.allOf(world.chat.follow(world.alice, turn.conversation(), turn.id(), 0));
    return ((TurnEvent.TurnEnded) all.get(all.size() - 1).event()).usage();
  }

  @Test
  void theCallsOfSeveralStepsAddUpAlsoOverAnApproval() throws Exception {
    var tools =
        new ScriptedToolset()
            .has(Samples.tool("look", Tool.Run.FREELY), call -> ToolResult.text("seen"))
            .has(Samples.tool("ask", Tool.Run.AFTER_APPROVAL), call -> ToolResult.text("done"));
    var agent =
        new ScriptedAgent()
            .then(
                (request, sink) -> {
                  if (!(lastOf(request.history()) instanceof Content.UserInput)) return true;
                  sink.modelCalled(completed("one", SOME));
                  var results = sink.call(List.of(new Agent.Call("look", Json.EMPTY, null)));
                  assertThat(results).hasSize(1);
                  sink.modelCalled(call("two", null, Outcome.FAILED));
                  sink.modelCalled(completed("three", MORE));
                  return !sink.call(List.of(new Agent.Call("ask", Json.EMPTY, null))).isEmpty();
                })
            .says("that is all")
            .reports(completed("four", SOME));
    try (var world = new World(store, agent, tools)) {
      var follower = world.says(null, "hi");
      assertThat(World.replyOf(follower).state()).isEqualTo(Turn.State.AWAITING);
      assertThat(ledger(world, follower))
          .containsExactly(
              completed("one", SOME), call("two", null, Outcome.FAILED), completed("three", MORE));
      var turn = world.turn(follower);
      assertThat(turn.usage()).isEqualTo(SOME.plus(MORE));

      var pending = turn.awaiting().get(0).message();
      var approved = new Turn.Answer.Approve(null);
      world.chat.answer(world.alice, turn.conversation(), turn.id(), pending, approved);
      World.allOf(follower);

      assertThat(ledger(world, follower)).hasSize(4).endsWith(completed("four", SOME));
      assertThat(world.turn(follower).usage()).isEqualTo(SOME.plus(MORE).plus(SOME));
      assertThat(usageAtTheEnd(world, follower)).isEqualTo(SOME.plus(MORE).plus(SOME));
    }
  }

  private static Content lastOf(List<Message> history) {
    return history.get(history.size() - 1).content();
  }

  @Test
  void aCallStartedBeforeItEndedAndTheTurnsBeganBeforeThat() throws Exception {
    try (var world = new World(new ScriptedAgent().says("hi").reports(completed("one", SOME)))) {
      var follower = world.says(null, "hi");
      World.replyOf(follower);
      var turn = world.turn(follower);
      var entry = world.chat.modelCalls(world.alice, turn.conversation(), turn.id()).get(0);
      assertThat(entry.number()).isEqualTo(1);
      assertThat(entry.startedAt().plus(entry.call().duration()))
          .isBetween(turn.createdAt(), turn.finishedAt());
    }
  }

  @Test
  void aCallThatFailsIsKeptWithWhatItUsed() throws Exception {
    var failed = call("one", SOME, Outcome.FAILED);
    var agent = new ScriptedAgent().says("so far").reports(failed).fails(Reason.MODEL_BAD_REPLY);
    try (var world = new World(agent)) {
      var follower = world.says(null, "hi");
      assertThat(World.replyOf(follower).state()).isEqualTo(Turn.State.FAILED);
      assertThat(ledger(world, follower)).containsExactly(failed);
      assertThat(usageAtTheEnd(world, follower)).isEqualTo(SOME);
    }
  }

  @Test
  void aCallThatBreaksOffAtAStopCountsAsStopped() throws Exception {
    var agent =
        new ScriptedAgent()
            .says("Hel")
            .does(
                (request, sink) -> {
                  try {
                    new CountDownLatch(1).await();
                  } finally {
                    sink.modelCalled(call("one", SOME, Outcome.FAILED));
                  }
                });
    try (var world = new World(agent)) {
      var follower = world.says(null, "hi");
      World.until(follower, "Hel");
      world.chat.stop(world.alice, follower.turn().conversation(), follower.turn().id());
      assertThat(World.replyOf(follower).state()).isEqualTo(Turn.State.STOPPED);
      assertThat(ledger(world, follower)).containsExactly(call("one", SOME, Outcome.STOPPED));
      assertThat(usageAtTheEnd(world, follower)).isEqualTo(SOME);
    }
  }

  @Test
  void aWriteThatWasDoneAndFailedAllTheSameCountsNothingTwice() throws Exception {
    var failures = new AtomicInteger(2);
    var journal =
        new PassingJournal(store.journal()) {
          @Override
          public void store(
              Lease lease,
              List<Message> messages,
              List<ModelCall.Entry> calls,
              Segment events,
              long resumeFrom) {
            super.store(lease, messages, calls, events, resumeFrom);
            fail();
          }

          @Override
          public void leave(Lease lease, Rest rest) {
            super.leave(lease, rest);
            fail();
          }

          private void fail() {
            if (failures.getAndDecrement() > 0) throw new StorageFailed("in doubt", null);
          }
        };
    var agent =
        new ScriptedAgent()
            .thinks("hm")
            .reports(completed("one", SOME))
            .says("Hello")
            .reports(completed("two", MORE));
    try (var world = world(journal, agent)) {
      var follower = world.says(null, "hi");
      World.replyOf(follower);
      assertThat(failures).hasNonPositiveValue();
      assertThat(ledger(world, follower))
          .containsExactly(completed("one", SOME), completed("two", MORE));
      assertThat(world.turn(follower).usage()).isEqualTo(SOME.plus(MORE));
      assertThat(usageAtTheEnd(world, follower)).isEqualTo(SOME.plus(MORE));
    }
  }

  @Test
  void whatARefusedWriteDidNotStoreGoesWithTheNextOne() throws Exception {
    var journal =
        new PassingJournal(store.journal()) {
          @Override
          public void store(
              Lease lease,
              List<Message> messages,
              List<ModelCall.Entry> calls,
              Segment events,
              long resumeFrom) {
            throw new IllegalArgumentException("refused");
          }
        };
    var agent = new ScriptedAgent().thinks("hm").reports(completed("one", SOME)).says("Hello");
    try (var world = world(journal, agent)) {
      var follower = world.says(null, "hi");
      assertThat(World.replyOf(follower).state()).isEqualTo(Turn.State.FAILED);
      assertThat(ledger(world, follower)).containsExactly(completed("one", SOME));
      assertThat(usageAtTheEnd(world, follower)).isEqualTo(SOME);
    }
  }

  @Test
  void callsThatTheStoreNeverTakesDoNotKeepATurnFromItsEnd() throws Exception {
    var journal =
        new PassingJournal(store.journal()) {
          @Override
          public void leave(Lease lease, Rest rest) {
            if (!rest.calls().isEmpty()) throw new IllegalArgumentException("refused");
            super.leave(lease, rest);
          }
        };
    try (var world =
        world(journal, new ScriptedAgent().says("Hello").reports(completed("one", SOME)))) {
      var follower = world.says(null, "hi");
      World.allOf(follower);
      assertThat(world.turn(follower).state()).isEqualTo(Turn.State.FAILED);
      assertThat(ledger(world, follower)).isEmpty();
      assertThat(world.turn(follower).usage()).isEqualTo(Turn.Usage.NONE);
      assertThat(usageAtTheEnd(world, follower)).isEqualTo(Turn.Usage.NONE);
    }
  }

  @Test
  void aCrashTakesTheCallsThatWereNotWrittenYetAndNoOthers() throws Exception {
    var agent =
        new ScriptedAgent()
            .thinks("hm")
            .reports(completed("one", SOME))
            .says("Hel")
            .reports(completed("two", MORE))
            .hangs();
    // The first engine is never closed until the next has recovered: it died.
    var died = new World(store, agent, Toolset.NONE);
    var follower = died.says(null, "hi");
    World.until(follower, "Hel");
    try (var next =
        new World(
            store.conversations(),
            store.journal(),
            new ScriptedAgent(),
            Toolset.NONE,
            World.QUICK.withAlone(true))) {
      assertThat(next.turn(follower).state()).isEqualTo(Turn.State.INTERRUPTED);
      assertThat(ledger(next, follower)).containsExactly(completed("one", SOME));
      assertThat(next.turn(follower).usage()).isEqualTo(SOME);
      assertThat(usageAtTheEnd(next, follower)).isEqualTo(SOME);
    }
    died.close();
    assertThat(ledger(died, follower)).containsExactly(completed("one", SOME));
  }
}
