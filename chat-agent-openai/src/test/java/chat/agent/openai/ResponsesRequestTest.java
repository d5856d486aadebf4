package chat.agent.openai;

import static chat.agent.openai.ResponseEvents.COMPLETED;
import static chat.agent.openai.ResponseEvents.called;
import static chat.agent.openai.ResponseEvents.done;
import static chat.agent.openai.ResponseEvents.message;
import static chat.agent.openai.ResponseEvents.reasoning;
import static chat.agent.openai.ResponseEvents.saidWhole;
import static chat.agent.openai.ResponseEvents.says;
import static chat.agent.openai.ScriptedModel.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.port.Agent;
import chat.testkit.AgentContract;
import chat.testkit.RecordingSink;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks at what goes to a model that speaks Responses, step by step. */
class ResponsesRequestTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Json SCHEMA =
      new Json("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}");
  private static final Tool ADD =
      new Tool("add", null, "Adds.", SCHEMA, Tool.Run.FREELY, true, Duration.ofSeconds(1), "r1");

  private final ScriptedModel model = new ScriptedModel();
  private final List<Message> history = new ArrayList<>();
  private final Agent.Request plain = AgentContract.request("1 + 2?");
  private final RecordingSink sink = new RecordingSink(this::results);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void aConversationBecomesItems() throws Exception {
    var before = Turn.Id.next();
    add(before, 0, Content.UserInput.of("What is the weather?"), null);
    add(before, 1, new Content.Reasoning("They want the weather.", null), null);
    add(before, 1, new Content.AssistantText("Let me look.", List.of()), null);
    add(before, 1, callOf("weather", ToolResult.text("rain")), model.kept("call_1").text());
    add(before, 1, callOf("clock", ToolResult.error("timeout", "too slow")), null);
    add(before, 2, new Content.AssistantText("Rain in Bonn.", List.of()), null);
    history.addAll(plain.history());
    model.streams(says(0, "3"), COMPLETED);
    run(List.of(ADD), Content.Options.NONE);

    var request = model.takeRequest();
    assertThat(request.getUrl().encodedPath()).isEqualTo("/v1/responses");
    var body = JSON.readTree(Objects.requireNonNull(request.getBody()).utf8());
    var given = body.at("/input/3/call_id").asText();
    assertThat(given).matches("[0-9a-z]{9}");
    assertThat(body)
        .isEqualTo(
            JSON.readTree(
                """
                {"model": "gpt-test", "stream": true, "store": false,
                 "include": ["reasoning.encrypted_content"],
                 "instructions": "You are terse.",
                 "input": [
                  {"type": "message", "role": "user", "content": "What is the weather?"},
                  {"type": "message", "role": "assistant", "content": "Let me look."},
                  {"type": "function_call", "call_id": "call_1", "name": "weather",
                   "arguments": "{}"},
                  {"type": "function_call", "call_id": "%s", "name": "clock",
                   "arguments": "{}"},
                  {"type": "function_call_output", "call_id": "call_1", "output": "rain"},
                  {"type": "function_call_output", "call_id": "%s",
                   "output": "error (timeout): too slow"},
                  {"type": "message", "role": "assistant", "content": "Rain in Bonn."},
                  {"type": "message", "role": "user", "content": "1 + 2?"}],
                 "tools": [{"type": "function", "name": "add", "description": "Adds.",
                  "parameters": %s, "strict": false}]}
                """
                    .formatted(given, given, SCHEMA)));
  }

  @Test
  void reasoningGoesBackAsItCameBeforeWhatItCameWith() throws Exception {
    history.addAll(plain.history());
    model
        .streams(
            done(0, reasoning("rs_1", "They want a sum.")),
            done(1, message("Let me add.", "\"phase\":\"commentary\",")),
            done(2, reasoning("rs_2", "")),
            called(3, "call_a", "add", "{\"a\":1}"),
            called(4, "call_b", "add", "{\"a\":2}"),
            COMPLETED)
        .streams(done(0, reasoning("rs_3", "")), saidWhole(1, "3"), COMPLETED);
    run(List.of(ADD), Content.Options.NONE);

    model.takeBody();
    var expected = expectedInput();
    assertThat(input()).isEqualTo(expected);
    assertThat(sink.providers())
        .extracting(Json::text)
        .first()
        .asString()
        .contains("\"phase\":\"commentary\"", "gAAA+rs_1")
        .doesNotContain("rs_2");
    assertThat(sink.steps().get(0).get(0).provider()).asString().contains("gAAA+rs_2");
    assertThat(sink.steps().get(0).get(1).provider()).isEqualTo(model.kept("call_b"));

    // The same from history, as after an approval.
    history.add(
        stored(
            plain.turn().id(),
            1,
            new Content.AssistantText("Let me add.", List.of()),
            sink.providers().get(0)));
    history.addAll(results(sink.steps().get(0)));
    model.streams(saidWhole(0, "3"), COMPLETED);
    run(List.of(ADD), Content.Options.NONE);
    assertThat(input()).isEqualTo(expected);
  }

  private static JsonNode expectedInput() throws IOException {
    return JSON.readTree(
        """
        [{"type": "message", "role": "user", "content": "1 + 2?"},
         %s,
         {"type": "message", "role": "assistant", "content": "Let me add.", "phase": "commentary"},
         %s,
         {"type": "function_call", "call_id": "call_a", "name": "add",
          "arguments": "{\\"a\\":1}"},
         {"type": "function_call", "call_id": "call_b", "name": "add",
          "arguments": "{\\"a\\":2}"},
         {"type": "function_call_output", "call_id": "call_a", "output": "result 0"},
         {"type": "function_call_output", "call_id": "call_b", "output": "result 1"}]
        """
            .formatted(reasoning("rs_1", "They want a sum."), reasoning("rs_2", "")));
  }

  @Test
  void reasoningOfAnotherTurnOrModelStaysAway() throws Exception {
    var kept = "{\"id\":\"c\",\"from\":\"%s\",\"phase\":\"commentary\",\"reasoning\":[%s]}";
    var here = model.baseUrl().getHost() + ":" + model.baseUrl().getPort() + " gpt-test";
    var own = kept.formatted(here, reasoning("rs_1", ""));
    var others = kept.formatted("api.example:443 gpt-test", reasoning("rs_2", ""));
    var before = Turn.Id.next();
    add(before, 0, Content.UserInput.of("Hi"), null);
    add(before, 1, new Content.AssistantText("Before.", List.of()), own);
    history.addAll(plain.history());
    var turn = plain.turn().id();
    add(turn, 1, callOf("add", ToolResult.text("1")), others);
    add(turn, 2, callOf("add", ToolResult.text("2")), own);
    model.streams(saidWhole(0, "3"), COMPLETED);
    run(List.of(ADD), Content.Options.NONE);
    var input = input();
    assertThat(input.findValuesAsText("type"))
        .containsExactly(
            "message",
            "message",
            "message",
            "function_call",
            "function_call_output",
            "reasoning",
            "function_call",
            "function_call_output");
    assertThat(input.get(1).path("phase").asText()).isEqualTo("commentary");
    assertThat(input.get(5)).isEqualTo(JSON.readTree(reasoning("rs_1", "")));
    assertThat(input.findValuesAsText("call_id")).containsSubsequence("c", "c").doesNotContain("");
  }

  @Test
  void reasoningWithoutContentOrFollowerIsDropped() throws Exception {
    history.addAll(plain.history());
    var bare = "{\"id\":\"rs_0\",\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":null}";
    model
        .streams(
            done(0, bare),
            called(1, "call_a", "add", "{}"),
            done(2, reasoning("rs_9", "")),
            COMPLETED)
        .streams(saidWhole(0, "3"), COMPLETED);
    run(List.of(ADD), Content.Options.NONE);
    model.takeBody();
    assertThat(input().findValuesAsText("type"))
        .containsExactly("message", "function_call", "function_call_output");
  }

  @Test
  void halfACharacterThatAModelSaidIsReplacedInTheNextStep() throws Exception {
    history.addAll(plain.history());
    model
        .streams(
            done(0, reasoning("rs_1", "hm").replace("hm", "h\\ud83d")),
            done(1, message("Hi", "").replace("Hi", "Hi\\ud83d")),
            called(2, "call_a", "add", "{}"),
            COMPLETED)
        .streams(saidWhole(0, "3"), COMPLETED);
    run(List.of(ADD), Content.Options.NONE);
    model.takeBody();
    var input = input();
    assertThat(input.get(1).at("/summary/0/text").asText()).isEqualTo("h\uFFFD");
    assertThat(input.get(2).path("content").asText()).isEqualTo("Hi\uFFFD");
  }

  @Test
  void whatCannotBeSentIsLeftOut() throws Exception {
    history.addAll(plain.history());
    model
        .streams(
            done(0, reasoning("rs_0", "a\0b")),
            saidWhole(1, " \n"),
            done(2, reasoning("rs_2", "")),
            called(3, "call_a", "add", "{}"),
            COMPLETED)
        .streams(saidWhole(0, "3"), COMPLETED);
    run(List.of(ADD), Content.Options.NONE);
    model.takeBody();
    var input = input();
    assertThat(input)
        .extracting(item -> item.path("type").asText())
        .containsExactly("message", "reasoning", "function_call", "function_call_output");
    assertThat(input.get(1).path("id").asText()).isEqualTo("rs_2");
  }

  @Test
  void whatAModelDoesNotTakeIsLeftOut() throws Exception {
    history.addAll(plain.history());
    var refusal =
        "{\"error\":{\"message\":\"Encrypted content is not supported with this model.\","
            + "\"type\":\"invalid_request_error\",\"param\":\"include\",\"code\":null}}";
    model.answers(status(400, refusal)).streams(saidWhole(0, "3"), COMPLETED);
    run(List.of(), Content.Options.NONE);
    assertThat(sink.text()).isEqualTo("3");
    assertThat(JSON.readTree(model.takeBody()).has("include")).isTrue();
    assertThat(JSON.readTree(model.takeBody()).has("include")).isFalse();
    assertThat(model.waits()).isEmpty();
  }

  @Test
  void whatIsRefusedAgainIsRefused() {
    history.addAll(plain.history());
    model.answers(status(400, "{\"error\":{\"message\":\"bad include\"}}"));
    assertThat(catchThrowable(() -> run(List.of(), Content.Options.NONE)))
        .hasMessageContaining("bad include");
    assertThat(model.requests()).isEqualTo(2);
  }

  private static ToolResult drawn() {
    return new ToolResult(
        List.of(
            new ToolResult.Part.Text("A cat."),
            new ToolResult.Part.Image("image/png", "AAAA"),
            new ToolResult.Part.Link("https://example.org/cat", "cat")),
        Json.EMPTY,
        null,
        false);
  }

  @Test
  void imagesOfAToolAreShown() throws Exception {
    history.addAll(plain.history());
    add(plain.turn().id(), 1, callOf("draw", drawn()), null);
    model.streams(saidWhole(0, "A cat."), COMPLETED);
    run(List.of(ADD), Content.Options.NONE);
    assertThat(input().get(2).path("output"))
        .isEqualTo(
            JSON.readTree(
                """
                [{"type": "input_text", "text": "A cat.\\n[cat](https://example.org/cat)"},
                 {"type": "input_image", "image_url": "data:image/png;base64,AAAA",
                  "detail": "auto"}]
                """));
  }

  @Test
  void aModelThatSeesNoImagesIsToldOfThem() throws Exception {
    history.addAll(plain.history());
    add(plain.turn().id(), 1, callOf("draw", drawn()), null);
    model
        .answers(status(400, "{\"error\":{\"message\":\"no image input here\"}}"))
        .streams(called(0, "call_a", "add", "{}"), COMPLETED)
        .streams(saidWhole(0, "A cat."), COMPLETED);
    run(List.of(ADD), Content.Options.NONE);
    assertThat(input().get(2).path("output").isArray()).isTrue();
    assertThat(input().get(2).path("output").asText())
        .isEqualTo("A cat.\n[cat](https://example.org/cat)\n[an image]");
    assertThat(input().get(2).path("output").isTextual()).isTrue();
  }

  @Test
  void aToolMayBeAskedFor() throws Exception {
    history.addAll(plain.history());
    model
        .streams(called(0, "call_a", "add", "{}"), COMPLETED)
        .streams(saidWhole(0, "3"), COMPLETED);
    run(List.of(ADD), new Content.Options("other", model.kept("add")));
    var first = JSON.readTree(model.takeBody());
    assertThat(first.path("model").asText()).isEqualTo("other");
    assertThat(first.path("tool_choice"))
        .isEqualTo(JSON.readTree("{\"type\":\"function\",\"name\":\"add\"}"));
    assertThat(JSON.readTree(model.takeBody()).has("tool_choice")).isFalse();
  }

  private JsonNode input() throws Exception {
    return JSON.readTree(model.takeBody()).path("input");
  }

  private void run(List<Tool> tools, Content.Options options) {
    var request = new Agent.Request(plain.turn(), plain.systemPrompt(), history, tools, options);
    model.agent(model.settings().api(OpenAiSettings.Api.RESPONSES)).run(request, sink);
  }

  private static Content.ToolCall callOf(String name, ToolResult result) {
    return Content.ToolCall.pending(name, null, Json.EMPTY)
        .ended(Content.ToolCall.State.SUCCEEDED, result, null);
  }

  private List<Message> results(List<Agent.Call> calls) {
    return IntStream.range(0, calls.size())
        .mapToObj(
            i -> {
              var call = calls.get(i);
              var ended =
                  Content.ToolCall.pending(call.name(), null, call.arguments())
                      .ended(
                          Content.ToolCall.State.SUCCEEDED, ToolResult.text("result " + i), null);
              return stored(plain.turn().id(), 1, ended, call.provider());
            })
        .toList();
  }

  private void add(Turn.Id turn, int step, Content content, @Nullable String provider) {
    history.add(stored(turn, step, content, provider == null ? null : new Json(provider)));
  }

  private Message stored(Turn.Id turn, int step, Content content, @Nullable Json provider) {
    return new Message(
        Message.Id.next(),
        plain.turn().conversation(),
        1,
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
}
