package chat.agent.openai;

import static chat.agent.openai.ScriptedModel.DONE;
import static chat.agent.openai.ScriptedModel.STOP;
import static chat.agent.openai.ScriptedModel.event;
import static chat.agent.openai.ScriptedModel.finish;
import static chat.agent.openai.ScriptedModel.say;
import static chat.agent.openai.ScriptedModel.status;
import static chat.agent.openai.ScriptedModel.tool;
import static chat.agent.openai.ScriptedModel.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.agent.openai.ScriptedModel.Held;
import chat.model.ChatException.AgentFailed;
import chat.model.ModelCall;
import chat.model.ModelCall.Outcome;
import chat.model.Turn;
import chat.testkit.AgentContract;
import chat.testkit.RecordingSink;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of each model call. */
class ModelCallsTest {
  private static final Turn.Usage USAGE = new Turn.Usage(11, 3, 7, 2);
  private static final Turn.Usage MORE = new Turn.Usage(30, 20, 5, 0);
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final String NAMED = event("{\"model\":\"gpt-test-2026\",\"choices\":[]}");

  private final ScriptedModel model = new ScriptedModel();
  private final RecordingSink sink = new RecordingSink(OpenAiAgentToolsTest::results);

  @AfterEach
  void close() {
    model.close();
  }

  private static ModelCall call(String name, Turn.@Nullable Usage usage, Outcome outcome) {
    return new ModelCall(name, usage, Duration.ZERO, outcome);
  }

  /** Returns what was told, but for the time that it took. */
  private List<ModelCall> told() {
    return sink.modelCalls().stream()
        .map(told -> call(told.model(), told.usage(), told.outcome()))
        .toList();
  }

  private void run(OpenAiAgent agent) {
    agent.run(AgentContract.request("hi"), sink);
  }

  private OpenAiAgent responses() {
    return model.agent(model.settings().api(OpenAiSettings.Api.RESPONSES));
  }

  @Test
  void everyStepIsACallWithTheNameThatTheProviderGives() {
    var calls = tool("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\"}}");
    model
        .streams(NAMED, calls, finish("tool_calls"), used(USAGE), DONE)
        .streams(say("ok"), STOP, used(MORE), DONE);

    run(model.agent());

    assertThat(told())
        .containsExactly(
            call("gpt-test-2026", USAGE, Outcome.COMPLETED),
            call("gpt-test", MORE, Outcome.COMPLETED));
  }

  @Test
  void anAttemptThatFailedIsACallOfItsOwnAndTheWaitIsNoneOfIts() {
    model
        .answers(status(400, "{\"error\":\"unknown field: stream_options\"}"))
        .answers(status(503, "", "Retry-After", "20"))
        .streams(NAMED, say("ok"), STOP, used(USAGE), DONE);

    run(model.agent());

    assertThat(model.waits()).containsExactly(WAIT);
    assertThat(sink.modelCalls()).allMatch(call -> call.duration().compareTo(WAIT) < 0);
    assertThat(told())
        .containsExactly(
            call("gpt-test", null, Outcome.FAILED),
            call("gpt-test", null, Outcome.FAILED),
            call("gpt-test-2026", USAGE, Outcome.COMPLETED));
  }

  @Test
  void anEndpointThatIsNotThereIsCalledAsOftenAsItIsTried() {
    var settings = OpenAiSettings.of(URI.create("http://127.0.0.1:1/v1"), null, "gpt-test");

    assertThatThrownBy(() -> run(model.agent(settings.retries(1)))).isInstanceOf(AgentFailed.class);

    var failed = call("gpt-test", null, Outcome.FAILED);
    assertThat(told()).containsExactly(failed, failed);
  }

  @Test
  void anAnswerThatBreaksOffHasFailedWithWhatItTold() {
    model.breaksOffAfter(NAMED, used(USAGE), say("so far"));
    assertThatThrownBy(() -> run(model.agent())).isInstanceOf(AgentFailed.class);
    assertThat(told()).containsExactly(call("gpt-test-2026", USAGE, Outcome.FAILED));
  }

  @Test
  void anAnswerThatIsCutOffAtItsLimitIsComplete() {
    model.streams(say("so far"), finish("length"), used(USAGE), DONE);
    run(model.agent());
    assertThat(told()).containsExactly(call("gpt-test", USAGE, Outcome.COMPLETED));
  }

  @Test
  void aStopInTheMiddleEndsTheCallAndItIsToldOf() throws Exception {
    model.holds(Held.after(NAMED, used(USAGE), say("Hel")));
    var agent = model.agent();
    var thread = Thread.ofVirtual().start(() -> run(agent));
    Awaitility.await().until(() -> sink.text().equals("Hel"));

    sink.stop();

    assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    assertThat(told()).containsExactly(call("gpt-test-2026", USAGE, Outcome.FAILED));
  }

  @Test
  void anAnswerThatIsNotStreamedIsACallLikeAnyOther() {
    model.answers(
        status(
            200,
            """
            {"model": "gpt-test-2026", "choices": [{"message": {"content": "ok"},
             "finish_reason": "stop"}], "usage": {"prompt_tokens": 11, "completion_tokens": 7}}
            """));
    run(model.agent());
    assertThat(told())
        .containsExactly(call("gpt-test-2026", new Turn.Usage(11, 0, 7, 0), Outcome.COMPLETED));
  }

  @Test
  void countsBeyondAllMeasureAreBoundedSoThatTheyCanBeAddedUp() {
    model.streams(say("ok"), STOP, used(new Turn.Usage(Long.MAX_VALUE, 0, -1, 0)), DONE);
    run(model.agent());
    assertThat(sink.usage().input()).isBetween(1L << 30, 1L << 50);
    assertThat(sink.usage().output()).isZero();
  }

  @Test
  void aResponseNamesItsModelAtItsBeginningAndItsEnd() {
    var created =
        ResponseEvents.CREATED.replace("\"response\":{", "\"response\":{\"model\":\"m-1\",");
    var completed = ResponseEvents.ended("completed", "\"model\":\"m-2\",", USAGE);
    model
        .streams(
            created,
            ResponseEvents.added(0, ResponseEvents.message("", "")),
            ResponseEvents.says(0, "ok"),
            completed)
        .breaksOffAfter(created);

    run(responses());
    assertThatThrownBy(() -> run(responses())).isInstanceOf(AgentFailed.class);

    assertThat(told())
        .containsExactly(call("m-2", USAGE, Outcome.COMPLETED), call("m-1", null, Outcome.FAILED));
  }

  @Test
  void aResponseThatFailsTellsWhatItUsed() {
    var error = "\"error\":{\"code\":\"server_error\",\"message\":\"oops\"},";
    model.streams(ResponseEvents.CREATED, ResponseEvents.ended("failed", error, USAGE));
    assertThatThrownBy(() -> run(responses())).isInstanceOf(AgentFailed.class);
    var call = sink.modelCalls().get(0);
    assertThat(call.usage()).isEqualTo(USAGE);
    assertThat(call.outcome()).isEqualTo(Outcome.FAILED);
  }
}
