package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.agent.openai.OpenAiAgent;
import chat.agent.openai.OpenAiSettings;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.testkit.Samples;
import chat.testkit.ScriptedToolset;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shows the ledger of turns with tools: what the model was asked is what is written. */
@Timeout(120)
final class UsageLedgerTest {
  private static final List<String> COUNTS =
      List.of("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens");

  private final String user = "user-" + UUID.randomUUID();
  private final ScriptedToolset tools =
      new ScriptedToolset()
          .has(Samples.tool("look"), call -> ToolResult.text("seen"))
          .has(Samples.tool("pay", Tool.Run.AFTER_APPROVAL), call -> ToolResult.text("paid"));

  /** Looks, fails once, pays, and says so: four calls, three of which tell what they used. */
  private static ScriptedModel.Script script(int call) {
    return switch (call) {
      case 1 -> calls("look", 100, 5);
      case 2 -> ScriptedModel.refuses(500);
      case 3 -> calls("pay", 250, 8);
      default -> ScriptedModel.says("paid");
    };
  }

  private static ScriptedModel.Script calls(String tool, int input, int output) {
    return exchange -> {
      var stream = ScriptedModel.stream(exchange);
      ScriptedModel.write(
          stream,
          "{\"model\":\"scripted-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":2}}}"
              .formatted(input, output));
      ScriptedModel.call(stream, tool);
    };
  }

  @Test
  void aTurnOfSeveralStepsHasARowForEachCallAndTheirSumIsItsUsage() throws Exception {
    try (var model = new ScriptedModel(ScriptedModel.refuses(500));
        var agent = new OpenAiAgent(settings(model));
        var first = instance(agent);
        var second = instance(agent)) {
      model.playsTo(request -> script(model.asked().size()));

      var reply = first.client.post(user, "/api/" + user + "/chat", Map.of("message", "go"));
      assertThat(reply.text("status")).isEqualTo("awaiting");
      var turn =
          "/api/%s/conversations/%s/turns/%s"
              .formatted(user, reply.text("conversation_id"), reply.text("turn_id"));
      assertThat(rows(first, turn)).hasSize(3);
      requireSum(first, turn);
      var call = second.client.get(user, turn).body().at("/awaiting/0/message_id").textValue();
      second.client.post(user, turn + "/answers/" + call, Map.of("decision", "approve"));
      try (var stream = first.client.follow(user, turn, 0)) {
        assertThat(stream.rest().getLast().name()).isEqualTo("turn.completed");
      }

      var rows = rows(first, turn);
      assertThat(rows).hasSameSizeAs(model.asked()).hasSize(4);
      assertThat(rows)
          .extracting(row -> row.get("model").textValue() + " " + row.get("outcome").textValue())
          .containsExactly(
              "scripted-1 completed",
              "scripted failed",
              "scripted-1 completed",
              "scripted completed");
      assertThat(rows.get(1).has("usage")).isFalse();
      assertThat(rows.get(2).at("/usage/input_tokens").intValue()).isEqualTo(250);
      requireSum(first, turn);
    }
  }

  @Test
  void aCallThatIsStoppedInTheMiddleIsARowToo() throws Exception {
    var never = new CountDownLatch(1);
    ScriptedModel.Script hangs =
        exchange -> {
          var stream = ScriptedModel.stream(exchange);
          ScriptedModel.say(stream, "Hel");
          never.await();
        };
    try (var model = new ScriptedModel(hangs);
        var agent = new OpenAiAgent(settings(model));
        var instance = instance(agent);
        var stream =
            instance.client.stream(user, "/api/" + user + "/chat", Map.of("message", "go"))) {
      var started = stream.next("turn.started").data();
      stream.next("message.delta");
      var turn =
          "/api/%s/conversations/%s/turns/%s"
              .formatted(
                  user,
                  started.get("conversation_id").textValue(),
                  started.get("turn_id").textValue());
      instance.client.stop(user, turn);
      assertThat(stream.rest().getLast().name()).isEqualTo("turn.stopped");
      assertThat(rows(instance, turn))
          .extracting(row -> row.get("outcome").textValue())
          .containsExactly("stopped");
      never.countDown();
    }
  }

  private static OpenAiSettings settings(ScriptedModel model) {
    return OpenAiSettings.of(URI.create(model.url()), null, "scripted");
  }

  private Instance instance(OpenAiAgent agent) {
    return Instance.start(SharedDatabase.inThisJvm().database(), agent, tools);
  }

  private List<JsonNode> rows(Instance instance, String turn) throws Exception {
    var rows = new ArrayList<JsonNode>();
    instance.client.get(user, turn + "/model_calls").body().get("data").forEach(rows::add);
    return rows;
  }

  private void requireSum(Instance instance, String turn) throws Exception {
    var usage = instance.client.get(user, turn).body().get("usage");
    for (var count : COUNTS) {
      long sum = 0;
      for (var row : rows(instance, turn)) sum += row.at("/usage/" + count).asLong();
      assertThat(usage.get(count).longValue()).as(count).isEqualTo(sum);
    }
  }
}
