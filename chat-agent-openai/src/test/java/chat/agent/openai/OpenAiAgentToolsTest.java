package chat.agent.openai;

import static chat.agent.openai.ScriptedModel.DONE;
import static chat.agent.openai.ScriptedModel.STOP;
import static chat.agent.openai.ScriptedModel.chunk;
import static chat.agent.openai.ScriptedModel.finish;
import static chat.agent.openai.ScriptedModel.quote;
import static chat.agent.openai.ScriptedModel.say;
import static chat.agent.openai.ScriptedModel.tool;
import static chat.agent.openai.ScriptedModel.used;
import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.port.Agent;
import chat.testkit.AgentContract;
import chat.testkit.RecordingSink;
import chat.testkit.RecordingSink.Argument;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiAgentToolsTest {
  private static final Json SCHEMA =
      new Json("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}");
  private static final Tool ADD =
      new Tool("add", null, "Adds.", SCHEMA, Tool.Run.FREELY, true, Duration.ofSeconds(1), "r1");

  private final ScriptedModel model = new ScriptedModel();
  private final RecordingSink sink = new RecordingSink(OpenAiAgentToolsTest::results);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void callsAreShownWhileTheyStreamAndTheirResultsGoBack() throws Exception {
    model
        .streams(
            say("Let me add."),
            tool(piece(0, "call_a", "add", "")),
            tool(piece(0, null, null, "{\"a\"")),
            tool(piece(0, null, null, ":1}")),
            tool(piece(1, "call_b", "add", "{\"a\":2}")),
            finish("tool_calls"),
            used(new Turn.Usage(10, 0, 5, 0)),
            DONE)
        .streams(say("Done."), STOP, used(new Turn.Usage(20, 8, 6, 0)), DONE);
    model.agent().run(request(), sink);

    assertThat(sink.arguments())
        .containsExactly(
            new Argument(0, "add", ""),
            new Argument(0, "add", "{\"a\""),
            new Argument(0, "add", ":1}"),
            new Argument(1, "add", "{\"a\":2}"));
    assertThat(sink.steps())
        .containsExactly(
            List.of(
                new Agent.Call("add", new Json("{\"a\":1}"), model.kept("call_a")),
                new Agent.Call("add", new Json("{\"a\":2}"), model.kept("call_b"))));
    assertThat(sink.texts()).containsExactly("Let me add.", "Done.");
    assertThat(sink.usage()).isEqualTo(new Turn.Usage(30, 8, 11, 0));

    var first = json(model.takeBody());
    assertThat(first.path("tools"))
        .isEqualTo(
            json(
                "[{\"type\":\"function\",\"function\":{\"name\":\"add\",\"description\":\"Adds.\","
                    + "\"parameters\":"
                    + SCHEMA
                    + "}}]"));
    assertThat(first.has("tool_choice")).isFalse();
    var second = json(model.takeBody()).path("messages");
    assertThat(second.get(0)).isEqualTo(first.path("messages").get(0));
    assertThat(second.get(1)).isEqualTo(first.path("messages").get(1));
    assertThat(second.get(2))
        .isEqualTo(
            json(
                """
                {"role": "assistant", "content": "Let me add.", "tool_calls": [
                  {"id": "call_a", "type": "function",
                   "function": {"name": "add", "arguments": "{\\"a\\":1}"}},
                  {"id": "call_b", "type": "function",
                   "function": {"name": "add", "arguments": "{\\"a\\":2}"}}]}
                """));
    assertThat(second.get(3))
        .isEqualTo(
            json("{\"role\":\"tool\",\"tool_call_id\":\"call_a\",\"content\":\"result 0\"}"));
    assertThat(second.get(4))
        .isEqualTo(
            json("{\"role\":\"tool\",\"tool_call_id\":\"call_b\",\"content\":\"result 1\"}"));
    assertThat(second).hasSize(5);
  }

  @Test
  void aStepThatSomebodyMustAnswerEndsTheRun() {
    model.streams(tool(piece(0, "a", "add", "{}")), finish("tool_calls"), DONE);
    var waiting = new RecordingSink();
    model.agent().run(request(), waiting);
    assertThat(waiting.steps()).hasSize(1);
    assertThat(model.requests()).isEqualTo(1);
  }

  @Test
  void callsCountWhateverTheFinishReasonIs() {
    model.streams(tool(piece(0, "a", "add", "")), STOP, DONE).streams(say("ok"), STOP, DONE);
    model.agent().run(request(), sink);
    assertThat(sink.steps())
        .containsExactly(List.of(new Agent.Call("add", Json.EMPTY, model.kept("a"))));
  }

  @Test
  void callsOfAnAnswerThatWasCutOffAreNotMade() {
    model.streams(tool(piece(0, "a", "add", "{\"a\":")), finish("length"), DONE);
    model.agent().run(request(), sink);
    assertThat(sink.steps()).isEmpty();
    assertThat(sink.told()).hasSize(1);
  }

  @Test
  void callsThatShareAnIndexAreToldApartByTheirIds() {
    model
        .streams(
            tool(piece(0, "a", "add", "{\"a\":1}")),
            tool(piece(0, "b", "add", "{\"a\":2}")),
            finish("tool_calls"),
            DONE)
        .streams(say("ok"), STOP, DONE);
    model.agent().run(request(), sink);
    assertThat(sink.steps().get(0))
        .extracting(Agent.Call::arguments)
        .containsExactly(new Json("{\"a\":1}"), new Json("{\"a\":2}"));
    assertThat(sink.arguments()).extracting(Argument::index).containsExactly(0, 1);
  }

  @Test
  void callsWithoutAnIndexAndNamesThatRepeatAreUnderstood() {
    model
        .streams(
            tool("{\"id\":\"a\",\"function\":{\"name\":\"add\",\"arguments\":\"{\\\"a\\\":\"}}"),
            tool("{\"id\":\"a\",\"function\":{\"name\":\"add\",\"arguments\":\"1}\"}}"),
            tool("{\"id\":\"b\",\"function\":{\"name\":\"add\",\"arguments\":\"{}\"}}"),
            finish("tool_calls"),
            DONE)
        .streams(say("ok"), STOP, DONE);
    model.agent().run(request(), sink);
    assertThat(sink.steps().get(0))
        .containsExactly(
            new Agent.Call("add", new Json("{\"a\":1}"), model.kept("a")),
            new Agent.Call("add", Json.EMPTY, model.kept("b")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":", "[1]", "\"x\"", "{\"a\":1}}", "{\"a\":\"\\u0000\"}", "\0"})
  void argumentsThatAreNoJsonObjectGoToTheEngineAsAString(String arguments) throws Exception {
    model
        .streams(tool(piece(0, "a", "add", arguments)), finish("tool_calls"), DONE)
        .streams(say("ok"), STOP, DONE);
    model.agent().run(request(), sink);
    var given = sink.steps().get(0).get(0).arguments();
    assertThat(json(given.text()).textValue()).isEqualTo(arguments.replace('\0', '\uFFFD'));
    model.takeBody();
    var back = json(model.takeBody()).path("messages").get(2).path("tool_calls").get(0);
    assertThat(back.path("function").path("arguments").textValue()).isEqualTo("{}");
  }

  @Test
  void wholeCallsThatNothingTellsApartAreCallsOfTheirOwn() {
    model
        .streams(
            tool("{\"function\":{\"name\":\"add\",\"arguments\":\"{\\\"a\\\":1}\"}}"),
            tool("{\"function\":{\"name\":\"add\",\"arguments\":\"{\\\"a\\\":2}\"}}"),
            tool(piece(7, "same", "add", "{\"a\":3}")),
            tool(piece(7, "same", "add", "{\"a\":4}")),
            tool(piece(7, "same", "add", "")),
            finish("tool_calls"),
            DONE)
        .streams(say("ok"), STOP, DONE);
    model.agent().run(request(), sink);
    assertThat(sink.steps().get(0))
        .extracting(call -> call.arguments().text())
        .containsExactly("{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":4}");
  }

  @Test
  void idsThatRepeatAreMadeUniqueForTheModel() throws Exception {
    model
        .streams(
            tool(piece(0, "call_0", "add", "{}")),
            tool(piece(1, "call_0", "add", "{}")),
            finish("tool_calls"),
            DONE)
        .streams(tool(piece(0, "call_0", "add", "{}")), finish("tool_calls"), DONE)
        .streams(say("ok"), STOP, DONE);
    model.agent().run(request(), sink);
    model.takeBody();
    model.takeBody();
    var messages = json(model.takeBody()).path("messages");
    var ids = new ArrayList<String>();
    messages.findValues("tool_calls").forEach(calls -> ids.addAll(calls.findValuesAsText("id")));
    assertThat(ids).hasSize(3).doesNotHaveDuplicates().startsWith("call_0");
    assertThat(messages.findValuesAsText("tool_call_id")).containsExactlyElementsOf(ids);
  }

  @Test
  void aNameThatNoToolMayHaveIsMended() throws Exception {
    model
        .streams(tool(piece(0, "a", "functions.add 1" + "x".repeat(60), "{}")), STOP, DONE)
        .streams(say("ok"), STOP, DONE);
    model.agent().run(request(), sink);
    model.takeBody();
    var call = json(model.takeBody()).path("messages").get(2).path("tool_calls").get(0);
    assertThat(call.path("function").path("name").textValue())
        .isEqualTo("functions_add_1" + "x".repeat(49));
  }

  @Test
  void whatAnEndpointWantsBackWithItsCallsGoesBackToIt() throws Exception {
    var signed =
        piece(0, "a", "add", "{}")
            .replace("\"index\"", "\"extra_content\":{\"google\":{\"s\":\"x\"}},\"index\"");
    model
        .streams(
            chunk("{\"reasoning_content\":\"They want \"}", "null"),
            chunk("{\"reasoning_content\":\"a sum.\"}", "null"),
            tool(signed),
            tool(piece(1, "b", "add", "{}")),
            finish("tool_calls"),
            DONE)
        .streams(say("ok"), STOP, DONE);
    model.agent().run(request(), sink);
    model.takeBody();
    var assistant = json(model.takeBody()).path("messages").get(2);
    assertThat(assistant.path("reasoning_content").asText()).isEqualTo("They want a sum.");
    var calls = assistant.path("tool_calls");
    assertThat(calls.get(0).path("extra_content")).hasToString("{\"google\":{\"s\":\"x\"}}");
    assertThat(calls.get(1).has("extra_content")).isFalse();

    // Another model is not told.
    var request = request();
    var told = new ArrayList<>(request.history());
    told.addAll(results(sink.steps().get(0)));
    var options = new Content.Options("other", null);
    model
        .agent()
        .run(
            new Agent.Request(
                request.turn(), request.systemPrompt(), told, request.tools(), options),
            sink);
    var others = model.takeBody();
    assertThat(json(others).path("model").asText()).isEqualTo("other");
    assertThat(others).contains("\"tool_calls\"").doesNotContain("reasoning_content", "extra");
  }

  @Test
  void whenTheTurnMayMakeNoMoreCallsTheModelIsToAnswerInWords() throws Exception {
    sink.leaves(2);
    model
        .streams(tool(piece(0, "a", "add", "{}")), finish("tool_calls"), DONE)
        .streams(tool(piece(0, "b", "add", "{}")), finish("tool_calls"), DONE)
        .streams(say("Enough."), STOP, DONE);
    model.agent().run(request(), sink);
    assertThat(sink.text()).isEqualTo("Enough.");
    for (int i = 0; i < 2; i++) assertThat(json(model.takeBody()).has("tool_choice")).isFalse();
    assertThat(json(model.takeBody()).path("tool_choice").asText()).isEqualTo("none");
  }

  private static Agent.Request request() {
    var plain = AgentContract.request("1 + 2?");
    return new Agent.Request(
        plain.turn(), plain.systemPrompt(), plain.history(), List.of(ADD), plain.options());
  }

  static List<Message> results(List<Agent.Call> calls) {
    return IntStream.range(0, calls.size())
        .mapToObj(
            i -> {
              var call = calls.get(i);
              var ended =
                  Content.ToolCall.pending(call.name(), null, call.arguments())
                      .ended(
                          Content.ToolCall.State.SUCCEEDED, ToolResult.text("result " + i), null);
              return message(Turn.Id.next(), 1, ended, call.provider());
            })
        .toList();
  }

  private static Message message(Turn.Id turn, int step, Content content, @Nullable Json provider) {
    return new Message(
        Message.Id.next(),
        Conversation.Id.next(),
        2,
        turn,
        step,
        null,
        Message.Siblings.ONLY,
        content,
        false,
        0,
        provider,
        Instant.EPOCH);
  }

  private static String piece(
      int index, @Nullable String id, @Nullable String name, String arguments) {
    return "{\"index\":"
        + index
        + (id == null ? "" : ",\"id\":" + quote(id) + ",\"type\":\"function\"")
        + ",\"function\":{"
        + (name == null ? "" : "\"name\":" + quote(name) + ",")
        + "\"arguments\":"
        + quote(arguments)
        + "}}";
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }
}
