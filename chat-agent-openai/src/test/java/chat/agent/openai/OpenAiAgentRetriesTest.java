package chat.agent.openai;

import static chat.agent.openai.ScriptedModel.DONE;
import static chat.agent.openai.ScriptedModel.STOP;
import static chat.agent.openai.ScriptedModel.finish;
import static chat.agent.openai.ScriptedModel.say;
import static chat.agent.openai.ScriptedModel.status;
import static chat.agent.openai.ScriptedModel.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import chat.model.ChatException.AgentFailed;
import chat.model.ChatException.AgentFailed.Reason;
import chat.testkit.AgentContract;
import chat.testkit.RecordingSink;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiAgentRetriesTest {
  private final ScriptedModel model = new ScriptedModel();
  private final RecordingSink sink = new RecordingSink();

  @AfterEach
  void close() {
    model.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504, 529})
  void whatIsBusyOrBrokenIsAskedAgain(int status) {
    model.answers(status(status, "")).answers(status(status, "")).streams(say("ok"), STOP, DONE);
    model.agent().run(AgentContract.request("hi"), sink);
    assertThat(sink.texts()).containsExactly("ok");
    assertThat(model.waits()).hasSize(2);
    assertThat(model.waits().get(0)).isBetween(Duration.ofMillis(375), Duration.ofMillis(500));
    assertThat(model.waits().get(1)).isBetween(Duration.ofMillis(750), Duration.ofSeconds(1));
    assertThat(sink.told()).isEmpty();
  }

  @Test
  void aConnectionThatClosesBeforeTheAnswerIsTriedAgain() {
    model
        .answers(new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build())
        .streams(say("ok"), STOP, DONE);
    model.agent().run(AgentContract.request("hi"), sink);
    assertThat(sink.text()).isEqualTo("ok");
  }

  @Test
  void aRefusedConnectionIsTriedAgain() {
    var settings = model.settings();
    model.close();
    assertThat(failure(model.agent(settings)).reason()).isEqualTo(Reason.MODEL_UNREACHABLE);
    assertThat(model.waits()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 401, 403, 404, 422})
  void whatWasRefusedIsNotAskedAgain(int status) {
    model.answers(status(status, "", "Retry-After", "1"));
    assertThat(failure(model.agent()).retryAfter()).isNull();
    assertThat(model.requests()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"code\":\"insufficient_quota\"}}",
        "{\"error\":{\"code\":null,\"type\":\"insufficient_quota\"}}"
      })
  void aQuotaThatIsUsedUpIsARefusal(String body) {
    model.answers(status(429, body));
    assertThat(failure(model.agent()).reason()).isEqualTo(Reason.MODEL_REFUSED);
    assertThat(model.requests()).isEqualTo(1);
  }

  @Test
  void theEndpointMaySayWhetherToAskAgain() {
    model
        .answers(status(409, "", "x-should-retry", "true"))
        .answers(status(500, "", "x-should-retry", "false"));
    assertThat(failure(model.agent()).reason()).isEqualTo(Reason.MODEL_OVERLOADED);
    assertThat(model.requests()).isEqualTo(2);
  }

  @Test
  void nothingIsAskedAgainOnceAnAnswerHasBegun() {
    model.breaksOffAfter(": nothing yet\n\n").streams(say("ok"), STOP, DONE);
    assertThat(failure(model.agent()).reason()).isEqualTo(Reason.MODEL_BAD_REPLY);
    assertThat(model.requests()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "429,Retry-After,7,7000", "503,Retry-After,20,20000", "429,Retry-After,1.5,1500",
    "429,retry-after-ms,250,250", "429,Retry-After,soon,", "429,Retry-After,-1,",
  })
  void howLongToWaitIsTheEndpointsToSay(
      int status, String header, String value, @Nullable Long millis) {
    model.answers(status(status, "", header, value)).streams(say("ok"), STOP, DONE);
    model.agent().run(AgentContract.request("hi"), sink);
    assertThat(model.waits()).hasSize(1);
    if (millis == null) assertThat(model.waits().get(0)).isLessThan(Duration.ofMillis(501));
    else assertThat(model.waits().get(0)).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void howLongToWaitMayBeADate() {
    var later = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(600);
    var header = DateTimeFormatter.RFC_1123_DATE_TIME.format(later);
    model.answers(status(429, "", "Retry-After", header));
    assertThat(failure(model.agent()).retryAfter())
        .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(10));
  }

  @ParameterizedTest
  @CsvSource({"429,21,21", "503,120,120", "429,999999999,86400"})
  void whoIsToWaitForLongIsToldInstead(int status, String header, long seconds) {
    model.answers(status(status, "", "Retry-After", header));
    assertThat(failure(model.agent()).retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(model.requests()).isEqualTo(1);
    assertThat(model.waits()).isEmpty();
  }

  @Test
  void aWaitThatTheTurnHasNoTimeForIsNotBegun() {
    model.answers(status(429, "", "Retry-After", "15"));
    var settings = model.settings().budget(Duration.ofSeconds(25));
    assertThat(failure(model.agent(settings)).retryAfter()).isEqualTo(Duration.ofSeconds(15));
    assertThat(model.waits()).hasSize(1);
  }

  @Test
  void theCallsOfATurnShareItsTime() {
    var call = tool("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\"}}");
    for (int i = 0; i < 3; i++) {
      model.answers(status(429, "", "Retry-After", "10")).streams(call, finish("tool_calls"), DONE);
    }
    var settings = model.settings().budget(Duration.ofSeconds(25));
    var calling = new RecordingSink(OpenAiAgentToolsTest::results);
    var failure =
        catchThrowableOfType(
            AgentFailed.class,
            () -> model.agent(settings).run(AgentContract.request("hi"), calling));
    assertThat(failure.reason()).isEqualTo(Reason.MODEL_RATE_LIMITED);
    assertThat(calling.steps()).hasSize(2);
    assertThat(model.waits()).hasSize(2);
  }

  @Test
  void askingWithLessIsNoRetry() {
    model
        .answers(status(400, "{\"error\":\"unknown field: stream_options\"}"))
        .answers(status(503, ""))
        .streams(say("ok"), STOP, DONE);
    model.agent(model.settings().retries(1)).run(AgentContract.request("hi"), sink);
    assertThat(sink.text()).isEqualTo("ok");
  }

  @Test
  void retriesMayBeSwitchedOff() {
    model.answers(status(503, ""));
    assertThat(failure(model.agent(model.settings().retries(0)))).isNotNull();
    assertThat(model.requests()).isEqualTo(1);
  }

  @Test
  void laterWaitsStayBounded() {
    model.answers(status(503, ""));
    assertThat(failure(model.agent(model.settings().retries(40)))).isNotNull();
    assertThat(model.waits()).hasSize(40);
    assertThat(model.waits().get(39)).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(8));
  }

  @Test
  void aStopEndsTheWaitForARetry() throws Exception {
    model.answers(status(503, "", "Retry-After", "20"));
    var settings = model.settings();
    try (var agent = new OpenAiAgent(settings)) {
      var run =
          CompletableFuture.runAsync(
              () -> agent.run(AgentContract.request("hi"), sink), Thread::startVirtualThread);
      model.takeRequest();
      sink.stop();
      await().atMost(1, TimeUnit.SECONDS).until(run::isDone);
      assertThat(run).isCompletedExceptionally();
    }
    assertThat(model.requests()).isEqualTo(1);
  }

  @Test
  void anInterruptEndsTheWaitForARetryAndStands() throws Exception {
    model.answers(status(503, "", "Retry-After", "20"));
    var interrupted = new CompletableFuture<Boolean>();
    try (var agent = new OpenAiAgent(model.settings())) {
      var thread =
          Thread.startVirtualThread(
              () -> {
                failure(agent);
                interrupted.complete(Thread.currentThread().isInterrupted());
              });
      model.takeRequest();
      thread.interrupt();
      assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void anAgentThatIsClosedWaitsNoMore() {
    model.answers(status(503, "", "Retry-After", "20"));
    var agent = new OpenAiAgent(model.settings());
    var run = CompletableFuture.runAsync(() -> failure(agent), Thread::startVirtualThread);
    await().until(() -> model.requests() == 1);
    agent.close();
    await().atMost(1, TimeUnit.SECONDS).until(run::isDone);
  }

  @Test
  void aHostThatIsNoneIsTriedAgainToo() {
    var nowhere = OpenAiSettings.of(URI.create("http://127.0.0.1:1/v1"), null, "m");
    assertThat(failure(model.agent(nowhere)).reason()).isEqualTo(Reason.MODEL_UNREACHABLE);
    assertThat(model.waits()).hasSize(2);
  }

  private AgentFailed failure(OpenAiAgent agent) {
    return catchThrowableOfType(
        AgentFailed.class, () -> agent.run(AgentContract.request("hi"), sink));
  }
}
