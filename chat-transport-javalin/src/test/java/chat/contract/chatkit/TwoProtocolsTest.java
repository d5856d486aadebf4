package chat.contract.chatkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One conversation, driven through REST and ChatKit by turns, has one history. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoProtocolsTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String CARD = "{\"root\":{\"type\":\"Card\",\"children\":[]}}";
  private static final String FORM =
      "{\"questions\":[{\"type\":\"freeform\",\"id\":\"q\",\"question\":\"Why?\"}]}";

  private ChatKitServer server;

  @BeforeAll
  void start() {
    server = ChatKitServer.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private JsonNode rest(String method, String path, String body, int status) throws IOException {
    var request =
        new Request.Builder()
            .url(server.url() + "/api/alice" + path)
            .header("Authorization", "Bearer token-of-alice")
            .method(method, method.equals("GET") ? null : bytes(body))
            .build();
    try (var response = server.client.newCall(request).execute()) {
      var text = response.body().string();
      assertThat(response.code()).as(text).isEqualTo(status);
      return text.startsWith("{") ? MAPPER.readTree(text) : MAPPER.missingNode();
    }
  }

  private static RequestBody bytes(String body) {
    if (body.isEmpty()) return RequestBody.create(new byte[0]);
    return RequestBody.create(body, MediaType.get("application/json"));
  }

  private JsonNode restSays(String conversation, String more, String text, String... orders)
      throws IOException {
    server.script.set(List.of(orders));
    var body =
        "{\"message\":\"%s\",\"conversation_id\":\"%s\"%s}".formatted(text, conversation, more);
    return rest("POST", "/chat", body, 200);
  }

  private ChatKitClient.Answer chatKitSays(String thread, String text, String... orders)
      throws IOException {
    var to = thread.isEmpty() ? "" : "\"thread_id\":\"" + thread + "\",";
    return server.ask(
        "{\"type\":\"threads.%s\",\"params\":{%s\"input\":%s}}"
            .formatted(thread.isEmpty() ? "create" : "add_user_message", to, input(text)),
        orders);
  }

  private static String input(String text) {
    return "{\"content\":[{\"type\":\"input_text\",\"text\":\"%s\"}],".formatted(text)
        + "\"attachments\":[],\"quoted_text\":null,\"inference_options\":{}}";
  }

  /** Returns the UUID that an id of ChatKit's has in REST. */
  private static String uuid(String id) {
    return id.replaceAll(".*_(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private List<JsonNode> items(String thread) throws IOException {
    return list(
        server
            .ask(
                "{\"type\":\"items.list\",\"params\":{\"thread_id\":\"%s\",\"order\":\"asc\",\"limit\":9999}}"
                    .formatted(thread))
            .json()
            .path("data"));
  }

  private List<JsonNode> messages(String conversation) throws IOException {
    return list(
        rest("GET", "/conversations/" + conversation + "/messages?limit=100", "", 200)
            .path("data"));
  }

  /** Fails unless both tell the same: which messages, in which order, made when, saying what. */
  private void requireSame(String thread) throws IOException {
    var items = new ArrayList<List<String>>();
    for (var item : items(thread)) {
      var said = new StringBuilder();
      item.path("content").forEach(part -> said.append(part.path("text").asText()));
      items.add(
          List.of(
              uuid(item.path("id").asText()),
              item.path("type").asText(),
              item.path("created_at").asText(),
              said.toString()));
    }
    var messages = new ArrayList<List<String>>();
    for (var message : messages(uuid(thread))) {
      messages.add(
          List.of(
              message.path("id").asText(),
              type(message),
              message.path("created_at").asText(),
              message.path("kind").asText().equals("text")
                  ? message.path("content").asText()
                  : ""));
    }
    assertThat(items).isEqualTo(messages).isNotEmpty();
  }

  private static String type(JsonNode message) {
    return switch (message.path("kind").asText()) {
      case "text" -> message.path("role").asText() + "_message";
      case "reasoning", "workflow" -> "workflow";
      case "tool_call" ->
          message.path("tool_call").path("client").asBoolean() ? "client_tool_call" : "workflow";
      case "image" -> "generated_image";
      default -> message.path("kind").asText();
    };
  }

  private void retryInChatKit(String thread, String item, String... orders) throws IOException {
    server.ask(
        "{\"type\":\"threads.retry_after_item\",\"params\":{\"thread_id\":\"%s\",\"item_id\":\"%s\"}}"
            .formatted(thread, item),
        orders);
  }

  @Test
  void showTheSameHistoryAfterEveryTurn() throws IOException {
    var thread =
        chatKitSays("", "one", "think Hm", "say 1")
            .events("thread.created")
            .get(0)
            .at("/thread/id")
            .asText();
    var id = uuid(thread);
    requireSame(thread);
    restSays(id, "", "two", "call clock {}", "say 2");
    requireSame(thread);
    chatKitSays(thread, "three", "show widget " + CARD, "hide secret", "say 3");
    requireSame(thread);
    restSays(
        id,
        "",
        "four",
        "open image {}",
        "update image {\"image\":{\"id\":\"i\",\"url\":\"https://x.example/\"}}",
        "done");
    requireSame(thread);
    chatKitSays(thread, "five", "say cut", "fail model_refused");
    requireSame(thread);
  }

  @Test
  void showTheSameBranchAfterRetriesAndEdits() throws IOException {
    var thread =
        chatKitSays("", "one", "say 1").events("thread.created").get(0).at("/thread/id").asText();
    var id = uuid(thread);
    restSays(id, "", "two", "say 2");
    var first = items(thread).get(0).path("id").asText();
    var second = items(thread).get(2).path("id").asText();

    retryInChatKit(thread, second, "say 2b");
    requireSame(thread);
    assertThat(items(thread)).hasSize(4);
    restSays(id, ",\"replaces_message_id\":\"" + uuid(second) + "\"", "two, edited", "say 2c");
    requireSame(thread);
    server.script.set(List.of("say 1b"));
    rest("POST", "/conversations/" + id + "/messages/" + uuid(first) + "/retry", "{}", 200);
    requireSame(thread);
    assertThat(items(thread)).hasSize(2);

    var siblings =
        rest(
            "GET",
            "/conversations/"
                + id
                + "/messages/"
                + uuid(items(thread).get(1).path("id").asText())
                + "/siblings",
            "",
            200);
    var older = siblings.path("data").get(0).path("id").asText();
    rest("PUT", "/conversations/" + id + "/messages/" + older + "/active", "", 204);
    requireSame(thread);
    assertThat(items(thread)).hasSize(4);
    assertThat(items(thread).get(2).at("/content/0/text").asText()).isEqualTo("two, edited");
  }

  @Test
  void answersGoThroughEither() throws IOException {
    var thread =
        chatKitSays("", "ask", "ask " + FORM)
            .events("thread.created")
            .get(0)
            .at("/thread/id")
            .asText();
    var id = uuid(thread);
    requireSame(thread);
    var turn = rest("GET", "/conversations/" + id, "", 200).path("turn");
    var form = turn.at("/awaiting/0/message_id").asText();
    server.script.set(List.of("say thanks"));
    rest(
        "POST",
        "/conversations/" + id + "/turns/" + turn.path("id").asText() + "/answers/" + form,
        "{\"answers\":{\"q\":{\"values\":[\"so\"]}}}",
        202);
    rest("GET", "/conversations/" + id + "/turns/" + turn.path("id").asText() + "/events", "", 200);
    requireSame(thread);
    assertThat(items(thread).get(1).path("status").asText()).isEqualTo("answered");
    assertThat(items(thread).get(1).at("/inputs/0/answer/values/0").asText()).isEqualTo("so");

    restSays(id, "", "tool", "client weather {}");
    requireSame(thread);
    server.ask(
        "{\"type\":\"threads.add_client_tool_output\",\"params\":{\"thread_id\":\"%s\",\"result\":7}}"
            .formatted(thread),
        "say fine");
    requireSame(thread);
    assertThat(messages(id)).anyMatch(it -> it.at("/tool_call/state").asText().equals("succeeded"));
  }

  @Test
  void aRenamingIsSeenByBoth() throws IOException {
    var thread =
        chatKitSays("", "name me", "say x")
            .events("thread.created")
            .get(0)
            .at("/thread/id")
            .asText();
    rest("PATCH", "/conversations/" + uuid(thread), "{\"title\":\"From REST\"}", 200);
    var get =
        "{\"type\":\"threads.get_by_id\",\"params\":{\"thread_id\":\"%s\"}}".formatted(thread);
    assertThat(server.ask(get).json().path("title").asText()).isEqualTo("From REST");
    server.ask(
        "{\"type\":\"threads.update\",\"params\":{\"thread_id\":\"%s\",\"title\":\"From ChatKit\"}}"
            .formatted(thread));
    assertThat(rest("GET", "/conversations/" + uuid(thread), "", 200).path("title").asText())
        .isEqualTo("From ChatKit");
  }
}
