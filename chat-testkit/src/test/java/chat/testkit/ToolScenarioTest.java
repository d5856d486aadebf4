package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.memory.InMemoryStore;
import chat.model.Content;
import chat.model.Content.ToolCall.State;
import chat.model.Json;
import chat.model.Message;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Agent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tells how an agent's calls are made, stored, shown, approved and given up. */
@Timeout(60)
class ToolScenarioTest {
  private final InMemoryStore store = new InMemoryStore();
  private final ScriptedToolset tools = new ScriptedToolset();

  private static Tool tool(String name, Tool.Run run, Duration timeout) {
    return new Tool(name, "demo", "does " + name, Json.EMPTY, run, false, timeout, "1");
  }

  private static Tool tool(String name) {
    return tool(name, Tool.Run.FREELY, Duration.ofSeconds(30));
  }

  private static Agent.Call call(String name) {
    return new Agent.Call(name, new Json("{\"q\":1}"), new Json("{\"id\":\"call_" + name + "\"}"));
  }

  private World world(ScriptedAgent agent) {
    return new World(store, agent, tools);
  }

  private static List<Content.ToolCall> callsIn(List<Message> messages) {
    return messages.stream()
        .map(Message::content)
        .filter(Content.ToolCall.class::isInstance)
        .map(Content.ToolCall.class::cast)
        .toList();
  }

  @Test
  void theCallsOfAStepRunAtOnceAndComeBackInTheirOrder() throws Exception {
    var together = new CyclicBarrier(2);
    for (var name : List.of("a", "b")) {
      tools.has(
          tool(name),
          call -> {
            together.await();
            call.progress().accept(new TurnEvent.Progress("working on " + name, null));
            return ToolResult.text("did " + name);
          });
    }
    var agent =
        new ScriptedAgent()
            .says("let me see")
            .does(
                (request, sink) -> {
                  sink.arguments(0, "a", "{\"q\"");
                  sink.arguments(0, "a", ":1}");
                  var results = sink.call(List.of(call("a"), call("b")));
                  for (var result : callsIn(results)) sink.text(resultOf(result).text() + ". ");
                });
    try (var world = world(agent)) {
      var follower = world.says(null, "hi");
      var events = World.allOf(follower);
      var conversation = follower.turn().conversation();
      assertThat(world.texts(conversation))
          .containsExactly("hi", "let me see", "", "", "did a. did b. ");
      var history = world.history(conversation);
      assertThat(callsIn(history))
          .extracting(Content.ToolCall::name, Content.ToolCall::state, Content.ToolCall::server)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("a", State.SUCCEEDED, "demo"),
              org.assertj.core.groups.Tuple.tuple("b", State.SUCCEEDED, "demo"));
      assertThat(history.get(2).revision()).isEqualTo(1);
      assertThat(history.get(2).provider()).isEqualTo(new Json("{\"id\":\"call_a\"}"));
      assertThat(history).extracting(Message::step).containsExactly(0, 1, 1, 1, 2);

      var ofA =
          events.stream()
              .map(TurnEvent.Numbered::event)
              .filter(e -> mentions(e, history.get(2).id()))
              .map(e -> e.getClass().getSimpleName())
              .toList();
      assertThat(ofA)
          .containsExactly(
              "ToolStarted",
              "ToolArgumentsDelta",
              "ToolArgumentsDelta",
              "MessageUpdated",
              "ToolFinished",
              "MessageDone");
      assertThat(events)
          .extracting(TurnEvent.Numbered::event)
          .contains(new TurnEvent.Progress("working on b", null));
      assertThat(events.stream().map(TurnEvent.Numbered::number))
          .isEqualTo(java.util.stream.LongStream.rangeClosed(1, events.size()).boxed().toList());
    }
  }

  private static ToolResult resultOf(Content.ToolCall call) {
    return Objects.requireNonNull(call.result());
  }

  private static boolean mentions(TurnEvent event, Message.Id id) {
    return switch (event) {
      case TurnEvent.ToolStarted started -> started.message().equals(id);
      case TurnEvent.ToolArgumentsDelta delta -> delta.message().equals(id);
      case TurnEvent.ToolFinished finished -> finished.message().equals(id);
      case TurnEvent.MessageUpdated updated -> updated.message().id().equals(id);
      case TurnEvent.MessageDone done -> done.message().id().equals(id);
      default -> false;
    };
  }

  @Test
  void aCallThatFailsIsAResultAndTheTurnGoesOn() throws Exception {
    tools.has(
        tool("slow", Tool.Run.FREELY, Duration.ofMillis(50)),
        call -> {
          new CountDownLatch(1).await();
          return ToolResult.text("never");
        });
    tools.has(tool("never", Tool.Run.NEVER, Duration.ofSeconds(1)), call -> ToolResult.text("x"));
    tools.has(
        tool("broken"),
        call -> {
          throw new IllegalStateException("oops");
        });
    var agent =
        new ScriptedAgent()
            .calls(call("slow"), call("never"), call("broken"), call("absent"))
            .says("well");
    try (var world = world(agent)) {
      var reply = World.replyOf(world.says(null, "hi"));
      assertThat(reply.state()).isEqualTo(Turn.State.COMPLETED);
      assertThat(reply.text()).isEqualTo("well");
      var calls = callsIn(reply.messages());
      assertThat(calls)
          .extracting(Content.ToolCall::state)
          .containsExactlyInAnyOrder(State.FAILED, State.DENIED, State.FAILED, State.FAILED);
      assertThat(calls)
          .extracting(c -> resultOf(c).error())
          .containsExactlyInAnyOrder("timeout", "denied", "tool_error", "unknown_tool");
      assertThat(tools.calls()).extracting(c -> c.tool().name()).doesNotContain("never", "absent");
    }
  }

  @Test
  void aCallThatRunsWhenItsTurnIsStoppedHasAnUnknownOutcome() throws Exception {
    var running = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    tools.has(
        tool("slow"),
        call -> {
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return ToolResult.text("never");
        });
    try (var world = world(new ScriptedAgent().calls(call("slow")))) {
      var follower = world.says(null, "hi");
      running.await();
      var turn = follower.turn();
      world.chat.stop(world.alice, turn.conversation(), turn.id());
      var reply = World.replyOf(follower);
      assertThat(reply.state()).isEqualTo(Turn.State.STOPPED);
      var call = callsIn(world.history(turn.conversation())).get(0);
      assertThat(call.state()).isEqualTo(State.UNKNOWN);
      assertThat(call.result()).isNotNull();
      interrupted.await();
    }
  }

  @Test
  void argumentsThatAreNoObjectReachNoToolAndTheAgentIsTold() throws Exception {
    tools.has(tool("a"), call -> ToolResult.text("did it"));
    var torn = new Json("\"{\\\"q\\\":\"");
    var agent =
        new ScriptedAgent()
            .does(
                (request, sink) -> {
                  var calls =
                      List.of(
                          new Agent.Call("a", torn, null),
                          new Agent.Call("a", new Json("[1]"), null),
                          new Agent.Call("a", Json.EMPTY, null));
                  for (var result : callsIn(sink.call(calls))) {
                    sink.text(resultOf(result).error() + ",");
                  }
                });
    try (var world = world(agent)) {
      var follower = world.says(null, "hi");
      assertThat(World.replyOf(follower).text())
          .isEqualTo("invalid_arguments,invalid_arguments,null,");
      assertThat(tools.calls()).hasSize(1);
      var calls = callsIn(world.history(follower.turn().conversation()));
      assertThat(calls.get(0).arguments()).isEqualTo(torn);
      assertThat(calls.get(0).state()).isEqualTo(State.FAILED);
    }
  }
}
