package chat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shows the packaged server with a model at its side, in front of real storage, over real HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class ModelIT {
  private static final String CHAT = "/api/alice/chat";

  @TempDir private static Path data;
  private ScriptedModel model;
  private ServerProcess server;
  private String alice;

  @BeforeAll
  void start() throws Exception {
    model = new ScriptedModel(ScriptedModel.says("ok"));
    server =
        ServerProcess.start(
            data,
            Map.of(
                "OPENAI_BASE_URL", model.url(),
                "OPENAI_MODEL", "scripted",
                "CHAT_SYSTEM_PROMPT", "You are terse."));
    alice = server.token("alice");
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
    model.close();
  }

  @Test
  void theFirstTokenArrivesWhileTheModelStillThinks() throws Exception {
    var more = new CountDownLatch(1);
    model.plays(
        exchange -> {
          var stream = ScriptedModel.stream(exchange);
          ScriptedModel.say(stream, "Hel");
          more.await();
          ScriptedModel.say(stream, "lo");
          ScriptedModel.end(stream);
        });
    try (var stream = server.stream(alice, CHAT, Map.of("message", "hi"))) {
      var event = Objects.requireNonNull(stream.next());
      while (!event.name().equals("message.delta")) event = Objects.requireNonNull(stream.next());
      assertThat(event.data().get("content").textValue()).isEqualTo("Hel");
      more.countDown();
      assertThat(stream.rest())
          .extracting(Client.Event::name)
          .containsExactly("message.delta", "message.done", "turn.completed");
    }
  }

  @Test
  void theTenthMessageComesWithTheSystemPromptAndTheLastSevenTurns() throws Exception {
    model.plays(ScriptedModel.says("answer"));
    var first = server.post(alice, CHAT, Map.of("message", "question 1")).body();
    var conversation = first.get("conversation_id").textValue();
    for (int i = 2; i <= 10; i++) {
      var body = Map.of("message", "question " + i, "conversation_id", conversation);
      assertThat(server.post(alice, CHAT, body).status()).isEqualTo(200);
    }
    var asked = model.asked().get(model.asked().size() - 1).get("messages");
    var expected = new ArrayList<>(List.of(tuple("system", "You are terse.")));
    for (int i = 3; i <= 9; i++) {
      expected.add(tuple("user", "question " + i));
      expected.add(tuple("assistant", "answer"));
    }
    expected.add(tuple("user", "question 10"));
    assertThat(asked)
        .extracting(m -> m.get("role").textValue(), m -> m.get("content").textValue())
        .containsExactlyElementsOf(expected);
  }

  @Test
  void theModelNamesTheConversationWhenItsFirstTurnIsOver() throws Exception {
    model.plays(ScriptedModel.says("ok"));
    var reply = server.post(alice, CHAT, Map.of("message", "hi there")).body();
    var path = "/api/alice/conversations/" + reply.get("conversation_id").textValue();
    Awaitility.await()
        .until(
            () -> server.get(alice, path).body().get("title").textValue(),
            ScriptedModel.TITLE::equals);
  }

  @Test
  void usageIsToldAndKept() throws Exception {
    model.plays(ScriptedModel.says("ok"));
    var reply = server.post(alice, CHAT, Map.of("message", "hi")).body();
    assertThat(reply.at("/usage/input_tokens").intValue()).isEqualTo(7);
    var turn = server.get(alice, turnOf(reply)).body();
    assertThat(turn.at("/usage/output_tokens").intValue()).isEqualTo(3);
  }

  /** Is a way a model fails, and what comes of it. */
  record Failure(String name, ScriptedModel.Script script, int status, String code, String kept) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static List<Failure> failures() {
    return List.of(
        new Failure("401", ScriptedModel.refuses(401), 502, "model_refused", ""),
        new Failure("429", ScriptedModel.refuses(429), 503, "model_rate_limited", ""),
        new Failure("500", ScriptedModel.refuses(500), 503, "model_overloaded", ""),
        new Failure(
            "truncated",
            exchange -> ScriptedModel.say(ScriptedModel.stream(exchange), "so far"),
            502,
            "model_bad_reply",
            "so far"),
        new Failure(
            "garbage",
            exchange -> {
              var stream = ScriptedModel.stream(exchange);
              ScriptedModel.say(stream, "so far");
              ScriptedModel.write(stream, "<html>");
            },
            502,
            "model_bad_reply",
            "so far"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aModelThatFailsLeavesTheInputAPartialAnswerAndAReason(Failure failure) throws Exception {
    model.plays(failure.script());
    var reply = server.post(alice, CHAT, Map.of("message", "hi"));
    assertThat(reply.status()).as(reply.toString()).isEqualTo(failure.status());
    assertThat(reply.body().get("code").textValue()).isEqualTo(failure.code());
    assertThat(reply.body().get("message").textValue()).isEqualTo(failure.kept());
    var turn = server.get(alice, turnOf(reply.body())).body();
    assertThat(turn.get("state").textValue()).isEqualTo("failed");
    assertThat(turn.at("/error/code").textValue()).isEqualTo(failure.code());
    assertThat(messagesOf(reply.body())).contains(tuple("user", "complete", "hi"));
    if (!failure.kept().isEmpty()) {
      assertThat(messagesOf(reply.body())).contains(tuple("assistant", "partial", "so far"));
    }

    try (var stream = server.stream(alice, CHAT, Map.of("message", "hi"))) {
      var events = stream.rest();
      var last = events.get(events.size() - 1);
      assertThat(last.name()).isEqualTo("turn.failed");
      assertThat(last.data().at("/error/code").textValue()).isEqualTo(failure.code());
    }
  }

  @Test
  void aModelThatCannotBeReachedIsAReasonToo() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    var settings = new HashMap<String, String>();
    settings.put("OPENAI_BASE_URL", "http://127.0.0.1:" + closed + "/v1");
    settings.put("OPENAI_MODEL", "none");
    try (var alone = ServerProcess.start(data.resolve("alone"), settings)) {
      var reply = alone.post(alone.token("alice"), CHAT, Map.of("message", "hi"));
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.body().get("code").textValue()).isEqualTo("model_unreachable");
    }
  }

  @Test
  void whatCannotBeStoredIsReplaced() throws Exception {
    model.plays(
        exchange -> {
          var stream = ScriptedModel.stream(exchange);
          ScriptedModel.write(
              stream, "{\"choices\":[{\"delta\":{\"content\":\"a\\u0000b\\ud83c\"}}]}");
          ScriptedModel.write(
              stream, "{\"choices\":[{\"delta\":{\"content\":\"\\udf0dc\\ud83c\"}}]}");
          ScriptedModel.end(stream);
        });
    var reply = server.post(alice, CHAT, Map.of("message", "hi"));
    assertThat(reply.body().get("message").textValue()).isEqualTo("a\uFFFDb🌍c\uFFFD");
    assertThat(messagesOf(reply.body()))
        .contains(tuple("assistant", "complete", "a\uFFFDb🌍c\uFFFD"));
  }

  private static String turnOf(JsonNode reply) {
    return "/api/alice/conversations/"
        + reply.get("conversation_id").textValue()
        + "/turns/"
        + reply.get("turn_id").textValue();
  }

  private List<org.assertj.core.groups.Tuple> messagesOf(JsonNode reply) throws Exception {
    var id = reply.get("conversation_id").textValue();
    var detail = server.get(alice, "/api/alice/conversations/" + id).body();
    var messages = new ArrayList<org.assertj.core.groups.Tuple>();
    for (var message : detail.get("messages")) {
      messages.add(
          tuple(
              message.get("role").textValue(),
              message.get("status").textValue(),
              message.get("content").textValue()));
    }
    return messages;
  }
}
