package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.engine.Follower;
import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.port.Agent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Is a turn of Alice's that waits for her answer to a call. */
record Waiting(World world, Follower follower) {
  static Waiting in(World world) throws InterruptedException {
    var follower = world.says(null, "hi");
    assertThat(World.replyOf(follower).state()).isEqualTo(Turn.State.AWAITING);
    return new Waiting(world, follower);
  }

  Turn turn() {
    return world.turn(follower);
  }

  Turn.Pending asked() {
    return turn().awaiting().get(0);
  }

  String hash() {
    return Objects.requireNonNull(asked().seal()).hash();
  }

  void answer(Turn.Answer answer) {
    answer(answer, null);
  }

  void answer(Turn.Answer answer, @Nullable String hash) {
    var turn = turn();
    var message = turn.awaiting().get(0).message();
    world.chat.answer(world.alice, turn.conversation(), turn.id(), message, answer, hash);
  }

  /** Follows to the end, and returns what the agent then said. */
  String said() throws InterruptedException {
    World.allOf(follower);
    return World.replyOf(follower).text();
  }

  Content.ToolCall call() {
    return callsIn(world.history(follower.turn().conversation())).get(0);
  }

  /** Waits until it awaits again, for another question than this one. */
  void awaitsOtherThan(Turn.Pending before) {
    Awaitility.await()
        .until(
            () -> {
              var now = turn();
              return now.state() == Turn.State.AWAITING && !now.awaiting().contains(before);
            });
  }

  static Tool ask(String revision) {
    return ask(Tool.Run.AFTER_APPROVAL, revision);
  }

  static Tool ask(Tool.Run run, String revision) {
    return new Tool(
        "ask", "demo", "does it", Json.EMPTY, run, false, Duration.ofSeconds(30), revision);
  }

  static Agent.Call callOf(String name) {
    return new Agent.Call(name, new Json("{\"q\":1}"), null);
  }

  static List<Content.ToolCall> callsIn(List<Message> messages) {
    return messages.stream()
        .map(Message::content)
        .filter(Content.ToolCall.class::isInstance)
        .map(Content.ToolCall.class::cast)
        .toList();
  }

  static ToolResult resultOf(Content.ToolCall call) {
    return Objects.requireNonNull(call.result());
  }

  /** Calls tools, unless their results are there already; then it says what they gave. */
  static ScriptedAgent asking(String... names) {
    return new ScriptedAgent()
        .then(
            (request, sink) -> {
              var results = callsIn(request.history());
              if (results.isEmpty()) {
                var calls = List.of(names).stream().map(Waiting::callOf).toList();
                return !sink.call(calls).isEmpty();
              }
              for (var call : results) {
                var error = resultOf(call).error();
                sink.text((error == null ? resultOf(call).text() : error) + ". ");
              }
              return false;
            })
        .does(
            (request, sink) -> {
              throw new IllegalStateException("a call that waits has no result");
            });
  }
}
