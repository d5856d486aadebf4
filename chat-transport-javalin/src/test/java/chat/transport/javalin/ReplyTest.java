package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chat.model.ChatException.AgentFailed.Reason;
import chat.model.Turn;
import chat.testkit.ScriptedAgent;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A chat that waits for its reply. */
class ReplyTest {
  private static final String HI = "{\"message\":\"Hi\"}";

  private static okhttp3.Request.Builder chat(ServerUnderTest server, String body) {
    return server.request("/api/alice/chat").post(ServerUnderTest.body(body));
  }

  @Test
  void aReplyIsTheTurnInShort() {
    var usage = new Turn.Usage(3, 0, 2, 0);
    try (var server = ServerUnderTest.with(new ScriptedAgent().says("Hel", "lo").uses(usage))) {
      var reply = server.chat(HI);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("Content-Type")).startsWith("application/json");
      assertThat(reply.at("message")).isEqualTo("Hello");
      assertThat(reply.at("status")).isEqualTo("completed");
      assertThat(reply.json().get("tool_calls")).isEmpty();
      assertThat(reply.json().at("/usage/output_tokens").asInt()).isEqualTo(2);
      assertThat(reply.json().fieldNames())
          .toIterable()
          .containsExactly(
              "conversation_id",
              "turn_id",
              "user_message_id",
              "message_id",
              "message",
              "status",
              "tool_calls",
              "usage");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MODEL_UNREACHABLE,502",
    "MODEL_REFUSED,502",
    "MODEL_BAD_REPLY,502",
    "MODEL_RATE_LIMITED,503",
    "MODEL_OVERLOADED,503",
    "MODEL_TIMEOUT,504"
  })
  void aFailedTurnIsAProblemThatKeepsWhatWasSaid(Reason reason, int status) {
    try (var server = ServerUnderTest.with(new ScriptedAgent().says("Hel").fails(reason))) {
      var key = "once";
      var answer = server.send(chat(server, HI).header("Idempotency-Key", key));
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
      assertThat(answer.at("code")).isEqualTo(reason.code());
      assertThat(answer.at("message")).isEqualTo("Hel");
      assertThat(answer.json().has("conversation_id")).isTrue();
      assertThat(answer.json().has("turn_id")).isTrue();
      assertThat(answer.json().has("user_message_id")).isTrue();
      assertThat(answer.header("Retry-After").isEmpty()).isEqualTo(status != 503);

      var again = server.send(chat(server, HI).header("Idempotency-Key", key));
      assertThat(again.status()).isEqualTo(status);
      assertThat(again.text()).isEqualTo(answer.text());
    }
  }

  @Test
  void aBugOfTheAgentIsAnInternalErrorThatShowsNothing() {
    var agent =
        new ScriptedAgent()
            .does(
                (request, sink) -> {
                  throw new IllegalStateException("secret");
                });
    try (var server = ServerUnderTest.with(agent)) {
      var answer = server.chat(HI);
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.at("code")).isEqualTo("internal");
      assertThat(answer.text()).doesNotContain("secret");
    }
  }

  @Test
  void theSameKeyGivesTheSameReplyAndAnotherRequestIsRefused() {
    var agent = new ScriptedAgent().says("Hello");
    try (var server = ServerUnderTest.with(agent)) {
      var first = server.send(chat(server, HI).header("Idempotency-Key", "k"));
      var again = server.send(chat(server, HI).header("Idempotency-Key", "k"));
      assertThat(again.text()).isEqualTo(first.text());
      assertThat(agent.requests()).hasSize(1);
      var other = server.send(chat(server, "{\"message\":\"Ho\"}").header("Idempotency-Key", "k"));
      assertThat(other.status()).isEqualTo(409);
      assertThat(other.at("code")).isEqualTo("request_key_reused");
    }
  }

  @Test
  void theSameMessageIdIsTheSameMessage() {
    var agent = new ScriptedAgent().says("Hello");
    try (var server = ServerUnderTest.with(agent)) {
      var id = UUID.randomUUID();
      var first = server.chat("{\"message\":\"Hi\",\"message_id\":\"" + id + "\"}");
      assertThat(first.at("user_message_id")).isEqualTo(id.toString());
      var again = server.chat("{\"message\":\"Hi\",\"message_id\":\"" + id + "\"}");
      assertThat(again.text()).isEqualTo(first.text());
      var other = server.chat("{\"message\":\"Ho\",\"message_id\":\"" + id + "\"}");
      assertThat(other.at("code")).isEqualTo("request_key_reused");
    }
  }

  @Test
  void whoPrefersNotToWaitIsToldWhereToLook() {
    var latch = new CountDownLatch(1);
    try (var server = ServerUnderTest.with(new ScriptedAgent().waitsFor(latch).says("Hello"))) {
      var answer = server.send(chat(server, HI).header("Prefer", "respond-async, wait=10"));
      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.at("state")).isEqualTo("running");
      assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async");
      var turn = answer.header("Location");
      assertThat(turn).startsWith("/api/alice/conversations/").endsWith(answer.at("id"));
      latch.countDown();
      await().untilAsserted(() -> assertThat(server.get(turn).at("state")).isEqualTo("completed"));
    }
  }

  @Test
  void aReplyThatTakesTooLongIsToBeLookedForLater() {
    try (var server =
        ServerUnderTest.with(
            new ScriptedAgent().hangs(),
            settings ->
                settings.timing(
                    ServerUnderTest.quick(Duration.ofMillis(100), Duration.ofSeconds(15))))) {
      var answer = server.chat(HI);
      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.at("state")).isEqualTo("running");
      assertThat(server.get(answer.header("Location")).status()).isEqualTo(200);
    }
  }

  @Test
  void aStoppedTurnIsAReplyWithWhatWasSaid() {
    var said = new CountDownLatch(1);
    var agent = new ScriptedAgent().says("Hel").does((request, sink) -> said.countDown()).hangs();
    try (var server = ServerUnderTest.with(agent)) {
      var async =
          server.send(
              chat(server, HI).header("Idempotency-Key", "k").header("Prefer", "respond-async"));
      await().until(() -> said.getCount() == 0);
      var stop = server.post(async.header("Location") + "/stop", "");
      assertThat(stop.status()).isEqualTo(202);
      var reply = server.send(chat(server, HI).header("Idempotency-Key", "k"));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.at("status")).isEqualTo("stopped");
      assertThat(reply.at("end_reason")).isEqualTo("user");
      assertThat(reply.at("message")).isEqualTo("Hel");
      assertThat(server.post(async.header("Location") + "/stop", "").status()).isEqualTo(202);
    }
  }

  @Test
  void aTurnCutShortByTheShutdownIsAnInterruptionThatKeepsWhatWasSaid() throws Exception {
    var agent = new ScriptedAgent().says("Hel").hangs();
    try (var server = ServerUnderTest.with(agent)) {
      var waiting = CompletableFuture.supplyAsync(() -> server.chat(HI));
      await().until(() -> !agent.requests().isEmpty());
      server.engine.close();
      var answer = waiting.get(20, TimeUnit.SECONDS);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.at("code")).isEqualTo("turn_interrupted");
      assertThat(answer.at("message")).isEqualTo("Hel");
      assertThat(answer.header("Retry-After")).isNotEmpty();
      var conversation = "/api/alice/conversations/" + answer.at("conversation_id");
      assertThat(server.get(conversation + "/turns/" + answer.at("turn_id")).at("state"))
          .isEqualTo("interrupted");
    }
  }

  @Test
  void whoeverShutsDownTakesNoNewTurns() {
    try (var server = ServerUnderTest.with(new ScriptedAgent())) {
      server.engine.close();
      var drained = server.chat(HI);
      assertThat(drained.status()).isEqualTo(503);
      assertThat(drained.at("code")).isEqualTo("draining");
      assertThat(drained.header("Retry-After")).isEqualTo("5");
    }
  }

  @Test
  void aMessageMayWaitForTheTurnBeforeIt() {
    var latch = new CountDownLatch(1);
    try (var server = ServerUnderTest.with(new ScriptedAgent().waitsFor(latch).says("ok"))) {
      var first = server.send(chat(server, HI).header("Prefer", "respond-async"));
      var id = first.at("conversation_id");
      var second =
          "{\"message\":\"And?\",\"on_busy\":\"enqueue\",\"conversation_id\":\"" + id + "\"}";
      var queued = server.send(chat(server, second).header("Prefer", "respond-async"));
      assertThat(queued.at("state")).isEqualTo("queued");
      assertThat(queued.json().get("position").asInt()).isEqualTo(1);
      assertThat(queued.json().at("/input/message").asText()).isEqualTo("And?");
      latch.countDown();
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get(queued.header("Location")).at("state"))
                      .isEqualTo("completed"));
    }
  }
}
