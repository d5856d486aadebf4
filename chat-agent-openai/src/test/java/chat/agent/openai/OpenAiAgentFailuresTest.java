package chat.agent.openai;

import static chat.agent.openai.ScriptedModel.DONE;
import static chat.agent.openai.ScriptedModel.KEY;
import static chat.agent.openai.ScriptedModel.STOP;
import static chat.agent.openai.ScriptedModel.event;
import static chat.agent.openai.ScriptedModel.say;
import static chat.agent.openai.ScriptedModel.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import chat.agent.openai.ScriptedModel.Held;
import chat.model.ChatException.AgentFailed;
import chat.model.ChatException.AgentFailed.Reason;
import chat.testkit.AgentContract;
import chat.testkit.RecordingSink;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiAgentFailuresTest {
  private final ScriptedModel model = new ScriptedModel();
  private final RecordingSink sink = new RecordingSink();

  @AfterEach
  void close() {
    model.close();
  }

  @ParameterizedTest
  @CsvSource({
    "301,MODEL_REFUSED", "400,MODEL_REFUSED", "401,MODEL_REFUSED", "402,MODEL_REFUSED",
    "403,MODEL_REFUSED", "404,MODEL_REFUSED", "413,MODEL_REFUSED", "422,MODEL_REFUSED",
    "408,MODEL_TIMEOUT", "429,MODEL_RATE_LIMITED", "500,MODEL_OVERLOADED", "502,MODEL_OVERLOADED",
    "503,MODEL_OVERLOADED", "504,MODEL_OVERLOADED", "529,MODEL_OVERLOADED", "201,MODEL_REFUSED"
  })
  void aStatusIsAReason(int status, Reason reason) {
    model.answers(status(status, "{\"error\":{\"message\":\"because\"}}"));
    var failure = failure(model.agent());
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure).hasMessageContaining("status " + status);
    assertThat(failure.retryAfter()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"no such model\\n\\u001b[31m\"}}",
        "{\"error\":\"no such model\"}",
        "{\"message\":\"no such model\"}",
        "{\"detail\":\"no such model\"}",
        "[{\"error\":{\"message\":\"no such model\"}}]"
      })
  void whatTheEndpointSaysIsQuotedInOneLine(String body) {
    model.answers(status(404, body));
    assertThat(failure(model.agent()).getMessage())
        .contains("status 404")
        .contains(": no such model")
        .doesNotContain("\n", "\u001b", "{");
  }

  @Test
  void neitherKeysNorLongBodiesAreQuoted() {
    model
        .answers(status(401, "{\"error\":{\"message\":\"bad key " + KEY + "\"}}"))
        .answers(status(400, "{\"error\":{\"message\":\"key " + KEY + ", abc***xyz\"}}"))
        .answers(status(400, "{\"error\":{\"message\":\"" + "long ".repeat(1000) + "\"}}"))
        .answers(status(500, "<html>" + KEY + "</html>"));
    var agent = model.agent();
    assertThat(failure(agent).getMessage()).doesNotContain(KEY, "bad key").contains("401");
    assertThat(failure(agent).getMessage()).doesNotContain("0123456789", "xyz").contains(": key …");
    assertThat(failure(agent).getMessage()).hasSizeLessThan(300);
    assertThat(failure(agent).getMessage()).doesNotContain(KEY, "html");
  }

  @Test
  void aRefusedConnectionIsUnreachable() throws IOException {
    int port;
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    assertThat(failureAt("http://127.0.0.1:" + port + "/v1")).isEqualTo(Reason.MODEL_UNREACHABLE);
  }

  @Test
  void aNameThatNobodyHasIsUnreachable() {
    var failure = Failures.of(new UnknownHostException("api.example"), false, null).failure();
    assertThat(failure.reason()).isEqualTo(Reason.MODEL_UNREACHABLE);
    assertThat(failure).hasMessage("the model's server cannot be reached");
  }

  @Test
  void aServerThatSpeaksNoTlsIsUnreachable() throws Exception {
    assertThat(failureAtServerThatSays("HTTP/1.1 400 Bad Request\r\n\r\n", "https"))
        .isEqualTo(Reason.MODEL_UNREACHABLE);
  }

  @Test
  void aServerThatSpeaksNoHttpIsABadReply() throws Exception {
    assertThat(failureAtServerThatSays("220 mail.example ESMTP\r\n\r\n", "http"))
        .isEqualTo(Reason.MODEL_BAD_REPLY);
  }

  @Test
  void aConnectionClosedWithoutAnAnswerIsUnreachable() {
    model.answers(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    assertThat(failure(model.agent()).reason()).isEqualTo(Reason.MODEL_UNREACHABLE);
  }

  @Test
  void aModelThatSaysNothingTimesOut() {
    model.holds(Held.silentAfter());
    var failure = failure(model.agent(model.settings().gapTimeout(Duration.ofMillis(500))));
    assertThat(failure.reason()).isEqualTo(Reason.MODEL_TIMEOUT);
  }

  @Test
  void aModelThatFallsSilentTimesOutAndKeepsWhatItSaid() {
    model.holds(Held.silentAfter(say("so far")));
    var failure = failure(model.agent(model.settings().gapTimeout(Duration.ofMillis(500))));
    assertThat(failure.reason()).isEqualTo(Reason.MODEL_TIMEOUT);
    assertThat(sink.text()).isEqualTo("so far");
  }

  @Test
  void aModelThatNeverEndsTimesOut() {
    model.holds(Held.after(say("so far")));
    var failure = failure(model.agent(model.settings().budget(Duration.ofMillis(500))));
    assertThat(failure.reason()).isEqualTo(Reason.MODEL_TIMEOUT);
    assertThat(sink.text()).isEqualTo("so far");
  }

  @Test
  void aConnectionThatBreaksInTheMiddleIsABadReply() {
    model.breaksOffAfter(say("so far"));
    assertThat(failure(model.agent()).reason()).isEqualTo(Reason.MODEL_BAD_REPLY);
    assertThat(sink.text()).isEqualTo("so far");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html><body>hello</body></html>",
        "hello\n\nworld\n\n",
        "data: hello\n\n",
        "data: [1]\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"\n\n",
        "data: {\"choices\":[{\"delta\":{}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"error\"}]}\n\n",
        "data: {\"error\":\"overloaded\"}\n\n",
        "data: {\"error\":{\"message\":\"odd\",\"code\":\"odd\"}}\n\ndata: [DONE]\n\n"
      })
  void aStreamThatIsNoneIsABadReply(String body) {
    model.answers(ScriptedModel.stream().body(body).build());
    assertThat(failure(model.agent()).reason()).isEqualTo(Reason.MODEL_BAD_REPLY);
  }

  @ParameterizedTest
  @CsvSource({
    "text/html,no stream",
    "application/json,JSON",
    "application/json; charset=utf-8,JSON"
  })
  void anotherTypeThanAStreamIsABadReply(String type, String words) {
    model.answers(
        new MockResponse.Builder().setHeader("Content-Type", type).body(say("a") + DONE).build());
    var failure = failure(model.agent());
    assertThat(failure.reason()).isEqualTo(Reason.MODEL_BAD_REPLY);
    assertThat(failure).hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
    "429,MODEL_RATE_LIMITED",
    "502,MODEL_OVERLOADED",
    "'\"rate_limit_exceeded\"',MODEL_RATE_LIMITED",
    "'\"server_error\"',MODEL_OVERLOADED",
    "'\"insufficient_quota\"',MODEL_REFUSED",
    "'null,\"type\":\"overloaded_error\"',MODEL_OVERLOADED"
  })
  void theCodeOfAnErrorInTheStreamIsAReason(String code, Reason reason) {
    model.streams(event("{\"error\":{\"message\":\"odd\",\"code\":" + code + "}}"));
    assertThat(failure(model.agent()).reason()).isEqualTo(reason);
    assertThat(model.requests()).isEqualTo(1);
  }

  @Test
  void anErrorInTheStreamIsQuotedAndKeepsWhatWasSaid() {
    model.streams(say("so far"), event("{\"error\":{\"message\":\"server " + KEY + " is full\"}}"));
    assertThat(failure(model.agent()))
        .hasMessage("the model broke off with an error: server … is full");
    assertThat(sink.text()).isEqualTo("so far");
  }

  @Test
  void noKeyIsQuotedFromAnErrorInTheStream() {
    model
        .streams(event("{\"error\":{\"message\":\"no credit for own-key-1\"}}"))
        .streams(event("{\"error\":{\"message\":\"no user own-k\",\"code\":401}}"));
    var agent =
        model.agent(
            OpenAiSettings.of(model.baseUrl(), "own-key-1", "gpt-test")
                .gapTimeout(Duration.ofSeconds(30)));
    assertThat(failure(agent)).hasMessageEndingWith(": no credit for …").hasNoCause();
    assertThat(failure(agent)).hasMessage("the model broke off with an error");
  }

  @Test
  void anAnswerIsNotQuotedBecauseItIsBroken() {
    model.streams(event("{\"choices\":[{\"delta\":{\"content\":\"a secret\",}}]}"));
    var failure = failure(model.agent());
    assertThat(failure.getMessage()).doesNotContain("secret");
    assertThat(failure).hasNoCause();
  }

  @Test
  void aLineWithoutEndIsABadReply() {
    model.streams("data: {\"x\":\"" + "y".repeat(5 << 20));
    assertThat(failure(model.agent())).hasMessageContaining("too long");
  }

  @Test
  void aStreamWithoutEndIsABadReply() {
    model.streams(say("a"), say("b").repeat(100), STOP, DONE);
    var agent = model.agent(model.settings().longestReply(1000));
    assertThat(failure(agent)).hasMessageContaining("too long");
    assertThat(sink.text()).startsWith("ab");
  }

  @Test
  void settingsAreCheckedAndHideTheKey() {
    var url = URI.create("https://api.example/v1");
    assertThat(OpenAiSettings.of(url, KEY, "m").toString()).doesNotContain(KEY);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenAiSettings.of(url, KEY + "\n", "m"))
        .withMessageNotContaining(KEY);
    assertThatIllegalArgumentException().isThrownBy(() -> OpenAiSettings.of(url, KEY, " "));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenAiSettings.of(url, KEY, "m").budget(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenAiSettings.of(url, KEY, "m").retries(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenAiSettings.of(URI.create("api.example/v1"), KEY, "m"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenAiSettings.of(URI.create("file:/etc/passwd"), KEY, "m"));
  }

  private AgentFailed failure(OpenAiAgent agent) {
    return catchThrowableOfType(
        AgentFailed.class, () -> agent.run(AgentContract.request("hi"), sink));
  }

  private Reason failureAt(String url) {
    try (var agent = new OpenAiAgent(OpenAiSettings.of(URI.create(url), KEY, "m"))) {
      return failure(agent).reason();
    }
  }

  private Reason failureAtServerThatSays(String words, String scheme) throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var answer =
          CompletableFuture.runAsync(
              () -> {
                try (var socket = server.accept()) {
                  if (socket.getInputStream().read() < 0) return;
                  socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
                  socket.shutdownOutput();
                  socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException gone) {
                  // The agent closes it as soon as it knows.
                }
              },
              Thread::startVirtualThread);
      var reason = failureAt(scheme + "://127.0.0.1:" + server.getLocalPort() + "/v1");
      answer.get(10, TimeUnit.SECONDS);
      return reason;
    }
  }
}
