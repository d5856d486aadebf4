package chat.agent.openai;

import static chat.agent.openai.ResponseEvents.COMPLETED;
import static chat.agent.openai.ResponseEvents.CREATED;
import static chat.agent.openai.ResponseEvents.added;
import static chat.agent.openai.ResponseEvents.call;
import static chat.agent.openai.ResponseEvents.called;
import static chat.agent.openai.ResponseEvents.delta;
import static chat.agent.openai.ResponseEvents.done;
import static chat.agent.openai.ResponseEvents.ended;
import static chat.agent.openai.ResponseEvents.message;
import static chat.agent.openai.ResponseEvents.reasoning;
import static chat.agent.openai.ResponseEvents.saidWhole;
import static chat.agent.openai.ResponseEvents.says;
import static chat.agent.openai.ResponseEvents.typed;
import static chat.agent.openai.ScriptedModel.event;
import static chat.agent.openai.ScriptedModel.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import chat.agent.openai.ScriptedModel.Held;
import chat.model.ChatException.AgentFailed;
import chat.model.ChatException.AgentFailed.Reason;
import chat.model.Content;
import chat.model.Json;
import chat.model.Source;
import chat.model.Turn;
import chat.model.TurnEvent.Notice;
import chat.port.Agent;
import chat.testkit.AgentContract;
import chat.testkit.RecordingSink;
import chat.testkit.RecordingSink.Argument;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what the Responses API streams. */
class ResponsesTest {
  private static final Turn.Usage USAGE = new Turn.Usage(11, 3, 7, 2);

  private final ScriptedModel model = new ScriptedModel();
  private final RecordingSink sink = new RecordingSink();

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void textReasoningAndCallsArriveWhileTheyStream() {
    model.streams(
        CREATED,
        typed("response.in_progress", "\"response\":{\"error\":null}"),
        added(0, "{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[]}"),
        summary(0, "They want "),
        summary(0, "a sum."),
        summary(1, "I add."),
        done(0, reasoning("rs_1", "They want a sum.\n\nI add.")),
        saidWhole(1, "Let me add."),
        added(2, call("call_a", "add", "")),
        delta("function_call_arguments", 2, "{\"a\""),
        delta("function_call_arguments", 2, ":1}"),
        done(2, call("call_a", "add", "{\"a\":1}")),
        called(3, "call_b", "add", "{\"a\":2}"),
        ended("completed", "", USAGE));
    run();
    assertThat(sink.reasoning()).isEqualTo("They want a sum.\n\nI add.");
    assertThat(sink.texts()).containsExactly("Let me add.");
    assertThat(sink.arguments())
        .containsExactly(
            new Argument(0, "add", ""),
            new Argument(0, "add", "{\"a\""),
            new Argument(0, "add", ":1}"),
            new Argument(1, "add", ""),
            new Argument(1, "add", "{\"a\":2}"));
    assertThat(sink.steps())
        .containsExactly(
            List.of(
                new Agent.Call("add", new Json("{\"a\":1}"), model.kept("call_a")),
                new Agent.Call("add", new Json("{\"a\":2}"), model.kept("call_b"))));
    assertThat(sink.usage()).isEqualTo(USAGE);
  }

  @Test
  void anAnswerEndsWithItsLastEventAlthoughTheConnectionStaysOpen() {
    model.holds(Held.silentAfter(CREATED, saidWhole(0, "a"), COMPLETED));
    run();
    assertThat(sink.text()).isEqualTo("a");
  }

  @Test
  void whatWasNotStreamedIsTakenFromItsItem() {
    model.streams(
        done(0, reasoning("rs_1", "hm")),
        done(1, message("Hello", "")),
        done(2, call("call_a", "add", "{\"a\":1}")),
        done(3, call("call_b", "add", "")),
        COMPLETED);
    run();
    assertThat(sink.reasoning()).isEqualTo("hm");
    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(sink.steps().get(0))
        .extracting(Agent.Call::arguments)
        .containsExactly(new Json("{\"a\":1}"), Json.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWholeResponseIsTakenWhereNothingWasStreamed(boolean asAnEvent) {
    var response =
        "{\"object\":\"response\",\"status\":\"completed\",\"error\":null,\"output\":["
            + reasoning("rs_1", "hm")
            + ","
            + message("Hello", "")
            + "],\"usage\":{\"input_tokens\":11,\"output_tokens\":7}}";
    if (asAnEvent) model.streams(typed("response.completed", "\"response\":" + response));
    else model.answers(status(200, response));
    run();
    assertThat(sink.reasoning()).isEqualTo("hm");
    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(sink.usage()).isEqualTo(new Turn.Usage(11, 0, 7, 0));
  }

  @Test
  void twoTextsAndTwoThoughtsInARowStandApart() {
    model.streams(
        delta("reasoning_text", 0, "hm"),
        delta("reasoning_summary_text", 0, "not twice"),
        done(0, reasoning("rs_1", "")),
        done(1, reasoning("rs_2", "so")),
        saidWhole(2, "One."),
        saidWhole(3, "Two."),
        COMPLETED);
    run();
    assertThat(sink.reasoning()).isEqualTo("hm\n\nso");
    assertThat(sink.text()).isEqualTo("One.\n\nTwo.");
  }

  @Test
  void aTextWhoseItemIsCountedOtherwiseIsSaidOnce() {
    model.streams(says(0, "Hel"), says(0, "lo"), done(1, message("Hello", "")), COMPLETED);
    run();
    assertThat(sink.text()).isEqualTo("Hello");
  }

  @Test
  void aRefusalIsText() {
    model.streams(delta("refusal", 0, "I can't."), COMPLETED);
    run();
    assertThat(sink.text()).isEqualTo("I can't.");
  }

  @Test
  void whatIsUnknownIsSkipped() {
    model.streams(
        ": hi\n\n",
        typed("response.web_search_call.searching", "\"output_index\":0,\"item_id\":\"ws_1\""),
        done(0, "{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"status\":\"completed\"}"),
        event("{\"type\":null,\"delta\":7}"),
        event("{}"),
        typed("response.output_text.delta", "\"output_index\":null,\"delta\":null"),
        typed("response.output_item.done", "\"item\":null"),
        says(1, "ok"),
        COMPLETED,
        ScriptedModel.DONE);
    run();
    assertThat(sink.texts()).containsExactly("ok");
  }

  @Test
  void citationsAreSourcesOfTheText() {
    model.streams(
        saidWhole(0, "Davor."),
        delta("reasoning_summary_text", 3, "hm"),
        saidWhole(1, "Zuerst."),
        says(2, "Grüße 🌍 aus"),
        citation(2, "https://example.org/a", 7),
        citation(2, "javascript:alert(1)", 7),
        citation(2, "http://example.org/b", 900),
        COMPLETED);
    run();
    assertThat(sink.sources())
        .containsExactly(
            new Content.Citation(
                Source.Url.of("A \"page\"", "https://example.org/a"),
                "Zuerst.\n\nGrüße 🌍".length()),
            new Content.Citation(Source.Url.of("A \"page\"", "http://example.org/b"), null));
  }

  @ParameterizedTest
  @CsvSource({"max_output_tokens,limit of length", "content_filter,content filter"})
  void aResponseThatWasCutOffIsCompleteWithANotice(String reason, String words) {
    var details = "\"incomplete_details\":{\"reason\":\"" + reason + "\"},";
    model.streams(says(0, "so far"), ended("incomplete", details, USAGE));
    run();
    assertThat(sink.text()).isEqualTo("so far");
    assertThat(sink.usage()).isEqualTo(USAGE);
    assertThat(sink.told())
        .singleElement()
        .satisfies(told -> assertThat(((Notice) told).message()).contains(words));
  }

  @ParameterizedTest
  @CsvSource({
    "server_error,MODEL_OVERLOADED", "rate_limit_exceeded,MODEL_RATE_LIMITED",
    "invalid_prompt,MODEL_REFUSED", "something_new,MODEL_BAD_REPLY"
  })
  void aResponseThatFailedSaysWhyAndWhatItUsed(String code, Reason reason) {
    var error = "\"error\":{\"code\":\"" + code + "\",\"message\":\"because\"},";
    model.streams(says(0, "so far"), ended("failed", error, USAGE));
    var failure = failure();
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure).hasMessage("the model broke off with an error: because");
    assertThat(sink.text()).isEqualTo("so far");
    assertThat(sink.usage()).isEqualTo(USAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\",\"param\":null",
        "\"error\":{\"type\":\"rate_limit_exceeded\",\"message\":\"slow down\"}"
      })
  void anErrorEndsTheStream(String members) {
    model.streams(says(0, "so far"), typed("error", members));
    var failure = failure();
    assertThat(failure.reason()).isEqualTo(Reason.MODEL_RATE_LIMITED);
    assertThat(failure).hasMessageEndingWith(": slow down");
    assertThat(model.requests()).isEqualTo(1);
  }

  @Test
  void aResponseWithoutItsEndIsABadReply() {
    model.streams(CREATED, saidWhole(0, "so far"));
    assertThat(failure().reason()).isEqualTo(Reason.MODEL_BAD_REPLY);
    assertThat(sink.text()).isEqualTo("so far");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"error\":{\"message\":\"no\"}}", "{\"choices\":[]}"})
  void jsonThatIsNoResponseIsABadReply(String body) {
    model.answers(status(200, body));
    assertThat(failure().reason()).isEqualTo(Reason.MODEL_BAD_REPLY);
  }

  private static String summary(int part, String delta) {
    return typed(
        "response.reasoning_summary_text.delta",
        "\"item_id\":\"rs_1\",\"output_index\":0,\"summary_index\":"
            + part
            + ",\"delta\":"
            + ScriptedModel.quote(delta));
  }

  private static String citation(int index, String url, int end) {
    return typed(
        "response.output_text.annotation.added",
        "\"output_index\":"
            + index
            + ",\"content_index\":0,\"annotation_index\":0,\"annotation\":{\"type\":\"url_citation\","
            + "\"url\":\""
            + url
            + "\",\"title\":\"A \\\"page\\\"\",\"start_index\":0,\"end_index\":"
            + end
            + "}");
  }

  private void run() {
    model
        .agent(model.settings().api(OpenAiSettings.Api.RESPONSES))
        .run(AgentContract.request("hi"), sink);
  }

  private AgentFailed failure() {
    return catchThrowableOfType(AgentFailed.class, this::run);
  }
}
