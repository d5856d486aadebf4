package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.engine.EngineSettings;
import chat.memory.InMemoryStore;
import chat.model.Content;
import chat.model.Content.ToolCall.State;
import chat.model.Json;
import chat.model.Message;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.port.Agent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tells how far a turn may go with its tools, and what becomes of what goes further. */
@Timeout(60)
class LimitScenarioTest {
  private static final int KIB_256 = 256 << 10;

  private final InMemoryStore store = new InMemoryStore();
  private final ScriptedToolset tools =
      new ScriptedToolset()
          .has(Samples.tool("look"), call -> ToolResult.text("seen"))
          .has(Samples.tool("ask", Tool.Run.AFTER_APPROVAL), call -> ToolResult.text("allowed"));

  private static Agent.Call call(String name) {
    return new Agent.Call(name, Json.EMPTY, null);
  }

  private World world(ScriptedAgent agent) {
    return new World(store, agent, tools);
  }

  private World world(ScriptedAgent agent, int steps, int calls) {
    var all = EngineSettings.DEFAULT.limits();
    var limits =
        new EngineSettings.Limits(all.turns(), all.output(), all.toolResult(), steps, calls);
    return new World(
        store.conversations(), store.journal(), agent, tools, World.QUICK.withLimits(limits));
  }

  private static List<Content.ToolCall> callsIn(List<Message> messages) {
    return messages.stream()
        .map(Message::content)
        .filter(Content.ToolCall.class::isInstance)
        .map(Content.ToolCall.class::cast)
        .toList();
  }

  private static ToolResult resultOf(Content.ToolCall call) {
    return Objects.requireNonNull(call.result());
  }

  /** Calls one tool a step for as long as it may, and then says how often that was. */
  private static ScriptedAgent wellBehaved() {
    return new ScriptedAgent()
        .does(
            (request, sink) -> {
              int calls = 0;
              for (; sink.callsLeft() > 0; calls++) sink.call(List.of(call("look")));
              sink.text(calls + " calls");
            });
  }

  @Test
  void theLastOfATurnsStepsAnswersInWords() throws Exception {
    try (var world = world(wellBehaved(), 4, 32)) {
      var reply = World.replyOf(world.says(null, "hi"));
      assertThat(reply.state()).isEqualTo(Turn.State.COMPLETED);
      assertThat(reply.text()).isEqualTo("3 calls");
    }
  }

  @Test
  void aTurnMayMakeSoManyCallsAndNoMore() throws Exception {
    var agent =
        new ScriptedAgent()
            .does(
                (request, sink) -> {
                  var asked = Collections.nCopies(4, call("look"));
                  sink.call(asked);
                  assertThat(sink.callsLeft()).isEqualTo(2);
                  for (var result : callsIn(sink.call(asked))) {
                    sink.text(resultOf(result).error() + ",");
                  }
                  assertThat(sink.callsLeft()).isZero();
                });
    try (var world = world(agent, 10, 6)) {
      var follower = world.says(null, "hi");
      assertThat(World.replyOf(follower).text())
          .isEqualTo("null,null,limit_reached,limit_reached,");
      assertThat(tools.calls()).hasSize(6);
      assertThat(callsIn(world.history(follower.turn().conversation())))
          .extracting(Content.ToolCall::state)
          .endsWith(State.SUCCEEDED, State.FAILED, State.FAILED)
          .hasSize(8);
    }
  }

  @Test
  void whatWasAskedBeforeTheTurnWaitedCountsToo() throws Exception {
    var agent =
        new ScriptedAgent()
            .then(
                (request, sink) -> {
                  if (request.history().size() > 1) return true;
                  sink.call(List.of(call("look")));
                  return !sink.call(List.of(call("ask"), call("look"))).isEmpty();
                })
            .does((request, sink) -> sink.text(sink.callsLeft() + " left"));
    try (var world = world(agent, 10, 5)) {
      var follower = world.says(null, "hi");
      World.replyOf(follower);
      approve(world, world.turn(follower));
      World.allOf(follower);
      assertThat(World.replyOf(follower).text()).isEqualTo("2 left");
    }
    var steps =
        new ScriptedAgent()
            .then(
                (request, sink) ->
                    request.history().size() > 1 || !sink.call(List.of(call("ask"))).isEmpty())
            .does((request, sink) -> sink.text(sink.callsLeft() + " left"));
    try (var world = world(steps, 2, 32)) {
      var follower = world.says(null, "hi");
      World.replyOf(follower);
      approve(world, world.turn(follower));
      World.allOf(follower);
      assertThat(World.replyOf(follower).text()).isEqualTo("0 left");
    }
  }

  private static void approve(World world, Turn turn) {
    var message = turn.awaiting().get(0).message();
    var yes = new Turn.Answer.Approve(null);
    world.chat.answer(world.alice, turn.conversation(), turn.id(), message, yes);
  }

  @Test
  void aModelThatGoesOnAskingEndsItsTurn() throws Exception {
    var steps = new ArrayList<Integer>();
    var agent =
        new ScriptedAgent()
            .does(
                (request, sink) -> {
                  while (true) {
                    sink.call(List.of(call("look"), call("ask")));
                    steps.add(sink.callsLeft());
                  }
                });
    try (var world = world(agent, 1, 32)) {
      var follower = world.says(null, "hi");
      var reply = World.replyOf(follower);
      assertThat(reply.state()).isEqualTo(Turn.State.FAILED);
      assertThat(reply.failure()).isNotNull();
      assertThat(reply.failure().code()).isEqualTo("limit_reached");
      assertThat(steps).containsExactly(0, 0);
      assertThat(tools.calls()).isEmpty();
      var calls = callsIn(world.history(follower.turn().conversation()));
      assertThat(calls).hasSize(6).allMatch(call -> call.state() == State.FAILED);
    }
  }

  @Test
  void callsThemselvesAreOutputEvenWithoutArguments() throws Exception {
    var many = Collections.nCopies(10_000, call("look"));
    try (var world = world(new ScriptedAgent().does((request, sink) -> sink.call(many)))) {
      var follower = world.says(null, "hi");
      var reply = World.replyOf(follower);
      assertThat(reply.failure()).isNotNull();
      assertThat(reply.failure().code()).isEqualTo("model_bad_reply");
      assertThat(callsIn(world.history(follower.turn().conversation()))).isEmpty();
    }
  }

  private ToolResult resultOf(ToolResult given) throws InterruptedException {
    tools.has(Samples.tool("give"), call -> given);
    try (var world = world(new ScriptedAgent().calls(call("give")))) {
      return resultOf(callsIn(World.replyOf(world.says(null, "hi")).messages()).get(0));
    }
  }

  @Test
  void tenMegabytesAreCutBetweenTwoCharacters() throws Exception {
    var kept = resultOf(ToolResult.text("a😀é".repeat(10 << 17)));

    assertThat(kept.truncated()).isTrue();
    assertThat(kept.error()).isNull();
    assertThat(kept.text().getBytes(StandardCharsets.UTF_8).length).isBetween(KIB_256 - 3, KIB_256);
    assertThat(kept.text()).startsWith("a😀é").doesNotContain("\ufffd");
    assertThat(Character.isHighSurrogate(kept.text().charAt(kept.text().length() - 1))).isFalse();
  }

  @Test
  void ofEverSoManyPartsAFewHundredStay() throws Exception {
    var many = Collections.nCopies(100_000, (ToolResult.Part) new ToolResult.Part.Text(""));
    var kept = resultOf(new ToolResult(many, null, null, false));

    assertThat(kept.parts()).hasSize(256);
    assertThat(kept.truncated()).isTrue();
  }

  @Test
  void whatFitsExactlyStaysWhole() throws Exception {
    var exactly = ToolResult.text("é".repeat(KIB_256 / 2));

    assertThat(resultOf(exactly)).isEqualTo(exactly);
    assertThat(resultOf(ToolResult.text("é".repeat(KIB_256 / 2) + "!")).truncated()).isTrue();
  }

  @Test
  void imagesLinksAndDataAreKeptWholeOrNotAtAll() throws Exception {
    var words = new ToolResult.Part.Text("small");
    var small = new ToolResult.Part.Image("image/png", "AAAA");
    var large = new ToolResult.Part.Image("image/png", "A".repeat(10 << 20));
    var link = new ToolResult.Part.Link("https://example.org/", "here");
    var data = new Json("\"" + "d".repeat(KIB_256) + "\"");

    var kept =
        resultOf(new ToolResult(List.of(words, large, small, link), data, "tool_error", false));

    assertThat(kept)
        .isEqualTo(new ToolResult(List.of(words, small, link), null, "tool_error", true));
    var piece = resultOf(new ToolResult(List.of(), data, null, false));
    assertThat(piece.structured()).isNull();
    assertThat(piece.text()).startsWith("\"ddd").hasSize(KIB_256);
    assertThat(piece.truncated()).isTrue();
  }
}
