package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.ModelCall;
import chat.model.Turn;
import chat.testkit.ScriptedAgent;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The ledger of a turn, as its user reads it. */
class ModelCallsTest {
  private static final String C = "/api/alice/conversations/";

  @Test
  void everyCallIsListedInOrderWithWhatItUsedAndWhatBecameOfIt() {
    var took = Duration.ofNanos(1_250_900_000);
    var agent =
        new ScriptedAgent()
            .reports(new ModelCall("asked", null, Duration.ZERO, ModelCall.Outcome.FAILED))
            .says("Hello")
            .reports(
                new ModelCall(
                    "told", new Turn.Usage(10, 4, 20, 5), took, ModelCall.Outcome.COMPLETED));
    try (var server = ServerUnderTest.with(agent)) {
      var reply = server.chat("{\"message\":\"Hi\"}");
      var path = path(reply.at("conversation_id"), reply.at("turn_id"));

      var calls = server.get(path);

      assertThat(calls.status()).isEqualTo(200);
      var data = calls.json().path("data");
      assertThat(data).hasSize(2);
      assertThat(data.get(0).fieldNames())
          .toIterable()
          .containsExactly("model", "outcome", "started_at", "duration_ms");
      assertThat(data.get(0).path("outcome").asText()).isEqualTo("failed");
      assertThat(data.get(1).path("model").asText()).isEqualTo("told");
      assertThat(data.get(1).path("outcome").asText()).isEqualTo("completed");
      assertThat(data.get(1).path("usage")).isEqualTo(reply.json().path("usage"));
      assertThat(data.get(1).path("duration_ms").asLong()).isEqualTo(1250);
      assertThat(Instant.parse(data.get(1).path("started_at").asText())).isBefore(Instant.now());
      assertThat(server.send(server.request(path).head()).status()).isEqualTo(200);
      assertThat(server.get(path + "?limit=1").status()).isEqualTo(400);
    }
  }

  @Test
  void aTurnWithoutAModelHasNoneAndAnothersTurnIsNotFound() {
    try (var server = ServerUnderTest.with(new ScriptedAgent().says("Hello"))) {
      var reply = server.chat("{\"message\":\"Hi\"}");
      var mine = path(reply.at("conversation_id"), reply.at("turn_id"));
      assertThat(server.get(mine).json().path("data")).isEmpty();

      var bobs =
          server.send(
              server
                  .anonymous(mine.replace("/alice/", "/bob/"))
                  .header("Authorization", "Bearer token-of-bob"));
      assertThat(bobs.status()).isEqualTo(404);
      var absent = path(reply.at("conversation_id"), UUID.randomUUID().toString());
      assertThat(server.get(absent).status()).isEqualTo(404);
    }
  }

  private static String path(String conversation, String turn) {
    return C + conversation + "/turns/" + turn + "/model_calls";
  }
}
