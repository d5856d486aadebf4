package chat.contract.chatkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chat.contract.chatkit.ChatKitClient.Asked;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Message;
import chat.model.Turn;
import chat.model.UserId;
import chat.model.Window;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What no transcript can show: clients that go, turns that meet, handlers, and approvals. */
class BeyondTranscriptsTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Caller ALICE = Caller.withoutToken(new UserId("alice"));
  private static final String NOTE =
      "The user cancelled the stream. Stop responding to the prior request.";

  private static String create(String text) {
    return "{\"type\":\"threads.create\",\"params\":{\"input\":%s}}".formatted(input(text));
  }

  private static String add(String thread, String text) {
    return "{\"type\":\"threads.add_user_message\",\"params\":{\"thread_id\":\"%s\",\"input\":%s}}"
        .formatted(thread, input(text));
  }

  private static String input(String text) {
    return "{\"content\":[{\"type\":\"input_text\",\"text\":\"%s\"}],".formatted(text)
        + "\"attachments\":[],\"inference_options\":{}}";
  }

  private static String get(String thread) {
    return "{\"type\":\"threads.get_by_id\",\"params\":{\"thread_id\":\"%s\"}}".formatted(thread);
  }

  private static String act(String thread, String item, JsonNode action) {
    return "{\"type\":\"threads.custom_action\",\"params\":{\"thread_id\":\"%s\",\"item_id\":\"%s\",\"action\":{\"type\":%s,\"payload\":%s}}}"
        .formatted(thread, item, action.get("type"), action.get("payload"));
  }

  private static Conversation.Id id(String thread) {
    var uuid = thread.replaceAll("thr_(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    return new Conversation.Id(UUID.fromString(uuid));
  }

  private static List<Content> history(ChatKitServer server, String thread) {
    return server.service.window(ALICE, id(thread), Window.Query.newest(100)).messages().stream()
        .map(Message::content)
        .toList();
  }

  /** Begins a turn, reads as far as a line that holds this, and hangs up; returns the thread. */
  private static String leave(ChatKitServer server, String body, String at, String... orders)
      throws IOException {
    server.script.set(List.of(orders));
    var thread = "";
    try (var response = server.chatKit.open(Asked.of(ChatKitServer.token("alice"), body))) {
      var source = response.body().source();
      for (var line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
        if (!line.startsWith("data: ")) continue;
        var json = MAPPER.readTree(line.substring(6));
        if (thread.isEmpty()) thread = json.at("/thread/id").asText();
        if (line.contains(at)) return thread;
      }
    }
    throw new AssertionError("nothing like " + at);
  }

  private static Turn turn(ChatKitServer server, String thread) {
    var turn = server.service.open(ALICE, id(thread), 1).turn();
    if (turn == null) throw new AssertionError("no turn");
    return turn;
  }

  private static void awaitEnd(ChatKitServer server, String thread) {
    await().atMost(Duration.ofSeconds(30)).until(() -> turn(server, thread).state().terminal());
  }

  /** test_chatkit_server 1. */
  @Test
  void whoeverGoesStopsTheTurnAndWhatWasSaidStaysWithANoteThatNobodySees() throws IOException {
    try (var server = ChatKitServer.thatStops()) {
      var thread = leave(server, create("Stop me"), "world", "say Hello, |world", "hang");
      awaitEnd(server, thread);

      var history = history(server, thread);
      assertThat(history).hasSize(3);
      assertThat(history.get(1).text()).isEqualTo("Hello, world");
      assertThat(history.get(2))
          .isInstanceOfSatisfying(
              Content.HiddenContext.class,
              note -> assertThat(Shapes.tree(note.body().text()).asText()).isEqualTo(NOTE));
      assertThat(server.ask(get(thread)).json().at("/items/data")).hasSize(2);
    }
  }

  /** test_chatkit_server 2. */
  @Test
  void whoeverGoesBeforeAnythingWasSaidLeavesTheNoteAlone() throws IOException {
    try (var server = ChatKitServer.thatStops()) {
      var thread = leave(server, create("Stop me"), "stream_options", "hang");
      awaitEnd(server, thread);

      var history = history(server, thread);
      assertThat(history).hasSize(2);
      assertThat(history.get(1)).isInstanceOf(Content.HiddenContext.class);
    }
  }

  @Test
  void aStopIsOfferedWhereGoingStops() throws IOException {
    try (var server = ChatKitServer.thatStops()) {
      var options = server.ask(create("Hi"), "say Hello").events("stream_options");
      assertThat(options.get(0).at("/stream_options/allow_cancel").asBoolean()).isTrue();
    }
  }

  @Test
  void aTurnGoesOnWithoutItsClientAndAReloadShowsWhatIsSaidSoFar() throws IOException {
    try (var server = ChatKitServer.start()) {
      var thread = leave(server, create("Go on"), "so far", "say so far", "hang");

      var partial = server.ask(get(thread)).json().at("/items/data/1");
      assertThat(partial.path("type").asText()).isEqualTo("assistant_message");
      assertThat(partial.at("/content/0/text").asText()).isEqualTo("so far");
      assertThat(turn(server, thread).state()).isEqualTo(Turn.State.RUNNING);

      var next = server.ask(add(thread, "Now this"), "say this");
      assertThat(next.lines().get(0).at("/item/content/0/text").asText()).isEqualTo("Now this");
      assertThat(history(server, thread).stream().map(Content::text))
          .contains("so far", "Now this", "this");
    }
  }

  @Test
  void anActionIsRefusedWhileATurnRuns() throws IOException {
    try (var server = ChatKitServer.start()) {
      var thread = leave(server, create("Busy"), "busy", "say busy", "hang");
      var action = MAPPER.readTree("{\"type\":\"go\",\"payload\":null}");
      var body = act(thread, "x", action).replace("\"item_id\":\"x\",", "");
      var refused = server.ask(body);
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.json().at("/error/code").asText()).isEqualTo("turn_running");
    }
  }

  /** test_chatkit_server 4. */
  @Test
  void theCallerReachesTheToolsAndTheHandlerOfFeedback() throws IOException {
    try (var server = ChatKitServer.start()) {
      var thread = server.ask(create("Time"), "call clock {}", "say noon").lines().get(0);
      assertThat(server.tools.calls().get(0).caller().bearer()).isEqualTo("token-of-alice");

      rate(server, thread.at("/thread/id").asText(), "[]");
      assertThat(server.rated.get(0).caller().bearer()).isEqualTo("token-of-alice");
    }
  }

  private static void rate(ChatKitServer server, String thread, String items) throws IOException {
    var body =
        "{\"type\":\"items.feedback\",\"params\":{\"thread_id\":\"%s\",\"item_ids\":%s,\"kind\":\"negative\"}}"
            .formatted(thread, items);
    var path = "/embedded/chatkit";
    var answer = server.chatKit.ask(new Asked(ChatKitServer.token("alice"), path, Map.of(), body));
    assertThat(answer.status()).isEqualTo(200);
  }

  private static String item(Message.Id id) {
    return "\"msg_" + id.value().toString().replace("-", "") + "\"";
  }

  /** test_chatkit_server 22. */
  @Test
  void theHandlerOfFeedbackHearsOfWhichItemsAndWhat() throws IOException {
    try (var server = ChatKitServer.start()) {
      var card = "{\"root\":{\"type\":\"Card\",\"children\":[]}}";
      var said = server.ask(create("Rate"), "show text {\"text\":\"x\"}", "show widget " + card);
      var thread = said.lines().get(0).at("/thread/id").asText();
      var items = new ArrayList<String>();
      said.events("thread.item.done").stream()
          .skip(1)
          .forEach(it -> items.add(it.at("/item/id").toString()));
      rate(server, thread, items.toString());

      var rated = server.rated.get(0);
      assertThat(rated.conversation()).isEqualTo(id(thread));
      assertThat(rated.kind()).isEqualTo(Feedback.NEGATIVE);
      assertThat(rated.messages().stream().map(BeyondTranscriptsTest::item))
          .containsExactlyElementsOf(items);
      for (var message : rated.messages()) {
        assertThat(server.service.feedback(ALICE, id(thread), message)).contains(Feedback.NEGATIVE);
      }
    }
  }

  /** test_chatkit_server 29, test_chatkit_server 31. */
  @Test
  void aServiceThatHasNoPlaceForAttachmentsRefusesThem() throws IOException {
    try (var server = ChatKitServer.start()) {
      for (var body :
          List.of(
              "{\"type\":\"attachments.create\",\"params\":{\"name\":\"a\",\"size\":1,\"mime_type\":\"text/plain\"}}",
              "{\"type\":\"attachments.delete\",\"params\":{\"attachment_id\":\"atc_1\"}}")) {
        var asked = new Asked(ChatKitServer.token("alice"), "/embedded/chatkit", Map.of(), body);
        assertThat(server.chatKit.ask(asked).status()).isBetween(400, 499);
      }
    }
  }

  /** An approval is a card; its answer puts the workflow of the call into the card's place. */
  @Test
  void aCallIsApprovedByTheButtonOfACard() throws IOException {
    try (var server = ChatKitServer.start()) {
      var asked = server.ask(create("Launch"), "call launch {\"at\":\"dawn\"}");
      var thread = asked.lines().get(0).at("/thread/id").asText();
      var card = card(asked);
      assertThat(card.at("/widget/type").asText()).isEqualTo("Card");
      var buttons = card.findValues("onClickAction");
      assertThat(buttons).hasSize(2);
      assertThat(server.tools.calls()).isEmpty();

      var went = server.ask(act(thread, card.path("id").asText(), buttons.get(0)), "say Launched");
      assertThat(server.tools.calls()).hasSize(1);
      var first = went.events("thread.item.replaced").get(0).path("item");
      assertThat(first.path("id")).isEqualTo(card.path("id"));
      assertThat(first.path("type").asText()).isEqualTo("workflow");
      var items = server.ask(get(thread)).json().at("/items/data");
      assertThat(items.get(1).path("id")).isEqualTo(card.path("id"));
      assertThat(items.get(1).at("/workflow/tasks/0/status_indicator").asText())
          .isEqualTo("complete");
      assertThat(items.get(2).at("/content/0/text").asText()).isEqualTo("Launched");
    }
  }

  @Test
  void aCallThatIsDeniedIsNotMadeAndTheCardTakesNoOtherAction() throws IOException {
    try (var server = ChatKitServer.start()) {
      var asked = server.ask(create("Launch"), "calls launch {\"n\":1}|launch {\"n\":2}");
      var thread = asked.lines().get(0).at("/thread/id").asText();
      var cards =
          asked.events("thread.item.done").stream().skip(1).map(it -> it.path("item")).toList();
      assertThat(cards).hasSize(2);
      var one = cards.get(0).findValues("onClickAction");
      var other = cards.get(1).findValues("onClickAction");
      var odd = MAPPER.readTree("{\"type\":\"odd\",\"payload\":null}");
      assertThat(server.ask(act(thread, cards.get(0).path("id").asText(), odd)).status())
          .isEqualTo(400);
      assertThat(server.ask(act(thread, cards.get(0).path("id").asText(), other.get(0))).status())
          .isBetween(400, 499);

      var waits = server.ask(act(thread, cards.get(0).path("id").asText(), one.get(1)), "say No");
      assertThat(waits.events("thread.item.replaced")).hasSize(1);
      assertThat(waits.events("thread.item.done")).isEmpty();
      server.ask(act(thread, cards.get(1).path("id").asText(), other.get(1)), "say No");
      assertThat(server.tools.calls()).isEmpty();
      var items = server.ask(get(thread)).json().at("/items/data");
      assertThat(items.get(1).path("type").asText()).isEqualTo("workflow");
      assertThat(items.get(2).path("type").asText()).isEqualTo("workflow");
      assertThat(items.get(3).at("/content/0/text").asText()).isEqualTo("No");
    }
  }

  private static JsonNode card(ChatKitClient.Answer answer) {
    for (var event : answer.lines()) {
      if (event.at("/item/type").asText().equals("widget")) return event.path("item");
    }
    throw new AssertionError("no card in " + answer.lines());
  }

  /** Two words of a model at one moment are two times in a thread. */
  @Test
  void timesGoOnWithinAThread() throws IOException {
    try (var server = ChatKitServer.start()) {
      var orders = new ArrayList<String>();
      for (int i = 0; i < 200; i++) orders.add("show text {\"text\":\"x\"}");
      var answer = server.ask(create("Fast"), orders.toArray(String[]::new));
      var times =
          answer.events("thread.item.done").stream()
              .map(it -> it.at("/item/created_at").asText())
              .toList();
      assertThat(times).hasSize(201).doesNotHaveDuplicates().isSorted();
    }
  }

  @Test
  void aSilentStreamIsKeptAliveByComments() throws IOException {
    try (var server = ChatKitServer.start()) {
      server.script.set(List.of("hang"));
      try (var response =
          server.chatKit.open(Asked.of(ChatKitServer.token("alice"), create("Silence")))) {
        var source = response.body().source();
        var line = source.readUtf8Line();
        while (line != null && !line.startsWith(":")) line = source.readUtf8Line();
        assertThat(line).startsWith(":");
        assertThat(source.readUtf8Line()).isEmpty();
      }
    }
  }
}
