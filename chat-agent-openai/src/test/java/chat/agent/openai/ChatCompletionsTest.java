package chat.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Content;
import chat.model.Content.GeneratedImage.Image;
import chat.model.Content.ToolCall;
import chat.model.Json;
import chat.model.Message;
import chat.model.Question;
import chat.model.Task;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.port.Agent;
import chat.testkit.AgentContract;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChatCompletionsTest {
  private static final String ORIGIN = "api.example:443 gpt-test";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Agent.Request asked = AgentContract.request("And now?");
  private final List<Message> history = new ArrayList<>();

  @Test
  void aConversationBecomesMessages() throws IOException {
    var first = Turn.Id.next();
    add(first, 0, Content.UserInput.of("What is the weather?"));
    add(first, 1, new Content.Reasoning("They want the weather.", null));
    add(first, 1, new Content.AssistantText("Let me look.", List.of()));
    add(first, 1, called("weather", "{\"city\":\"Bonn\"}", ToolResult.text("rain")), "call_1");
    add(first, 1, called("weather", "{\"city\":\"Köln\"}", failed()), "call_2");
    add(first, 2, called("clock", "{}", structured()));
    add(first, 3, new Content.AssistantText("Rain in Bonn.", List.of()));
    var second = Turn.Id.next();
    add(second, 0, new Content.HiddenContext(new Json("{\"tab\":\"map\"}")));
    add(second, 0, new Content.HiddenContext(new Json("\"they are in Bonn\"")));
    add(
        second,
        0,
        new Content.UserInput(
            List.of(
                new Content.Part.Text("Tell "),
                new Content.Part.Tag("u1", "@bob", Json.EMPTY, null, true),
                new Content.Part.Text(" about it")),
            List.of(),
            "Rain\nin Bonn.",
            Content.Options.NONE));
    assertThat(body(Content.Options.NONE))
        .isEqualTo(
            JSON.readTree(
                """
                {"model": "gpt-test", "stream": true, "stream_options": {"include_usage": true},
                 "messages": [
                  {"role": "system", "content": "You are terse."},
                  {"role": "user", "content": "What is the weather?"},
                  {"role": "assistant", "content": "Let me look.", "tool_calls": [
                    {"id": "call_1", "type": "function",
                     "function": {"name": "weather", "arguments": "{\\"city\\":\\"Bonn\\"}"}},
                    {"id": "call_2", "type": "function",
                     "function": {"name": "weather", "arguments": "{\\"city\\":\\"Köln\\"}"}}]},
                  {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
                  {"role": "tool", "tool_call_id": "call_2", "content": "error (timeout): too slow"},
                  {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "000000006", "type": "function",
                     "function": {"name": "clock", "arguments": "{}"}}]},
                  {"role": "tool", "tool_call_id": "000000006",
                   "content": "{\\"hour\\":7}"},
                  {"role": "assistant", "content": "Rain in Bonn."},
                  {"role": "user", "content": "<context>\\n{\\"tab\\":\\"map\\"}\\n</context>"},
                  {"role": "user", "content": "<context>\\nthey are in Bonn\\n</context>"},
                  {"role": "user", "content": "> Rain\\n> in Bonn.\\n\\nTell @bob about it"}]}
                """));
  }

  @Test
  void callsHaveTheIdsThatTheirModelGaveThemAndOthersHaveSomeThatAnyTakes() throws IOException {
    var long64 = "x".repeat(64);
    var call = called("look", "{}", ToolResult.text("ok"));
    add(Turn.Id.next(), 1, call, long64);
    add(Turn.Id.next(), 1, call, long64);
    add(Turn.Id.next(), 1, call);
    history.add(
        new Message(
            new Message.Id(new UUID(0, 35)),
            asked.turn().conversation(),
            4,
            Turn.Id.next(),
            1,
            null,
            Message.Siblings.ONLY,
            call,
            false,
            0,
            kept("call_of_another", "api.example:443 gpt-other"),
            Instant.EPOCH));
    assertThat(body(Content.Options.NONE).path("messages").findValuesAsText("tool_call_id"))
        .containsExactly(long64, "000000002", "000000003", "00000000z");
  }

  @Test
  void answersOfTwoTurnsStayApart() throws IOException {
    add(Turn.Id.next(), 1, new Content.AssistantText("a", List.of()));
    add(Turn.Id.next(), 1, new Content.AssistantText("b", List.of()));
    assertThat(body(Content.Options.NONE).path("messages").findValuesAsText("content"))
        .containsExactly("You are terse.", "a", "b");
  }

  @Test
  void everyPartOfAResultIsTold() throws IOException {
    var result =
        new ToolResult(
            List.of(
                new ToolResult.Part.Text("see"),
                new ToolResult.Part.Image("image/png", "AAAA"),
                new ToolResult.Part.Link("https://example.org/a", "a")),
            null,
            null,
            true);
    add(Turn.Id.next(), 1, called("look", "{}", result));
    add(Turn.Id.next(), 1, called("look", "{}", null));
    var messages = body(Content.Options.NONE).path("messages");
    assertThat(messages.get(2).path("content").asText())
        .isEqualTo(
            """
            see
            [an image, image/png]
            [a](https://example.org/a)
            [the result was too large and is cut off here]\
            """);
    assertThat(messages.get(4).path("content").asText()).isEqualTo("error: there is no result");
  }

  @Test
  void dataIsToldWhereThereAreNoWords() throws IOException {
    var image = new ToolResult.Part.Image("image/png", "AAAA");
    var data = new Json("{\"hour\":7}");
    add(Turn.Id.next(), 1, called("a", "{}", new ToolResult(List.of(image), data, null, false)));
    var words = List.<ToolResult.Part>of(new ToolResult.Part.Text("It is seven."));
    add(Turn.Id.next(), 1, called("b", "{}", new ToolResult(words, data, null, false)));
    var messages = body(Content.Options.NONE).path("messages");
    assertThat(messages.get(2).path("content").asText())
        .isEqualTo("[an image, image/png]\n{\"hour\":7}");
    assertThat(messages.get(4).path("content").asText()).isEqualTo("It is seven.");
  }

  @Test
  void theModelIsToldWhatIsNotKnown() throws IOException {
    var cut = ToolResult.error("interrupted", "The server is gone.");
    add(
        Turn.Id.next(),
        1,
        ToolCall.pending("pay", null, Json.EMPTY).ended(ToolCall.State.UNKNOWN, cut, null));
    assertThat(body(Content.Options.NONE).path("messages").get(2).path("content").asText())
        .isEqualTo(
            """
            error (interrupted): The server is gone.
            [it is not known whether the call had an effect]\
            """);
  }

  @Test
  void aDescriptionIsNoLongerThanProvidersTakeIt() throws IOException {
    var tool =
        new Tool(
            "long",
            null,
            "x".repeat(1022) + "\ud83d\ude00 and more",
            Json.EMPTY,
            Tool.Run.FREELY,
            true,
            Duration.ofSeconds(1),
            "1");
    var request =
        new Agent.Request(asked.turn(), "", asked.history(), List.of(tool), Content.Options.NONE);
    assertThat(body(request).at("/tools/0/function/description").asText())
        .isEqualTo("x".repeat(1022) + "…");
  }

  @Test
  void whatWasShownIsToldInWords() throws IOException {
    var turn = Turn.Id.next();
    add(turn, 1, new Content.Widget(Json.EMPTY, "12 °C"));
    add(turn, 2, new Content.Widget(new Json("{\"type\":\"Card\"}"), null));
    add(turn, 3, new Content.Workflow(List.of(), null, false));
    add(turn, 3, new Content.Task(new Task.Custom(Task.Status.NONE, "Looked", null, "twice")));
    add(turn, 3, new Content.GeneratedImage(null, 0.5));
    add(turn, 3, new Content.GeneratedImage(new Image("i", "data:image/png;base64,AA=="), null));
    var asked = new Question.Choice("q", "Which?", List.of("a", "b"), false, null);
    add(
        turn,
        4,
        Content.StructuredInput.of(List.of(asked))
            .answered(Map.of("q", Question.Given.of("b")), false));
    add(turn, 5, new Content.Action("todo.done", new Json("{\"id\":1}"), null));
    add(turn, 2, new Content.Reasoning("hm", null));
    assertThat(body(Content.Options.NONE).path("messages").findValuesAsText("content"))
        .containsExactly(
            "You are terse.",
            "12 °C",
            "<shown>\n{\"type\":\"Card\"}\n</shown>",
            "<shown>\nLooked: twice\n</shown>",
            "<shown>\nan image\n</shown>",
            "<form>\nWhich? b\n</form>",
            "<action>\nThe user did: todo.done {\"id\":1}\n</action>");
  }

  @Test
  void aBlankSystemPromptIsLeftOut() throws IOException {
    var request =
        new Agent.Request(asked.turn(), " ", asked.history(), List.of(), Content.Options.NONE);
    assertThat(body(request).path("messages").findValuesAsText("role")).containsExactly("user");
  }

  @Test
  void textThatCannotBeWrittenIsMended() throws IOException {
    add(Turn.Id.next(), 1, new Content.AssistantText("half \ud83d and \0", List.of()));
    assertThat(body(Content.Options.NONE).path("messages").get(1).path("content").asText())
        .isEqualTo("half \ufffd and \ufffd");
  }

  private JsonNode body(Content.Options options) throws IOException {
    return body(new Agent.Request(asked.turn(), asked.systemPrompt(), history, List.of(), options));
  }

  private static JsonNode body(Agent.Request request) throws IOException {
    var dialect = new ChatCompletions(request, "gpt-test", ORIGIN);
    return JSON.readTree(dialect.body(ToolChoice.AUTO));
  }

  private static ToolCall called(String name, String arguments, @Nullable ToolResult result) {
    return new ToolCall(
        name,
        null,
        new Json(arguments),
        ToolCall.State.SUCCEEDED,
        false,
        result,
        null,
        null,
        null,
        null);
  }

  private static ToolResult failed() {
    return ToolResult.error("timeout", "too slow");
  }

  private static ToolResult structured() {
    return new ToolResult(List.of(), new Json("{\"hour\":7}"), null, false);
  }

  private static Json kept(String callId, String origin) {
    return new Json("{\"id\":\"%s\",\"from\":\"%s\"}".formatted(callId, origin));
  }

  private void add(Turn.Id turn, int step, Content content) {
    add(turn, step, content, null);
  }

  private void add(Turn.Id turn, int step, Content content, @Nullable String callId) {
    history.add(
        new Message(
            new Message.Id(new UUID(0, history.size() + 1L)),
            asked.turn().conversation(),
            history.size() + 1L,
            turn,
            step,
            null,
            Message.Siblings.ONLY,
            content,
            false,
            0,
            callId == null ? null : kept(callId, ORIGIN),
            Instant.EPOCH));
  }
}
