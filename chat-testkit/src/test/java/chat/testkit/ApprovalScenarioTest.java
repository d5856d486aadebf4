package chat.testkit;

import static chat.testkit.Waiting.ask;
import static chat.testkit.Waiting.asking;
import static chat.testkit.Waiting.callOf;
import static chat.testkit.Waiting.callsIn;
import static chat.testkit.Waiting.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.engine.EngineSettings;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.Content.ToolCall.State;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.Agent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tells how a call waits for its user, and goes on with the answer. */
@Timeout(60)
class ApprovalScenarioTest {
  private static final Turn.Answer YES = new Turn.Answer.Approve(null);

  private final InMemoryStore store = new InMemoryStore();
  private final ScriptedToolset tools =
      new ScriptedToolset().has(ask("1"), call -> ToolResult.text("did " + call.arguments()));

  private World world(Agent agent) {
    return new World(store, agent, tools);
  }

  @Test
  void argumentsThatDoNotFitAreRefusedBeforeAnybodyIsAsked() throws Exception {
    tools.takes("ask", arguments -> !arguments.text().contains("1"));
    var agent =
        new ScriptedAgent()
            .does(
                (request, sink) -> {
                  var call = callsIn(sink.call(List.of(callOf("ask")))).get(0);
                  sink.text(resultOf(call).error() + ": " + resultOf(call).text());
                });
    try (var world = world(agent)) {
      var reply = World.replyOf(world.says(null, "hi"));
      assertThat(reply.state()).isEqualTo(Turn.State.COMPLETED);
      assertThat(reply.text()).isEqualTo("invalid_arguments: ask takes others");
      assertThat(tools.calls()).isEmpty();
    }
  }

  @Test
  void argumentsThatItsUserMadeUnfitAreRefusedOnceMore() throws Exception {
    tools.takes("ask", arguments -> arguments.text().contains("1"));
    try (var world = world(asking("ask"))) {
      var follower = world.says(null, "hi");
      World.replyOf(follower);
      var turn = world.turn(follower);
      var message = turn.awaiting().get(0).message();
      var answer = new Turn.Answer.Approve(new Json("{\"q\":2}"));
      world.chat.answer(world.alice, turn.conversation(), turn.id(), message, answer);
      World.allOf(follower);
      assertThat(World.replyOf(follower).text()).isEqualTo("invalid_arguments. ");
      assertThat(tools.calls()).isEmpty();
    }
  }

  @Test
  void argumentsThatItsUserMakesNoObjectReachNoTool() throws Exception {
    try (var world = world(asking("ask"))) {
      var follower = world.says(null, "hi");
      World.replyOf(follower);
      var turn = world.turn(follower);
      var message = turn.awaiting().get(0).message();
      var answer = new Turn.Answer.Approve(new Json("7"));
      world.chat.answer(world.alice, turn.conversation(), turn.id(), message, answer);
      World.allOf(follower);
      assertThat(World.replyOf(follower).text()).isEqualTo("invalid_arguments. ");
      assertThat(tools.calls()).isEmpty();
    }
  }

  @Test
  void aCallThatAsksWaitsForItsUserAndGoesOnWithTheAnswer() throws Exception {
    try (var world = world(asking("ask"))) {
      var follower = world.says(null, "hi");
      var conversation = follower.turn().conversation();
      assertThat(World.replyOf(follower).state()).isEqualTo(Turn.State.AWAITING);
      assertThat(tools.calls()).isEmpty();
      var turn = world.turn(follower);
      assertThat(turn.state()).isEqualTo(Turn.State.AWAITING);
      var pending = turn.awaiting().get(0);
      assertThatThrownBy(() -> world.says(conversation, "well?"))
          .isInstanceOfSatisfying(
              ChatException.Conflict.class,
              conflict -> assertThat(conflict.code()).isEqualTo("turn_awaiting"));

      var answer = new Turn.Answer.Approve(new Json("{\"q\":2}"));
      world.chat.answer(world.alice, conversation, turn.id(), pending.message(), answer);
      World.allOf(follower);
      assertThat(World.replyOf(follower).text()).isEqualTo("did {\"q\":2}. ");
      assertThat(world.turn(follower).state()).isEqualTo(Turn.State.COMPLETED);
      var call = callsIn(world.history(conversation)).get(0);
      assertThat(call.decidedBy()).isEqualTo(world.alice.user());
      assertThat(call.state()).isEqualTo(State.SUCCEEDED);
    }
  }

  @Test
  void aDeniedCallIsNotMadeAndTheAgentIsTold() throws Exception {
    try (var world = world(asking("ask"))) {
      var follower = world.says(null, "hi");
      World.replyOf(follower);
      var turn = world.turn(follower);
      var message = turn.awaiting().get(0).message();
      world.chat.answer(
          world.alice, turn.conversation(), turn.id(), message, new Turn.Answer.Deny());
      World.allOf(follower);
      assertThat(World.replyOf(follower).text()).isEqualTo("denied. ");
      assertThat(tools.calls()).isEmpty();
    }
  }

  @Test
  void aTurnThatWaitsCanBeStopped() throws Exception {
    try (var world = world(asking("ask"))) {
      var follower = world.says(null, "hi");
      World.replyOf(follower);
      var turn = follower.turn();
      world.chat.stop(world.alice, turn.conversation(), turn.id());
      Awaitility.await().until(() -> world.turn(follower).state() == Turn.State.STOPPED);
      assertThat(callsIn(world.history(turn.conversation())).get(0).state())
          .isEqualTo(State.DENIED);
    }
  }

  @Test
  void anAnswerThatNeverComesEndsTheTurn() throws Exception {
    tools.has(ask(Tool.Run.BY_THE_CLIENT, "1"), call -> ToolResult.text(""));
    var hasty =
        new EngineSettings.Timing(
            Duration.ZERO,
            Duration.ofMillis(50),
            Duration.ofMillis(20),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            Duration.ofMillis(20),
            Duration.ofHours(24),
            Duration.ZERO);
    var impatient = EngineSettings.DEFAULT.withTiming(hasty);
    try (var world =
        new World(store.conversations(), store.journal(), asking("ask"), tools, impatient)) {
      var follower = world.says(null, "hi");
      World.allOf(follower);
      var turn = world.turn(follower);
      assertThat(turn.state()).isEqualTo(Turn.State.STOPPED);
      assertThat(turn.endReason()).isEqualTo(Turn.EndReason.EXPIRED);
      var call = callsIn(world.history(turn.conversation())).get(0);
      assertThat(call.result()).isNotNull();
      assertThat(call.result().error()).isEqualTo("expired");
    }
  }

  @Test
  void whoDecidedAndWhenStandsInTheCall() throws Exception {
    try (var world = world(asking("ask"))) {
      var waiting = Waiting.in(world);
      assertThat(waiting.call().decidedBy()).isNull();
      waiting.answer(new Turn.Answer.Deny());
      waiting.said();
      var call = waiting.call();
      assertThat(call.decidedBy()).isEqualTo(world.alice.user());
      assertThat(call.decidedAt())
          .isBetween(
              waiting.turn().createdAt(), Objects.requireNonNull(waiting.turn().finishedAt()));
    }
  }

  @Test
  void anothersAnswerIsRefusedAsIfThereWereNoTurn() throws Exception {
    try (var world = world(asking("ask"))) {
      var waiting = Waiting.in(world);
      var turn = waiting.turn();
      var message = waiting.asked().message();
      var bob = Caller.withoutToken(new UserId("bob"));
      assertThatThrownBy(() -> world.chat.answer(bob, turn.conversation(), turn.id(), message, YES))
          .isInstanceOf(ChatException.NotFound.class);
      assertThat(waiting.turn()).isEqualTo(turn);
      assertThat(tools.calls()).isEmpty();
    }
  }

  @Test
  void anAnswerToAnotherQuestionIsNotRecorded() throws Exception {
    try (var world = world(asking("ask"))) {
      var waiting = Waiting.in(world);
      assertThatThrownBy(() -> waiting.answer(YES, "0".repeat(64)))
          .isInstanceOfSatisfying(
              ChatException.Conflict.class, e -> assertThat(e.code()).isEqualTo("call_changed"));
      assertThat(waiting.asked().answer()).isNull();
      waiting.answer(YES, waiting.hash());
      assertThat(waiting.said()).isEqualTo("did {\"q\":1}. ");
    }
  }
}
