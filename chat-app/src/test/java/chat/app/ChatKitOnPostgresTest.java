package chat.app;

import chat.contract.ContractCheck;
import chat.contract.chatkit.ChatKitClient;
import chat.contract.chatkit.ObedientAgent;
import chat.contract.chatkit.Transcript;
import chat.contract.chatkit.TranscriptPlayer;
import chat.engine.EngineSettings.Admission;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.testkit.Samples;
import chat.testkit.ScriptedToolset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The transcripts of ChatKit, spoken with an instance whose storage is PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatKitOnPostgresTest {
  private static final Path TRANSCRIPTS =
      Path.of("..", "chat-transport-javalin", "src", "test", "resources", "chatkit");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final AtomicReference<List<String>> script = new AtomicReference<>(List.of());
  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .addInterceptor(new ContractCheck())
          .readTimeout(PATIENCE)
          .retryOnConnectionFailure(false)
          .build();
  private Instance instance;

  @BeforeAll
  void start() {
    var tools =
        new ScriptedToolset()
            .has(Samples.tool("clock"), call -> ToolResult.text("noon"))
            .has(Samples.tool("weather", Tool.Run.BY_THE_CLIENT), call -> ToolResult.text("never"))
            .has(Samples.tool("ping", Tool.Run.BY_THE_CLIENT), call -> ToolResult.text("never"));
    instance =
        Instance.start(
            SharedDatabase.inThisJvm().database(),
            new ObedientAgent(request -> script.get()),
            tools,
            Instance.QUICK.withAdmission(new Admission(Set.of("fast"), false)),
            Instance.http(PATIENCE));
  }

  @AfterAll
  void stop() {
    instance.close();
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
  }

  static Stream<Transcript> transcripts() throws IOException {
    return Transcript.all(TRANSCRIPTS).stream().filter(it -> !it.isEmbedded());
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void isSpokenAsWritten(Transcript transcript) throws IOException {
    var client = new ChatKitClient(http, "http://127.0.0.1:" + instance.port());
    new TranscriptPlayer(client, user -> token(user, transcript), script::set).play(transcript);
  }

  /** Each transcript has users of its own; alice is named in addresses. */
  private static String token(String user, Transcript transcript) {
    if (user.equals("-")) return "";
    return user.equals("alice") ? user : user + "-" + transcript.name();
  }
}
