package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import chat.ChatService;
import chat.agent.openai.OpenAiAgent;
import chat.agent.openai.OpenAiSettings;
import chat.engine.EngineSettings;
import chat.engine.Reply;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.Content;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.UserId;
import chat.npm.NodeProgram;
import chat.testkit.Samples;
import chat.testkit.ScriptedToolset;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shows the agent with servers that nobody here wrote: a model server, in both of its APIs, and a
 * gateway before it, which passes its answers on or translates those of another provider's API.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(400)
final class ForeignModelsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Caller alice = Caller.withoutToken(new UserId("alice"));
  private NodeProgram aimock;
  private NodeProgram gateway;
  private NodeProgram translator;

  /** Is a way to the model. */
  enum Way {
    CHAT,
    RESPONSES,
    GATEWAY,
    TRANSLATED
  }

  @BeforeAll
  void start() throws IOException {
    aimock = NodeProgram.start("aimock is at ", Map.of(), "aimock.mjs");
    gateway = gateway("openai");
    translator = gateway("anthropic");
  }

  private NodeProgram gateway(String provider) throws IOException {
    var settings = Map.of("PROVIDER", provider, "UPSTREAM", aimock.ready() + "/v1");
    return NodeProgram.start("gateway is at ", settings, "gateway.mjs");
  }

  @AfterAll
  void stop() {
    for (var program : new NodeProgram[] {translator, gateway, aimock}) {
      if (program != null) program.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void textArrivesAsItWasSaid(Way way) throws Exception {
    var reply = says(way, "hello");
    assertThat(reply.failure()).isNull();
    assertThat(reply.state()).isEqualTo(Turn.State.COMPLETED);
    assertThat(reply.text()).isEqualTo("Grüße, 世界 👋🏽!");
  }

  @ParameterizedTest
  @EnumSource
  void parallelCallsAreMadeAndAnswered(Way way) throws Exception {
    var reply = says(way, "weather");
    assertThat(reply.failure()).isNull();
    assertThat(reply.state()).isEqualTo(Turn.State.COMPLETED);
    var calls =
        reply.messages().stream()
            .map(message -> message.content())
            .filter(Content.ToolCall.class::isInstance)
            .map(content -> ((Content.ToolCall) content).arguments().text())
            .toList();
    assertThat(calls).hasSize(2);
    assertThat(calls.get(0)).contains("Köln");
    assertThat(calls.get(1)).contains("Bonn");
    assertThat(reply.messages().get(0).content().text()).isEqualTo("Let me look.");
    assertThat(reply.text()).isEqualTo("Köln 12 °C 🌧, Bonn 13 °C.");
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT", "RESPONSES", "GATEWAY"})
  void reasoningComesFirst(Way way) throws Exception {
    var messages = says(way, "think").messages();
    assertThat(messages)
        .extracting(message -> message.content().kind(), message -> message.content().text())
        .containsExactly(
            tuple(Content.Kind.REASONING, "Six times seven – 六 × 七."),
            tuple(Content.Kind.TEXT, "42"));
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT", "RESPONSES"})
  void aSlowAnswerIsWhole(Way way) throws Exception {
    assertThat(says(way, "slow").text()).isEqualTo("Slowly, piece by piece.");
  }

  @ParameterizedTest
  @EnumSource
  void aLimitIsNamedWhenTryingAgainDidNotHelp(Way way) throws Exception {
    var reply = says(way, "limit");
    assertThat(reply.state()).isEqualTo(Turn.State.FAILED);
    assertThat(reply.failure()).isNotNull();
    assertThat(reply.failure().code()).isEqualTo("model_rate_limited");
    assertThat(reply.failure().retryable()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT", "RESPONSES"})
  void anAnswerThatBreaksOffFailsAndKeepsWhatWasSaid(Way way) throws Exception {
    var reply = says(way, "cut");
    assertThat(reply.state()).isEqualTo(Turn.State.FAILED);
    assertThat("This is said in many pieces and not to its end.").startsWith(reply.text());
  }

  @ParameterizedTest
  @CsvSource({
    "dropRate,model_overloaded",
    "malformedRate,model_bad_reply",
    "rateLimitRate,model_rate_limited",
    "disconnectRate,model_unreachable"
  })
  void chaosIsNamed(String rate, String code) throws Exception {
    chaos("POST", "{\"" + rate + "\":1}");
    try {
      for (var way : List.of(Way.CHAT, Way.RESPONSES)) {
        var reply = says(way, "hello");
        assertThat(reply.state()).isEqualTo(Turn.State.FAILED);
        assertThat(reply.failure()).isNotNull();
        assertThat(reply.failure().code()).as(way.name()).isEqualTo(code);
      }
    } finally {
      chaos("DELETE", "");
    }
  }

  @Test
  void whateverGoesWrongWhatCompletesIsWhole() throws Exception {
    chaos("POST", "{\"dropRate\":0.2,\"malformedRate\":0.1,\"disconnectRate\":0.2}");
    try {
      for (int i = 0; i < 20; i++) {
        var reply = says(i % 2 == 0 ? Way.CHAT : Way.RESPONSES, "hello");
        assertThat(reply.state()).isIn(Turn.State.COMPLETED, Turn.State.FAILED);
        if (reply.state() == Turn.State.COMPLETED) {
          assertThat(reply.text()).isEqualTo("Grüße, 世界 👋🏽!");
        }
      }
    } finally {
      chaos("DELETE", "");
    }
  }

  private Reply says(Way way, String text) throws InterruptedException {
    var server =
        switch (way) {
          case CHAT, RESPONSES -> aimock;
          case GATEWAY -> gateway;
          case TRANSLATED -> translator;
        };
    var settings = OpenAiSettings.of(URI.create(server.ready() + "/v1"), "sk-none", "any");
    var spoken = way == Way.RESPONSES ? OpenAiSettings.Api.RESPONSES : OpenAiSettings.Api.CHAT;
    var tools =
        new ScriptedToolset().has(Samples.tool("weather"), call -> ToolResult.text("12 °C"));
    try (var chat =
        ChatService.start(
            new InMemoryStore(),
            new OpenAiAgent(settings.api(spoken)),
            tools,
            EngineSettings.DEFAULT.withGrace(Duration.ZERO),
            TurnObserver.NONE)) {
      var send = new Turn.Input.Send(null, null, Content.UserInput.of(text), null);
      var follower = chat.begin(alice, send, Turn.OnBusy.REJECT, null);
      return Objects.requireNonNull(follower.reply(PATIENCE), "no reply in time");
    }
  }

  private void chaos(String method, String rates) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(aimock.ready() + "/__aimock/chaos"))
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(rates, UTF_8))
              .build();
      var answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    }
  }
}
