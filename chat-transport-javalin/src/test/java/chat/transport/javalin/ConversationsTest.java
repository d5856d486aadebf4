package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.testkit.ScriptedAgent;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConversationsTest {
  private static final String C = "/api/alice/conversations";

  private final ServerUnderTest server = ServerUnderTest.with(new ScriptedAgent().says("Hello"));

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aConversationIsMadeFoundChangedAndDeleted() {
    var made = server.post(C, "{\"title\":\"Trip\"}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.header("Location")).isEqualTo(C + "/" + made.at("id"));
    assertThat(made.json().fieldNames())
        .toIterable()
        .containsExactly("id", "title", "status", "created_at", "updated_at");

    var path = made.header("Location");
    var detail = server.get(path);
    assertThat(detail.at("title")).isEqualTo("Trip");
    assertThat(detail.json().get("messages")).isEmpty();
    assertThat(detail.json().get("queue")).isEmpty();
    assertThat(detail.json().has("turn")).isFalse();

    var patch = server.request(path).patch(ServerUnderTest.body("{\"status\":\"closed\"}"));
    assertThat(server.send(patch).at("status")).isEqualTo("closed");
    var refused = server.chat("{\"message\":\"Hi\",\"conversation_id\":\"" + made.at("id") + "\"}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.at("code")).isEqualTo("conversation_locked");

    var deleted = server.send(server.request(path).delete());
    assertThat(deleted.status()).isEqualTo(204);
    assertThat(deleted.text()).isEmpty();
    assertThat(server.get(path).status()).isEqualTo(404);
  }

  @Test
  void anEmptyBodyMakesAnEmptyConversationAndAKeyOnlyOne() {
    assertThat(server.post(C, "").json().has("title")).isFalse();
    var request = server.request(C).header("Idempotency-Key", "k");
    var first = server.send(request.post(ServerUnderTest.body("{}")));
    assertThat(server.send(request).at("id")).isEqualTo(first.at("id"));
    var other = server.send(request.post(ServerUnderTest.body("{\"title\":\"x\"}")));
    assertThat(other.at("code")).isEqualTo("request_key_reused");
  }

  @Test
  void aKeyOfAConversationIsNotOneOfATurn() {
    var make = server.request(C).header("Idempotency-Key", "k").post(ServerUnderTest.body("{}"));
    var chat =
        server
            .request("/api/alice/chat")
            .header("Idempotency-Key", "k")
            .post(ServerUnderTest.body("{\"message\":\"Hi\"}"));
    assertThat(server.send(make).status()).isEqualTo(201);
    assertThat(server.send(chat).status()).isEqualTo(200);
    assertThat(server.send(make).status()).isEqualTo(201);
  }

  @Test
  void aListIsReadPageByPage() {
    var made = new ArrayList<String>();
    for (int i = 0; i < 5; i++) made.add(0, server.post(C, "").at("id"));
    var seen = new ArrayList<String>();
    var page = server.get(C + "?limit=2").json();
    while (true) {
      page.get("data").forEach(c -> seen.add(c.get("id").asText()));
      if (!page.get("has_more").asBoolean()) break;
      page = server.get(C + "?limit=2&after=" + page.get("after").asText()).json();
    }
    assertThat(page.has("after")).isFalse();
    assertThat(seen).isEqualTo(made);
  }

  @Test
  void aSearchTellsWhereItFoundSomething() {
    var reply = server.chat("{\"message\":\"Is Oslo <b>cold</b>?\"}");
    var titled = server.post(C, "{\"title\":\"To Oslo\"}");
    server.post(C, "{\"title\":\"Elsewhere\"}");

    var page = server.get(C + "?query=%22oslo").json();
    assertThat(page.get("has_more").asBoolean()).isFalse();
    assertThat(page.get("data")).hasSize(2);
    var byTitle = page.at("/data/0");
    assertThat(byTitle.get("id").asText()).isEqualTo(titled.at("id"));
    assertThat(byTitle.get("match").toString())
        .isEqualTo("{\"snippet\":[{\"text\":\"To \"},{\"text\":\"Oslo\",\"hit\":true}]}");
    var byText = page.at("/data/1");
    assertThat(byText.get("id").asText()).isEqualTo(reply.at("conversation_id"));
    assertThat(byText.get("match").toString())
        .isEqualTo(
            "{\"message_id\":\"%s\",\"snippet\":[{\"text\":\"Is \"},{\"text\":\"Oslo\",\"hit\":true},{\"text\":\" <b>cold</b>?\"}]}"
                .formatted(reply.at("user_message_id")));

    var first = server.get(C + "?query=oslo&limit=1").json();
    var second = server.get(C + "?query=oslo&limit=1&after=" + first.get("after").asText()).json();
    assertThat(second.get("data")).containsExactly(byText);
    assertThat(second.get("has_more").asBoolean()).isFalse();
    for (var nothing : new String[] {"", "%20", "%26%7C!:*%3C-%3E%27%5C", "%00", "-oslo"}) {
      assertThat(server.get(C + "?query=" + nothing).json().get("data")).as(nothing).isEmpty();
    }
  }

  @Test
  void aDetailShowsTheNewestMessagesAndTheTurn() {
    var reply = server.chat("{\"message\":\"Hi\"}");
    var detail = server.get(C + "/" + reply.at("conversation_id")).json();
    assertThat(detail.get("title").asText()).isEqualTo("Hi");
    assertThat(detail.get("has_more").asBoolean()).isFalse();
    assertThat(detail.get("messages"))
        .extracting(m -> m.get("role").asText())
        .containsExactly("user", "assistant");
    assertThat(detail.get("messages"))
        .extracting(m -> m.get("content").asText())
        .containsExactly("Hi", "Hello");
    assertThat(detail.at("/turn/state").asText()).isEqualTo("completed");
    assertThat(detail.at("/turn/id").asText()).isEqualTo(reply.at("turn_id"));
    var turn = C + "/" + reply.at("conversation_id") + "/turns/" + reply.at("turn_id");
    var resumeFrom = detail.at("/turn/resume_from");
    assertThat(resumeFrom.isNumber()).isTrue();
    assertThat(server.get(turn + "/events?after=" + resumeFrom).status())
        .as("nothing follows a turn that is over")
        .isEqualTo(204);
  }

  @Test
  void aHistoryIsWalkedBackFromTheNewest() {
    var id = server.chat("{\"message\":\"one\"}").at("conversation_id");
    server.chat("{\"message\":\"two\",\"conversation_id\":\"" + id + "\"}");
    var newest = server.get(C + "/" + id + "/messages?limit=3").json();
    assertThat(texts(newest)).containsExactly("Hello", "two", "Hello");
    assertThat(newest.get("has_more_before").asBoolean()).isTrue();
    assertThat(newest.get("has_more_after").asBoolean()).isFalse();
    var first = newest.at("/data/0/id").asText();
    var before = server.get(C + "/" + id + "/messages?before=" + first).json();
    assertThat(texts(before)).containsExactly("one");
    var around = server.get(C + "/" + id + "/messages?limit=3&around=" + first).json();
    assertThat(texts(around)).containsExactly("one", "Hello", "two");
  }

  private static Iterable<String> texts(JsonNode window) {
    var texts = new ArrayList<String>();
    window.get("data").forEach(message -> texts.add(message.get("content").asText()));
    return texts;
  }

  @Test
  void whatCanBeReadHasAHead() {
    var path = server.post(C, "").header("Location");
    var head = server.send(server.request(path).head());
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Type")).isEqualTo("application/json");
    assertThat(head.text()).isEmpty();
    var absent = server.request(C + "/00000000-0000-7000-8000-000000000000").head();
    assertThat(server.send(absent).status()).isEqualTo(404);
    assertThat(server.send(server.anonymous(path).head()).status()).isEqualTo(401);
  }

  @Test
  void aTurnIsFoundByItsId() {
    var reply = server.chat("{\"message\":\"Hi\"}");
    var turn = server.get(C + "/" + reply.at("conversation_id") + "/turns/" + reply.at("turn_id"));
    assertThat(turn.at("state")).isEqualTo("completed");
    assertThat(turn.at("user_message_id")).isEqualTo(reply.at("user_message_id"));
    assertThat(turn.json().has("finished_at")).isTrue();
    assertThat(turn.header("Cache-Control")).isEqualTo("no-store");
  }
}
