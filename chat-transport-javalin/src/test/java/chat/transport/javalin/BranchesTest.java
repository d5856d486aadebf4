package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chat.contract.ServerSentEvents;
import chat.testkit.ScriptedAgent;
import chat.transport.javalin.ServerUnderTest.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Another answer, another question, and the way back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BranchesTest {
  private static final String C = "/api/alice/conversations";
  private final CountDownLatch released = new CountDownLatch(1);
  private ServerUnderTest server;

  @BeforeAll
  void start() {
    server =
        ServerUnderTest.with(
            new ScriptedAgent()
                .does(
                    (request, sink) -> {
                      var asked = request.history().get(request.history().size() - 1);
                      sink.text("re: " + asked.content().text());
                      if (asked.content().text().equals("hang")) waitStubbornly();
                    }));
  }

  /** Goes on when it is let, and not because it is told to stop. */
  private void waitStubbornly() {
    while (true) {
      try {
        released.await();
        return;
      } catch (InterruptedException e) {
        // It is told to stop.
      }
    }
  }

  @AfterAll
  void stop() {
    released.countDown();
    server.close();
  }

  private static String messages(Answer chat) {
    return C + "/" + chat.at("conversation_id") + "/messages";
  }

  private String put(String path) {
    return String.valueOf(server.send(server.request(path).put(ServerUnderTest.body(""))).status());
  }

  private static List<String> ids(JsonNode list) {
    return StreamSupport.stream(list.get("data").spliterator(), false)
        .map(message -> message.get("id").asText())
        .toList();
  }

  @Test
  void aRetryMakesASiblingOfTheAnswer() {
    var first = server.chat("{\"message\":\"Hi\"}");
    var path = messages(first);
    var question = first.at("user_message_id");

    var again = server.post(path + "/" + first.at("message_id") + "/retry", "");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.at("user_message_id")).isEqualTo(question);
    assertThat(again.at("message_id")).isNotEqualTo(first.at("message_id"));
    assertThat(again.at("message")).isEqualTo("re: Hi");
    assertThat(ids(server.get(path).json())).containsExactly(question, again.at("message_id"));

    var fromTheQuestion = server.post(path + "/" + question + "/retry", "{}");
    var siblings = server.get(path + "/" + again.at("message_id") + "/siblings");
    assertThat(ids(siblings.json()))
        .containsExactly(
            first.at("message_id"), again.at("message_id"), fromTheQuestion.at("message_id"));
    assertThat(siblings.json().at("/data/2/sibling_index").asInt()).isEqualTo(2);
    assertThat(siblings.json().at("/data/2/sibling_count").asInt()).isEqualTo(3);
    var head = server.request(path + "/" + question + "/siblings").head();
    assertThat(server.send(head).status()).isEqualTo(200);
  }

  @Test
  void aRetryIsStreamedOrWaitedForOrLookedForLaterAndMadeOnce() {
    var first = server.chat("{\"message\":\"Hi\"}");
    var retry = messages(first) + "/" + first.at("user_message_id") + "/retry";
    var request = server.request(retry).header("Idempotency-Key", "retry").post(body("{}"));
    try (var stream =
        new ServerSentEvents(server.open(request.header("Accept", "text/event-stream")))) {
      assertThat(stream.next("turn.started").data()).contains(first.at("user_message_id"));
      stream.next("turn.completed");
    }
    var waited = server.send(request.removeHeader("Accept"));
    assertThat(waited.at("status")).isEqualTo("completed");
    assertThat(server.send(request).text()).isEqualTo(waited.text());
    var other = server.send(request.post(body("{\"model\":\"another\"}")));
    assertThat(other.at("code")).isEqualTo("request_key_reused");
    var later = server.request(retry).header("Prefer", "respond-async").post(body("{}"));
    assertThat(server.send(later).status()).isEqualTo(202);
  }

  private static okhttp3.RequestBody body(String json) {
    return ServerUnderTest.body(json);
  }

  @Test
  void anEditMakesASiblingOfTheQuestion() {
    var first = server.chat("{\"message\":\"Hi\"}");
    var edit =
        "{\"message\":\"Ho\",\"conversation_id\":\"%s\",\"replaces_message_id\":\"%s\"}"
            .formatted(first.at("conversation_id"), first.at("user_message_id"));
    var edited = server.chat(edit);
    assertThat(edited.at("message")).isEqualTo("re: Ho");
    var path = messages(first);
    assertThat(ids(server.get(path).json()))
        .containsExactly(edited.at("user_message_id"), edited.at("message_id"));
    assertThat(server.chat(edit).at("field"))
        .as("what was replaced is no longer there to be replaced")
        .isEqualTo("replaces_message_id");

    assertThat(put(path + "/" + first.at("user_message_id") + "/active")).isEqualTo("204");
    assertThat(ids(server.get(path).json()))
        .containsExactly(first.at("user_message_id"), first.at("message_id"));
    assertThat(put(path + "/" + edited.at("message_id") + "/active")).isEqualTo("204");
    assertThat(ids(server.get(path).json()))
        .containsExactly(edited.at("user_message_id"), edited.at("message_id"));
    assertThat(server.chat(edit.replace(first.at("user_message_id"), edited.at("message_id"))))
        .as("an answer cannot be edited")
        .returns(400, Answer::status);
  }

  @Test
  void nothingIsRetriedOrSwitchedWhileATurnRuns() {
    var first = server.chat("{\"message\":\"Hi\"}");
    var running =
        server.send(
            server
                .request("/api/alice/chat")
                .header("Prefer", "respond-async")
                .post(
                    body(
                        "{\"message\":\"hang\",\"conversation_id\":\"%s\"}"
                            .formatted(first.at("conversation_id")))));
    var message = messages(first) + "/" + first.at("message_id");
    for (var conflict :
        List.of(
            server.post(message + "/retry", "{\"on_busy\":\"reject\"}"),
            server.send(server.request(message + "/active").put(body(""))))) {
      assertThat(conflict.status()).isEqualTo(409);
      assertThat(conflict.at("code")).isEqualTo("turn_running");
      assertThat(conflict.at("turn_id")).isEqualTo(running.at("id"));
      assertThat(conflict.at("conversation_id")).isEqualTo(first.at("conversation_id"));
    }
    var interrupting =
        server.send(
            server
                .request(message + "/retry")
                .header("Prefer", "respond-async")
                .post(body("{\"on_busy\":\"interrupt\"}")));
    assertThat(interrupting.status()).isEqualTo(202);
    assertThat(interrupting.json().at("/input/retries_message_id").asText())
        .isEqualTo(first.at("message_id"));
    released.countDown();
    await()
        .untilAsserted(
            () ->
                assertThat(server.get(interrupting.header("Location")).at("state"))
                    .isEqualTo("completed"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"on_busy\":\"enqueue\"} | on_busy",
        "{\"on_busy\":1} | on_busy",
        "{\"model\":\" \"} | model",
        "{\"message\":\"Hi\"} | message",
        "[] | body",
      })
  void aWrongRetryNamesItsField(String body, String field) {
    var first = server.chat("{\"message\":\"Hi\"}");
    var answer = server.post(messages(first) + "/" + first.at("message_id") + "/retry", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.at("field")).isEqualTo(field);
  }

  @Test
  void anEditNamesItsConversation() {
    var edit = "{\"message\":\"Ho\",\"replaces_message_id\":\"" + UUID.randomUUID() + "\"}";
    assertThat(server.chat(edit).at("field")).isEqualTo("conversation_id");
  }

  @Test
  void whatIsAnothersIsAsAbsentAsWhatIsNot() {
    var mine = server.chat("{\"message\":\"Hi\"}");
    var bobs =
        server.send(
            server
                .anonymous("/api/bob/chat")
                .header("Authorization", "Bearer token-of-bob")
                .post(body("{\"message\":\"Hi\"}")));
    var absent = UUID.randomUUID().toString();
    for (var message :
        List.of(
            messages(mine) + "/" + bobs.at("message_id"),
            messages(bobs) + "/" + bobs.at("message_id"),
            messages(mine) + "/" + absent,
            C + "/" + absent + "/messages/" + mine.at("message_id"))) {
      assertThat(server.post(message + "/retry", "").status()).as(message).isEqualTo(404);
      assertThat(server.get(message + "/siblings").status()).as(message).isEqualTo(404);
      assertThat(put(message + "/active")).as(message).isEqualTo("404");
    }
    var edit =
        "{\"message\":\"Ho\",\"conversation_id\":\"%s\",\"replaces_message_id\":\"%s\"}"
            .formatted(mine.at("conversation_id"), bobs.at("user_message_id"));
    assertThat(server.chat(edit).status()).isEqualTo(404);
    assertThat(server.get(messages(mine) + "/x/siblings").at("field")).isEqualTo("message_id");
  }
}
