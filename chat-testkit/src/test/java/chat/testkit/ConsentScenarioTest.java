package chat.testkit;

import static chat.testkit.Waiting.ask;
import static chat.testkit.Waiting.asking;
import static chat.testkit.Waiting.callsIn;
import static chat.testkit.Waiting.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.memory.InMemoryStore;
import chat.model.ChatException;
import chat.model.Content;
import chat.model.Content.ToolCall.State;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.Agent;
import chat.port.ConversationRepository;
import chat.port.ConversationRepository.Accepted;
import chat.port.Lease;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tells what an approval is good for, and what it is not. */
@Timeout(60)
class ConsentScenarioTest {
  private static final Turn.Answer YES = new Turn.Answer.Approve(null);

  private final InMemoryStore store = new InMemoryStore();
  private final ScriptedToolset tools =
      new ScriptedToolset().has(ask("1"), call -> ToolResult.text("did " + call.arguments()));

  private World world(Agent agent) {
    return new World(store, agent, tools);
  }

  @Test
  void aToolThatWasChangedAfterItsApprovalAsksAgain() throws Exception {
    tools.has(Samples.tool("free", Tool.Run.AFTER_APPROVAL), call -> ToolResult.text("free"));
    try (var world = world(asking("ask", "free"))) {
      var waiting = Waiting.in(world);
      var first = waiting.asked();
      var seen = waiting.hash();
      waiting.answer(new Turn.Answer.Approve(new Json("{\"q\":2}")));
      tools.has(ask("2"), call -> ToolResult.text("did the new " + call.arguments()));
      var turn = waiting.turn();
      var other = turn.awaiting().get(1).message();
      world.chat.answer(world.alice, turn.conversation(), turn.id(), other, YES);

      waiting.awaitsOtherThan(first);
      assertThat(waiting.turn().awaiting())
          .extracting(Turn.Pending::message)
          .containsExactly(first.message());
      assertThat(waiting.asked().expiresAt()).isAfter(first.expiresAt());
      assertThat(waiting.call().state()).isEqualTo(State.AWAITING);
      assertThat(waiting.call().decidedBy()).isNull();
      assertThat(waiting.call().arguments()).isEqualTo(new Json("{\"q\":1}"));
      assertThat(tools.calls()).as("the other call was made").hasSize(1);
      for (var stale : new @Nullable String[] {seen, null}) {
        assertThatThrownBy(() -> waiting.answer(YES, stale))
            .isInstanceOfSatisfying(
                ChatException.Conflict.class, e -> assertThat(e.code()).isEqualTo("call_changed"));
      }

      waiting.answer(YES, waiting.hash());
      assertThat(waiting.said()).isEqualTo("did the new {\"q\":1}. free. ");
      assertThat(tools.calls()).hasSize(2);
      assertThat(waiting.turn().state()).isEqualTo(Turn.State.COMPLETED);
    }
  }

  @Test
  void whoFollowsSeesThatItIsAskedAgain() throws Exception {
    try (var world = world(asking("ask"))) {
      var waiting = Waiting.in(world);
      var first = waiting.asked();
      tools.has(ask("2"), call -> ToolResult.text("new"));
      waiting.answer(YES);
      waiting.awaitsOtherThan(first);
      waiting.answer(new Turn.Answer.Deny());
      var events =
          World.allOf(waiting.follower()).stream()
              .map(numbered -> numbered.event().getClass().getSimpleName())
              .toList();
      assertThat(events)
          .containsSubsequence(
              "TurnResumed",
              "ToolAwaiting",
              "MessageUpdated",
              "TurnAwaiting",
              "TurnResumed",
              "ToolFinished",
              "MessageDone",
              "TurnEnded");
      assertThat(tools.calls()).isEmpty();
    }
  }

  @Test
  void aToolThatMayNoLongerBeCalledIsDeniedForAllThatWasApproved() throws Exception {
    try (var world = world(asking("ask"))) {
      var waiting = Waiting.in(world);
      tools.has(ask(Tool.Run.NEVER, "1"), call -> ToolResult.text("no"));
      waiting.answer(YES);
      assertThat(waiting.said()).isEqualTo("denied. ");
      assertThat(waiting.call().state()).isEqualTo(State.DENIED);
      assertThat(tools.calls()).isEmpty();
    }
  }

  @Test
  void aToolThatIsGoneByTheTimeItIsApprovedIsUnknown() throws Exception {
    tools.hasFor(new UserId("alice"), ask("1"), call -> ToolResult.text("did it"));
    try (var world = world(asking("ask"))) {
      var waiting = Waiting.in(world);
      tools.hasFor(new UserId("bob"), ask("1"), call -> ToolResult.text("bob's"));
      waiting.answer(YES);
      assertThat(waiting.said()).isEqualTo("unknown_tool. ");
      assertThat(tools.calls()).isEmpty();
    }
  }

  @Test
  void argumentsThatWereSwappedAfterTheApprovalAreRefused() throws Exception {
    var swapped = new Json("{\"q\":1000}");
    try (var world = tampered(work -> with(work, call -> call.with(swapped), pending -> pending))) {
      var waiting = Waiting.in(world);
      waiting.answer(YES);
      assertThat(waiting.said()).isEqualTo("arguments_changed. ");
      assertThat(waiting.call().state()).isEqualTo(State.DENIED);
      assertThat(tools.calls()).isEmpty();
    }
  }

  @Test
  void aStoreMayWriteTheArgumentsInItsOwnWay() throws Exception {
    var same = new Json("{ \"\\u0071\" : 1.0 }");
    try (var world = tampered(work -> with(work, call -> call.with(same), pending -> pending))) {
      var waiting = Waiting.in(world);
      waiting.answer(YES);
      assertThat(waiting.said()).isEqualTo("did " + same + ". ");
    }
  }

  @Test
  void aQuestionFromBeforeThereWereSealsIsAskedAgain() throws Exception {
    UnaryOperator<Turn.Pending> unsealed =
        pending ->
            new Turn.Pending(
                pending.message(),
                pending.expiresAt(),
                null,
                pending.answer(),
                pending.answeredAt());
    var tampering =
        new UnaryOperator<Lease.Work>() {
          private int works;

          @Override
          public Lease.Work apply(Lease.Work work) {
            return works++ > 0 ? work : with(work, call -> call, unsealed);
          }
        };
    try (var world = tampered(tampering)) {
      var waiting = Waiting.in(world);
      var first = waiting.asked();
      waiting.answer(YES);
      waiting.awaitsOtherThan(first);
      assertThat(tools.calls()).isEmpty();
      waiting.answer(YES, waiting.hash());
      assertThat(waiting.said()).isEqualTo("did {\"q\":1}. ");
    }
  }

  /** Starts a world whose store hands out other work than was stored. */
  private World tampered(UnaryOperator<Lease.Work> tampering) {
    var real = store.conversations();
    var repository =
        (ConversationRepository)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ConversationRepository.class},
                (proxy, method, arguments) -> {
                  try {
                    var result = method.invoke(real, arguments);
                    if (!method.getName().equals("answer")) return result;
                    var accepted = (Accepted) result;
                    var work = accepted.work();
                    if (work == null) return accepted;
                    return new Accepted(
                        accepted.turn(), accepted.repeated(), tampering.apply(work));
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return new World(repository, store.journal(), asking("ask"), tools, World.QUICK);
  }

  private static Lease.Work with(
      Lease.Work work, UnaryOperator<Content.ToolCall> calls, UnaryOperator<Turn.Pending> pending) {
    var history =
        work.history().stream()
            .map(
                message ->
                    message.content() instanceof Content.ToolCall call
                        ? message.with(calls.apply(call), message.revision())
                        : message)
            .toList();
    var turn = work.turn();
    var changed =
        new Turn(
            turn.owner(),
            turn.id(),
            turn.conversation(),
            turn.userMessage(),
            turn.state(),
            turn.endReason(),
            turn.failure(),
            turn.usage(),
            turn.awaiting().stream().map(pending).toList(),
            turn.queued(),
            turn.lastEvent(),
            turn.resumeFrom(),
            turn.createdAt(),
            turn.finishedAt());
    return new Lease.Work(
        work.lease(),
        work.why(),
        changed,
        work.options(),
        work.steps(),
        work.stop(),
        history,
        work.events());
  }

  @Test
  void aCallThatWasCutOffHasAnUnknownOutcome() throws Exception {
    tools.has(
        ask(Tool.Run.FREELY, "1"),
        call -> ToolResult.error("interrupted", "The connection is lost."));
    var agent = new ScriptedAgent().calls(new Agent.Call("ask", Json.EMPTY, null)).says("well");
    try (var world = world(agent)) {
      var reply = World.replyOf(world.says(null, "hi"));
      assertThat(reply.text()).isEqualTo("well");
      var call = callsIn(reply.messages()).get(0);
      assertThat(call.state()).isEqualTo(State.UNKNOWN);
      assertThat(resultOf(call).error()).isEqualTo("interrupted");
    }
  }
}
