package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.contract.ServerSentEvents;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.TurnEvent;
import chat.port.Agent;
import chat.port.Toolset;
import chat.transport.javalin.ServerUnderTest.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user says to a call that waits. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswersTest {
  private ServerUnderTest server;

  /** A turn that awaits, and where its call is answered. */
  private record Asked(String turn, String message) {
    String answers() {
      return turn + "/answers/" + message;
    }
  }

  @BeforeAll
  void start() {
    Agent agent =
        (request, sink) -> {
          var last = request.history().get(request.history().size() - 1);
          if (last.content() instanceof Content.ToolCall call && call.result() != null) {
            sink.text("heard");
          } else {
            sink.call(
                List.of(new Agent.Call(last.content().text(), new Json("{\"sum\":1}"), null)));
          }
        };
    server = ServerUnderTest.with(agent, new TwoTools(), settings -> settings);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  /** One that asks first, and one that the client itself runs. */
  private static final class TwoTools implements Toolset {
    @Override
    public List<Tool> tools(Caller caller) {
      return List.of(tool("pay", Tool.Run.AFTER_APPROVAL), tool("locate", Tool.Run.BY_THE_CLIENT));
    }

    private static Tool tool(String name, Tool.Run run) {
      return new Tool(name, null, name, Json.EMPTY, run, false, Duration.ofSeconds(5), "1");
    }

    @Override
    public ToolResult call(
        Caller caller, Tool tool, Json arguments, Consumer<TurnEvent.Progress> progress) {
      return ToolResult.text("called with " + arguments);
    }
  }

  private Asked asks(String tool) {
    var reply = server.chat("{\"message\":\"" + tool + "\"}");
    assertThat(reply.at("status")).isEqualTo("awaiting");
    var turn =
        "/api/alice/conversations/%s/turns/%s"
            .formatted(reply.at("conversation_id"), reply.at("turn_id"));
    return new Asked(turn, reply.json().at("/tool_calls/0/message_id").asText());
  }

  /** Waits for the turn's end, and returns the call as it then is. */
  private JsonNode call(Asked asked) throws Exception {
    try (var stream = new ServerSentEvents(server.open(server.request(asked.turn() + "/events")))) {
      var finished = ServerUnderTest.MAPPER.readTree(stream.next("tool.finished").data());
      stream.next("turn.completed");
      return finished;
    }
  }

  @Test
  void anApprovedCallRunsWithTheArgumentsThatWereApproved() throws Exception {
    var asked = asks("pay");
    assertThat(server.get(asked.turn()).json().at("/awaiting/0/answered").asBoolean()).isFalse();
    var answer = server.post(asked.answers(), "{\"decision\":\"approve\"}");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.at("state")).isEqualTo("running");
    assertThat(call(asked).at("/result/content/0/text").asText())
        .isEqualTo("called with {\"sum\":1}");

    var changed = asks("pay");
    var arguments = "{\"sum\":0.10000000000000000001,\"to\":[\"bob\",null]}";
    server.post(changed.answers(), "{\"decision\":\"approve\",\"arguments\":" + arguments + "}");
    assertThat(call(changed).at("/result/content/0/text").asText())
        .isEqualTo("called with " + arguments);
  }

  @Test
  void aDeniedCallDoesNotRun() throws Exception {
    var asked = asks("pay");
    assertThat(server.post(asked.answers(), "{\"decision\":\"deny\"}").status()).isEqualTo(202);
    assertThat(call(asked).get("state").asText()).isEqualTo("denied");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{\"at\":[1,2]}", "null", "\"here\"", "false"})
  void aClientsResultIsWhatTheToolSays(String result) throws Exception {
    var asked = asks("locate");
    var answer = server.post(asked.answers(), "{\"result\":" + result + "}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    var call = call(asked);
    assertThat(call.get("state").asText()).isEqualTo("succeeded");
    assertThat(call.at("/result/structured_content").toString()).isEqualTo(result);
  }

  @Test
  void theFirstAnswerStands() {
    var asked = asks("pay");
    server.post(asked.answers(), "{\"decision\":\"deny\"}");
    assertThat(server.post(asked.answers(), "{\"decision\":\"deny\"}").status()).isEqualTo(202);
    var other = server.post(asked.answers(), "{\"decision\":\"approve\"}");
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.at("code")).isEqualTo("already_answered");
    assertThat(asked.turn()).endsWith(other.at("turn_id")).contains(other.at("conversation_id"));
  }

  @Test
  void anAnswerThatNamesItsQuestionIsTakenForNoOther() throws Exception {
    var asked = asks("pay");
    var hash = server.get(asked.turn()).json().at("/awaiting/0/call_hash").asText();
    var other = "{\"decision\":\"approve\",\"call_hash\":\"" + "0".repeat(64) + "\"}";
    var refused = server.post(asked.answers(), other);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.at("code")).isEqualTo("call_changed");
    assertThat(server.get(asked.turn()).json().at("/awaiting/0/answered").asBoolean()).isFalse();
    var sure = "{\"decision\":\"approve\",\"call_hash\":\"" + hash + "\"}";
    assertThat(server.post(asked.answers(), sure).status()).isEqualTo(202);
    assertThat(call(asked).get("state").asText()).isEqualTo("succeeded");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | body",
        "{} | decision",
        "{\"decision\":null} | decision",
        "{\"decision\":\"maybe\"} | decision",
        "{\"decision\":true} | decision",
        "{\"decision\":\"approve\",\"result\":1} | decision",
        "{\"decision\":\"approve\",\"answers\":{}} | decision",
        "{\"result\":1,\"answers\":{}} | result",
        "{\"decision\":\"deny\",\"arguments\":{}} | arguments",
        "{\"arguments\":{}} | arguments",
        "{\"decision\":\"approve\",\"arguments\":[]} | arguments",
        "{\"decision\":\"approve\",\"arguments\":{\"a\":\"\\u0000\"}} | arguments",
        "{\"decision\":\"approve\",\"arguments\":{\"a\":1,\"a\":2}} | arguments",
        "{\"result\":1e99999} | result",
        "{\"result\":\"paid\"} | result",
        "{\"skipped\":true} | skipped",
        "{\"answers\":{},\"skipped\":1} | skipped",
        "{\"answers\":{}} | answers",
        "{\"answer\":{}} | answer",
      })
  void aWrongAnswerNamesItsField(String body, String field) {
    var asked = asks("pay");
    var answer = server.post(asked.answers(), body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.at("field")).as(answer.text()).isEqualTo(field);
    assertThat(server.get(asked.turn()).at("state")).isEqualTo("awaiting");
  }

  @Test
  void aCallThatTheClientMakesIsNotApprovedButMayBeDenied() throws Exception {
    var asked = asks("locate");
    var approved = server.post(asked.answers(), "{\"decision\":\"approve\"}");
    assertThat(approved.status()).isEqualTo(400);
    assertThat(approved.at("field")).isEqualTo("decision");
    assertThat(server.post(asked.answers(), "{\"decision\":\"deny\"}").status()).isEqualTo(202);
    assertThat(call(asked).get("state").asText()).isEqualTo("denied");
  }

  @Test
  void onlyItsUserAnswersAndOnlyWhatWaits() {
    var asked = asks("pay");
    var absent = UUID.randomUUID().toString();
    var deny = "{\"decision\":\"deny\"}";
    assertAbsent(server.post(asked.turn() + "/answers/" + absent, deny));
    assertAbsent(
        server.post(
            asked.turn() + "/answers/" + server.get(asked.turn()).at("user_message_id"), deny));
    var bob =
        server
            .anonymous(asked.answers().replace("/alice/", "/bob/"))
            .header("Authorization", "Bearer token-of-bob")
            .post(ServerUnderTest.body(deny));
    assertAbsent(server.send(bob));
    assertThat(server.get(asked.turn()).at("state")).isEqualTo("awaiting");
  }

  private static void assertAbsent(Answer answer) {
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.at("code")).isEqualTo("not_found");
  }
}
