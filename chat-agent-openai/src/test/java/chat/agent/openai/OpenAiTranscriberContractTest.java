package chat.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.Caller;
import chat.model.ChatException.AgentFailed;
import chat.model.UserId;
import chat.port.Transcriber;
import chat.testkit.TranscriberContract;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiTranscriberContractTest implements TranscriberContract {
  private static final Caller CALLER = Caller.withoutToken(new UserId("alice"));

  private final MockWebServer server = new MockWebServer();
  private final List<OpenAiTranscriber> opened = new ArrayList<>();
  private MockResponse answer = json(200, "{}");

  @BeforeEach
  void start() throws IOException {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer;
          }
        });
    server.start();
  }

  @AfterEach
  void close() {
    opened.forEach(OpenAiTranscriber::close);
    server.close();
  }

  private static MockResponse json(int status, String body) {
    return new MockResponse.Builder()
        .code(status)
        .setHeader("Content-Type", "application/json")
        .body(body)
        .build();
  }

  private OpenAiTranscriber at(URI base, Duration patience) {
    var settings = OpenAiSettings.of(base, "sk-test-0123456789", "gpt-test");
    var transcriber = new OpenAiTranscriber(settings, "whisper-test", patience);
    opened.add(transcriber);
    return transcriber;
  }

  private OpenAiTranscriber transcriber() {
    return at(server.url("/v1").uri(), Duration.ofSeconds(30));
  }

  @Override
  public Transcriber transcriberThatHears(String words) {
    try {
      answer = json(200, "{\"text\":" + new ObjectMapper().writeValueAsString(words) + "}");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return transcriber();
  }

  @Override
  public Transcriber transcriberWithoutAModel() {
    answer =
        new MockResponse.Builder()
            .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
            .build();
    return transcriber();
  }

  @Test
  void theAudioGoesAsAFileWhoseNameSaysItsType() throws InterruptedException {
    answer = json(200, "{\"text\":\"  words \"}");

    assertThat(transcriber().transcribe(CALLER, new byte[] {65, 66, 67}, "audio/webm;codecs=opus"))
        .isEqualTo("words");

    var request = server.takeRequest();
    assertThat(request.getUrl().encodedPath()).isEqualTo("/v1/audio/transcriptions");
    assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer sk-test-0123456789");
    var body = request.getBody();
    assertThat(body).isNotNull();
    assertThat(body.utf8())
        .contains("name=\"model\"\r\n", "whisper-test\r\n")
        .containsPattern(
            "name=\"file\"; filename=\"audio.webm\"\r\nContent-Type: audio/webm\r\n[^A]*ABC\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "400, '{\"error\":{\"message\":\"no speech\"}}', model_refused",
    "401, '{\"error\":{\"message\":\"sk-test-0123456789\"}}', model_refused",
    "429, '{}', model_rate_limited",
    "500, 'oops', model_overloaded",
    "200, '{\"txt\":1}', model_bad_reply",
    "200, 'not json', model_bad_reply"
  })
  void whatIsNoTranscriptionIsAFailureWithItsReason(int status, String body, String code) {
    answer = json(status, body);
    assertThatThrownBy(() -> transcriber().transcribe(CALLER, new byte[1], "audio/mp4"))
        .isInstanceOfSatisfying(AgentFailed.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageNotContaining("sk-test");
  }

  @Test
  void aModelThatIsSilentForTooLongIsGivenUp() {
    answer = new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build();
    var hasty = at(server.url("/v1").uri(), Duration.ofMillis(200));
    assertThatThrownBy(() -> hasty.transcribe(CALLER, new byte[1], "audio/mp4"))
        .isInstanceOfSatisfying(
            AgentFailed.class, e -> assertThat(e.code()).isEqualTo("model_timeout"));
  }
}
