package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.ChatService;
import chat.contract.Contract;
import chat.engine.EngineSettings;
import chat.engine.TurnEngine;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.ChatException;
import chat.model.ChatException.AgentFailed;
import chat.model.ChatException.Conflict;
import chat.model.ChatException.Unavailable;
import chat.model.Turn;
import chat.port.Toolset;
import chat.testkit.ScriptedAgent;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever can be refused or can fail has its status and its code. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProblemsTest {
  private static final Contract CONTRACT = Contract.read();
  private static final Duration LATER = Duration.ofMillis(2500);
  private static final Turn.Id TURN = new Turn.Id(UUID.randomUUID());

  private final List<Exception> thrown = new ArrayList<>();
  private TurnEngine engine;
  private ChatHttp http;

  record Case(Exception thrown, int status, String code, String retryAfter) {
    @Override
    public String toString() {
      return status + " " + code;
    }
  }

  static Stream<Case> all() {
    var cases = new ArrayList<Case>();
    cases.add(new Case(new ChatException.InvalidInput("title", "no"), 400, "invalid_input", ""));
    cases.add(new Case(new ChatException.Unauthenticated("no"), 401, "unauthenticated", ""));
    cases.add(new Case(new ChatException.Forbidden("no"), 403, "forbidden", ""));
    cases.add(new Case(new ChatException.NotFound("turn"), 404, "not_found", ""));
    for (var reason : Conflict.Reason.values()) {
      cases.add(new Case(new Conflict(reason, TURN), 409, RestJson.word(reason), ""));
    }
    cases.add(new Case(new ChatException.TooLarge("no"), 413, "too_large", ""));
    cases.add(new Case(new ChatException.RateLimited(LATER), 429, "rate_limited", "3"));
    for (var reason : Unavailable.Reason.values()) {
      cases.add(new Case(new Unavailable(reason, LATER), 503, RestJson.word(reason), "3"));
    }
    for (var reason : AgentFailed.Reason.values()) {
      int status =
          switch (reason) {
            case MODEL_UNREACHABLE, MODEL_REFUSED, MODEL_BAD_REPLY, LIMIT_REACHED -> 502;
            case MODEL_RATE_LIMITED, MODEL_OVERLOADED -> 503;
            case MODEL_TIMEOUT -> 504;
          };
      var failed = new AgentFailed(reason, "no", LATER);
      cases.add(new Case(failed, status, reason.code(), status == 503 ? "3" : ""));
    }
    var cause = new IOException("secret host");
    cases.add(
        new Case(
            new ChatException.StorageFailed("secret host", cause),
            503,
            "storage_unavailable",
            "2"));
    cases.add(new Case(new IllegalStateException("secret"), 500, "internal", ""));
    cases.add(new Case(new IOException("secret"), 500, "internal", ""));
    return cases.stream();
  }

  @BeforeAll
  void start() {
    var store = new InMemoryStore();
    engine =
        TurnEngine.start(
            "problems",
            store,
            new ScriptedAgent(),
            Toolset.NONE,
            EngineSettings.DEFAULT,
            TurnObserver.NONE);
    http =
        ChatHttp.start(
            new ChatService(store, engine),
            ServerUnderTest.AUTHENTICATOR,
            HttpSettings.at("127.0.0.1", 0),
            config -> {
              config.routes.get(
                  "/throws",
                  ctx -> {
                    throw thrown.remove(0);
                  });
              config.routes.get(
                  "/breaks-off",
                  ctx -> {
                    ctx.res().getOutputStream().write("half".getBytes(StandardCharsets.US_ASCII));
                    ctx.res().flushBuffer();
                    throw new IllegalStateException("secret");
                  });
            });
  }

  @AfterAll
  void stop() {
    engine.close();
    http.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + http.port() + path);
      return client.send(
          HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void eachFailureHasItsStatusAndItsCode(Case expected) throws Exception {
    thrown.add(expected.thrown());
    var answer = get("/throws");
    assertThat(answer.statusCode()).isEqualTo(expected.status());
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.headers().firstValue("Retry-After").orElse(""))
        .isEqualTo(expected.retryAfter());
    JsonNode problem = ServerUnderTest.MAPPER.readTree(answer.body());
    assertThat(problem.get("status").asInt()).isEqualTo(expected.status());
    assertThat(problem.get("code").asText()).isEqualTo(expected.code());
    assertThat(problem.get("title").asText()).isNotEmpty();
    assertThat(problem.has("turn_id")).isEqualTo(expected.thrown() instanceof Conflict);
    assertThat(answer.body()).doesNotContain("secret");
    assertThat(CONTRACT.problem(expected.status(), answer.body())).isEmpty();
  }

  @Test
  void nothingIsAddedToAnAnswerThatHasBegun() throws Exception {
    var answer = get("/breaks-off");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("half");
  }
}
