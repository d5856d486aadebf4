package chat.transport.javalin.chatkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.Question;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.Window;
import chat.port.Agent;
import chat.testkit.Samples;
import chat.testkit.ScriptedAgent;
import chat.testkit.ScriptedToolset;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;

final class ChatKitTest {
  private static final String OPTIONS = "stream_options";

  @Test
  void aThreadBeginsWithItsUsersMessageAndGetsItsTitleBehindTheOptions() {
    try (var kit = KitUnderTest.with(new ScriptedAgent().says("Hello"))) {
      var answer = kit.create("Hi there");

      assertThat(answer.type()).isEqualTo("text/event-stream;charset=utf-8");
      assertThat(answer.types())
          .containsExactly(
              "thread.created",
              "thread.item.done user_message",
              OPTIONS,
              "thread.updated",
              "thread.item.added assistant_message",
              "thread.item.updated assistant_message.content_part.added",
              "thread.item.updated assistant_message.content_part.text_delta",
              "thread.item.updated assistant_message.content_part.done",
              "thread.item.done assistant_message");
      assertThat(answer.events().get(0).path("thread").has("title")).isFalse();
      assertThat(answer.events().get(3).at("/thread/title").asText()).isEqualTo("Hi there");
    }
  }

  @Test
  void theSameKeyMakesOneThread() throws IOException {
    try (var kit = KitUnderTest.with(new ScriptedAgent().says("Hello"))) {
      var threads = new ArrayList<String>();
      for (int i = 0; i < 2; i++) {
        var body =
            "{\"type\":\"threads.create\",\"params\":{\"input\":" + KitUnderTest.input("Hi") + "}}";
        var request =
            kit.request()
                .header("Authorization", "Bearer alice")
                .header("Idempotency-Key", "k")
                .post(RequestBody.create(body, MediaType.get("application/json")));
        try (var response = kit.send(request)) {
          threads.add(new KitUnderTest.Answer(200, "", response.body().string()).text());
        }
      }

      assertThat(threads.get(1)).isEqualTo(threads.get(0));
      assertThat(kit.ask("threads.list", "{}").json().path("data")).hasSize(1);
    }
  }

  private static KitUnderTest asking(Tool.Run run, int calls) {
    var tools =
        new ScriptedToolset()
            .has(Samples.tool("pay", run), call -> ToolResult.text("paid " + call.arguments()));
    Agent agent =
        (request, sink) -> {
          boolean called =
              request.history().stream().anyMatch(m -> m.content() instanceof Content.ToolCall);
          if (called) {
            sink.text("Done");
            return;
          }
          var step = new ArrayList<Agent.Call>();
          for (int i = 0; i < calls; i++) {
            step.add(new Agent.Call("pay", new Json("{\"sum\":" + i + "}"), null));
          }
          var unused = sink.call(step);
        };
    return new KitUnderTest(agent, tools, it -> it);
  }

  private static String press(JsonNode card, String label) {
    for (var button : card.at("/widget/children/2/children")) {
      if (!button.path("label").asText().equals(label)) continue;
      var action = button.path("onClickAction");
      return "{\"thread_id\":\"%s\",\"item_id\":\"%s\",\"action\":{\"type\":%s,\"payload\":%s}}"
          .formatted(
              card.path("thread_id").asText(),
              card.path("id").asText(),
              action.path("type"),
              action.path("payload"));
    }
    throw new AssertionError("no button " + label + " on " + card);
  }

  @Test
  void aCallThatNeedsApprovalIsACardWhoseButtonLetsTheTurnGoOn() {
    try (var kit = asking(Tool.Run.AFTER_APPROVAL, 1)) {
      var card = kit.create("Pay").item("widget");

      var answer = kit.ask("threads.custom_action", press(card, "Approve"));

      assertThat(answer.types())
          .containsSubsequence(
              OPTIONS,
              "thread.item.replaced workflow",
              "thread.item.replaced workflow",
              "thread.item.done assistant_message");
      var call = answer.item("workflow");
      assertThat(call.path("id")).isEqualTo(card.path("id"));
      assertThat(call.at("/workflow/tasks/0/content").asText())
          .isEqualTo("```\npaid {\"sum\":0}\n```");
    }
  }

  @Test
  void whileAnotherAnswerIsMissingTheCardSaysThatItWaits() {
    try (var kit = asking(Tool.Run.AFTER_APPROVAL, 2)) {
      var first = kit.create("Pay twice");
      var cards =
          first.events().stream()
              .map(it -> it.path("item"))
              .filter(it -> it.path("type").asText().equals("widget"))
              .toList();
      assertThat(cards).hasSize(2);

      var waiting = kit.ask("threads.custom_action", press(cards.get(0), "Deny"));
      assertThat(waiting.types()).containsExactly(OPTIONS, "thread.item.replaced workflow");
      var thread = cards.get(0).path("thread_id").asText();
      var items = kit.ask("items.list", "{\"thread_id\":\"" + thread + "\"}").json().path("data");
      assertThat(items)
          .extracting(it -> it.path("type").asText())
          .containsExactly("widget", "workflow", "user_message");

      var rest = kit.ask("threads.custom_action", press(cards.get(1), "Approve"));
      assertThat(rest.text()).contains("Denied.", "paid {\\\"sum\\\":1}", "\"text\":\"Done\"");
    }
  }

  @Test
  void whoPressesTwiceGetsTheSameStreamAndWhoChangesTheirMindIsRefused() {
    try (var kit = asking(Tool.Run.AFTER_APPROVAL, 1)) {
      var card = kit.create("Pay").item("widget");
      var first = kit.ask("threads.custom_action", press(card, "Approve"));

      assertThat(kit.ask("threads.custom_action", press(card, "Approve")).types())
          .isEqualTo(first.types());
      var other = kit.ask("threads.custom_action", press(card, "Deny"));
      assertThat(other.status()).isEqualTo(409);
      assertThat(other.json().at("/error/code").asText()).isEqualTo("already_answered");
    }
  }

  @Test
  void theResultOfAClientsCallGoesToTheNewestThatWaits() {
    try (var kit = asking(Tool.Run.BY_THE_CLIENT, 1)) {
      var call = kit.create("Pay").item("client_tool_call");
      var output =
          "{\"thread_id\":\"%s\",\"result\":{\"ok\":null}}"
              .formatted(call.path("thread_id").asText());

      var answer = kit.ask("threads.add_client_tool_output", output);

      assertThat(answer.types()).startsWith(OPTIONS, "thread.item.added assistant_message");
      var items =
          kit.ask("items.list", "{\"thread_id\":%s}".formatted(call.path("thread_id"))).json();
      assertThat(items.at("/data/1/status").asText()).isEqualTo("completed");
      assertThat(items.at("/data/1/output").toString()).isEqualTo("{\"ok\":null}");
      assertThat(kit.ask("threads.add_client_tool_output", output).types())
          .as("sent again")
          .isEqualTo(answer.types());
      var other = output.replace("null", "1");
      assertThat(kit.ask("threads.add_client_tool_output", other).status()).isEqualTo(404);
    }
  }

  @Test
  void twoCallsMayGiveTheSame() {
    try (var kit = asking(Tool.Run.BY_THE_CLIENT, 2)) {
      var call = kit.create("Pay twice").item("client_tool_call");
      var output = "{\"thread_id\":%s,\"result\":{\"for\":2}}".formatted(call.path("thread_id"));

      assertThat(kit.ask("threads.add_client_tool_output", output).types())
          .containsExactly(OPTIONS);
      assertThat(kit.ask("threads.add_client_tool_output", output).types())
          .contains("thread.item.done assistant_message");
    }
  }

  @Test
  void anEqualResultIsTakenForTheNextCall() {
    var tools =
        new ScriptedToolset()
            .has(Samples.tool("add", Tool.Run.BY_THE_CLIENT), call -> ToolResult.text("never"));
    Agent agent =
        (request, sink) -> {
          long calls =
              request.history().stream()
                  .filter(m -> m.content() instanceof Content.ToolCall)
                  .count();
          if (calls == 2) sink.text("Done");
          else sink.call(List.of(new Agent.Call("add", Json.EMPTY, null)));
        };
    try (var kit = new KitUnderTest(agent, tools, it -> it)) {
      var call = kit.create("Add twice").item("client_tool_call");
      var output = "{\"thread_id\":%s,\"result\":{\"ok\":true}}".formatted(call.path("thread_id"));

      assertThat(kit.ask("threads.add_client_tool_output", output).types())
          .containsExactly(OPTIONS, "thread.item.done client_tool_call");
      assertThat(kit.ask("threads.add_client_tool_output", output).types())
          .contains("thread.item.done assistant_message");
    }
  }

  @Test
  void anApprovalNamesTheCallThatItIsFor() {
    try (var kit = asking(Tool.Run.AFTER_APPROVAL, 1)) {
      var card = kit.create("Pay").item("widget");
      var approve = press(card, "Approve");
      for (var payload : List.of("{}", "null", "{\"call_hash\":7}")) {
        var without = approve.replaceAll("\"payload\":\\{.*?}", "\"payload\":" + payload);
        assertThat(kit.ask("threads.custom_action", without).status()).isEqualTo(400);
      }
      assertThat(kit.ask("threads.custom_action", approve).status()).isEqualTo(200);
    }
  }

  @Test
  void aFormIsAnsweredAndTheTurnGoesOn() {
    var form =
        Content.StructuredInput.of(
            List.of(
                new Question.Choice("size", "How large?", List.of("s", "l"), false, null),
                new Question.Freeform("note", "What else?", null, null)));
    Agent agent =
        (request, sink) -> {
          boolean asked =
              request.history().stream()
                  .anyMatch(m -> m.content() instanceof Content.StructuredInput);
          if (asked) sink.text("Thanks");
          else sink.ask(form);
        };
    try (var kit = KitUnderTest.with(agent)) {
      var item = kit.create("Order").item("structured_input");
      assertThat(item.path("status").asText()).isEqualTo("pending");

      var answer =
          kit.ask(
              "threads.add_structured_input",
              "{\"thread_id\":%s,\"item_id\":%s,\"input\":{\"answers\":{\"size\":{\"values\":[\"l\",\"xl\"]}}}}"
                  .formatted(item.path("thread_id"), item.path("id")));

      assertThat(answer.types())
          .startsWith(
              OPTIONS,
              "thread.item.replaced structured_input",
              "thread.item.added assistant_message");
      assertThat(answer.item("structured_input").path("inputs").toString())
          .contains(
              "\"answer\":{\"values\":[\"l\"],\"skipped\":false}",
              "\"answer\":{\"values\":[],\"skipped\":true}");
    }
  }

  @Test
  void aMessageThatTakesOverTellsWhatHasBecomeOfWhatWaited() {
    try (var kit = asking(Tool.Run.AFTER_APPROVAL, 1)) {
      var card = kit.create("Pay").item("widget");
      var input =
          "{\"thread_id\":%s,\"input\":%s}"
              .formatted(card.path("thread_id"), KitUnderTest.input("Never mind"));

      var next = kit.ask("threads.add_user_message", input);

      assertThat(next.types())
          .startsWith("thread.item.done user_message", OPTIONS, "thread.item.replaced workflow");
      assertThat(next.item("workflow").path("id")).isEqualTo(card.path("id"));
    }
  }

  @Test
  void anAnsweredFormIsListedAsAnsweredWhileAnotherWaits() {
    var form = Content.StructuredInput.of(List.of(new Question.Freeform("q", "What?", null, null)));
    Agent agent =
        (request, sink) -> {
          sink.ask(form);
          sink.ask(form);
        };
    try (var kit = KitUnderTest.with(agent)) {
      var item = kit.create("Order").item("structured_input");
      var answer =
          kit.ask(
              "threads.add_structured_input",
              "{\"thread_id\":%s,\"item_id\":%s,\"input\":{\"answers\":{\"q\":{\"values\":[\"x\"]}}}}"
                  .formatted(item.path("thread_id"), item.path("id")));
      assertThat(answer.types()).containsExactly(OPTIONS, "thread.item.replaced structured_input");

      var listed =
          kit.ask("items.list", "{\"thread_id\":%s}".formatted(item.path("thread_id"))).json();

      assertThat(listed.at("/data/0")).isEqualTo(answer.item("structured_input"));
      assertThat(listed.at("/data/0/status").asText()).isEqualTo("answered");
      assertThat(listed.at("/data/1/status").asText()).isEqualTo("pending");
    }
  }

  @Test
  void aRetryTellsTheAnswerAloneAndAnActionWhatItsHandlerDoes() {
    var widget = new Content.Widget(new Json("{\"type\":\"Card\",\"children\":[]}"), null);
    var other = new Content.Widget(new Json("{\"type\":\"Basic\",\"children\":[]}"), null);
    var agent =
        ((Agent)
                (request, sink) -> {
                  var unused = sink.show(widget);
                })
            .withActions(
                (action, request, sink) -> {
                  var unused = sink.replace(Objects.requireNonNull(action.widget()), other);
                });
    try (var kit = KitUnderTest.with(agent)) {
      var first = kit.create("Show");
      var user = first.item("user_message");
      var retry =
          "{\"thread_id\":%s,\"item_id\":%s}".formatted(user.path("thread_id"), user.path("id"));
      var again = kit.ask("threads.retry_after_item", retry);
      assertThat(again.types()).containsExactly(OPTIONS, "thread.item.done widget");
      var item = again.item("widget");
      assertThat(item.path("id")).isNotEqualTo(first.item("widget").path("id"));

      var acted =
          kit.ask(
              "threads.custom_action",
              "{\"thread_id\":%s,\"item_id\":%s,\"action\":{\"type\":\"go\"}}"
                  .formatted(item.path("thread_id"), item.path("id")));
      assertThat(acted.types()).containsExactly(OPTIONS, "thread.item.replaced widget");
      assertThat(acted.item("widget").path("id")).isEqualTo(item.path("id"));
      var wrong =
          "{\"thread_id\":%s,\"item_id\":%s}".formatted(item.path("thread_id"), item.path("id"));
      assertThat(kit.ask("threads.retry_after_item", wrong).status()).isEqualTo(400);
    }
  }

  @Test
  void aNewMessageInterruptsAndItsStreamBeginsWhenItsTurnDoes() throws IOException {
    var first = new CountDownLatch(1);
    Agent agent =
        (request, sink) -> {
          boolean slow = request.history().size() == 1;
          sink.text(slow ? "Once upon" : "Yes");
          if (!slow) return;
          first.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try (var kit = KitUnderTest.with(agent);
        var running =
            kit.open("alice", "threads.create", "{\"input\":" + KitUnderTest.input("Tale") + "}")) {
      await().until(() -> first.getCount() == 0);
      var thread =
          kit.ask("threads.list", "{\"limit\":9999,\"order\":\"desc\"}").json().at("/data/0/id");
      var open = kit.ask("threads.get_by_id", "{\"thread_id\":" + thread + "}").json();
      assertThat(open.at("/items/data/1/content/0/text").asText()).isEqualTo("Once upon");
      assertThat(open.at("/items/data/1/created_at").asText())
          .isGreaterThan(open.at("/items/data/0/created_at").asText());

      var answer = kit.add(thread.asText(), "Stop that");

      assertThat(answer.types()).startsWith("thread.item.done user_message", OPTIONS);
      assertThat(answer.item("assistant_message").at("/content/0/text").asText()).isEqualTo("Yes");
      assertThat(running.body().string()).contains("Once upon").doesNotContain("\"error\"");
      var types = kit.ask("items.list", "{\"thread_id\":" + thread + ",\"order\":\"asc\"}").json();
      assertThat(types.path("data")).hasSize(4);
    }
  }

  @Test
  void whoGoesStopsTheirTurnIfThatIsHowItIsServed() throws Exception {
    var begun = new CountDownLatch(1);
    var agent = new ScriptedAgent().says("Once").does((request, sink) -> begun.countDown()).hangs();
    try (var kit =
        KitUnderTest.with(
            agent, it -> it.withStopsWhenGone(true).withKeepAlive(Duration.ofMillis(5)))) {
      try (var running =
          kit.open("alice", "threads.create", "{\"input\":" + KitUnderTest.input("Tale") + "}")) {
        assertThat(running.body().source().readUtf8Line()).contains("thread.created");
        begun.await();
      }
      var conversation =
          kit.service
              .list(KitUnderTest.ALICE, chat.model.Conversation.Order.CREATED_ASC, null, 1)
              .data()
              .get(0);
      await()
          .untilAsserted(
              () -> {
                var turn =
                    Objects.requireNonNull(
                        kit.service.open(KitUnderTest.ALICE, conversation.id(), 1).turn());
                assertThat(turn.state()).isEqualTo(Turn.State.STOPPED);
                assertThat(turn.endReason()).isEqualTo(Turn.EndReason.USER);
              });
      assertThat(
              kit.service
                  .window(KitUnderTest.ALICE, conversation.id(), Window.Query.newest(5))
                  .messages())
          .extracting(Message::partial)
          .contains(true);
      var note =
          kit.service
              .window(KitUnderTest.ALICE, conversation.id(), Window.Query.newest(1))
              .messages()
              .get(0);
      assertThat(note.content()).isEqualTo(new Content.HiddenContext(ChatKitSettings.STOP_NOTE));
      var items = "{\"thread_id\":\"" + Ids.of(conversation.id()) + "\"}";
      assertThat(kit.ask("items.list", items).text()).doesNotContain("cancelled");
    }
  }

  @Test
  void aSilentStreamIsKeptAliveByComments() throws Exception {
    var go = new CountDownLatch(1);
    var agent = new ScriptedAgent().waitsFor(go).says("Hello");
    try (var kit = KitUnderTest.with(agent, it -> it.withKeepAlive(Duration.ofMillis(5)));
        var running =
            kit.open("alice", "threads.create", "{\"input\":" + KitUnderTest.input("Hi") + "}")) {
      var source = running.body().source();
      var line = source.readUtf8Line();
      while (!": ping".equals(line)) line = source.readUtf8Line();
      go.countDown();
      assertThat(source.readUtf8()).contains("Hello");
    }
  }

  @Test
  void whatCannotBeServedNowIsAStreamOfOneErrorWhereAStreamWasAskedFor() {
    try (var kit = KitUnderTest.with(new ScriptedAgent())) {
      var stream =
          kit.ask("later", "threads.create", "{\"input\":" + KitUnderTest.input("Hi") + "}");
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.type()).startsWith("text/event-stream");
      assertThat(stream.text())
          .isEqualTo(
              "data: {\"type\":\"error\",\"code\":\"stream.error\",\"allow_retry\":true}\n\n");
      var json = kit.ask("later", "threads.list", "{}");
      assertThat(json.status()).isEqualTo(503);
      assertThat(json.json().at("/error/code").asText()).isEqualTo("keys_unavailable");
    }
  }

  @Test
  void aBugInTheServiceIsNoFiveHundredForAStream() {
    try (var kit = KitUnderTest.with(new ScriptedAgent())) {
      kit.service.close();
      var stream = kit.create("Hi");
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.types()).containsExactly("error");
      var action = "{\"thread_id\":\"thr_1\",\"action\":{\"type\":\"x\"}}";
      assertThat(kit.ask("threads.sync_custom_action", action).status()).isEqualTo(404);
    }
  }

  @Test
  void aFileIsAnnouncedUploadedAndSentAndThenKnowsItsThread() throws IOException {
    var reachable = URI.create("https://chat.example/");
    try (var kit =
        KitUnderTest.with(new ScriptedAgent().says("Seen"), it -> it.withPublicUrl(reachable))) {
      var file = "{\"name\":\"a.txt\",\"size\":\"2\",\"mime_type\":\"text/plain\"}";
      var announced = kit.ask("attachments.create", file).json();
      assertThat(announced.path("type").asText()).isEqualTo("file");
      assertThat(announced.has("thread_id")).isFalse();
      assertThat(announced.at("/upload_descriptor/method").asText()).isEqualTo("PUT");
      var input = KitUnderTest.input("Look").replace("[]", "[" + announced.path("id") + "]");
      var early = kit.ask("threads.create", "{\"input\":" + input + "}");
      assertThat(early.status()).isBetween(400, 499);

      var upload = announced.at("/upload_descriptor/url").asText();
      assertThat(upload).startsWith("https://chat.example/attachments/");
      var bytes = RequestBody.create("hi", MediaType.get("text/plain"));
      var path = upload.substring("https://chat.example".length());
      try (var response = kit.send(kit.request(path).put(bytes))) {
        assertThat(response.code()).isEqualTo(200);
      }
      var sent = kit.ask("threads.create", "{\"input\":" + input + "}").item("user_message");

      assertThat(sent.at("/attachments/0/thread_id")).isEqualTo(sent.path("thread_id"));
      assertThat(sent.at("/attachments/0").has("upload_descriptor")).isFalse();
      var delete = "{\"attachment_id\":" + announced.path("id") + "}";
      assertThat(kit.ask("attachments.delete", delete).status()).isEqualTo(409);
    }
  }

  @Test
  void withoutAnAddressThereAreNoAttachments() {
    try (var kit = KitUnderTest.with(new ScriptedAgent())) {
      var file = "{\"name\":\"a.txt\",\"size\":2,\"mime_type\":\"text/plain\"}";
      assertThat(kit.ask("attachments.create", file).status()).isEqualTo(400);
    }
  }

  @Test
  void speechMayBeLargerThanAnythingElse() {
    var large = "A".repeat(4000);
    try (var kit =
        KitUnderTest.with(
            new ScriptedAgent(),
            it ->
                it.withBodyLimit(1000)
                    .withTranscriber((caller, audio, type) -> audio.length + " of " + type))) {
      var speech = "{\"audio_base64\":\"" + large + "\",\"mime_type\":\"audio/mp4\"}";

      assertThat(kit.ask("input.transcribe", speech).json().path("text").asText())
          .isEqualTo("3000 of audio/mp4");
      assertThat(kit.create(large).status()).isEqualTo(413);
      var wrong = speech.replace("AAAA\"", "A*\"");
      assertThat(kit.ask("input.transcribe", wrong).status()).isEqualTo(400);
    }
  }

  @Test
  void whoeverTranscribesNothingSaysSo() {
    try (var kit = KitUnderTest.with(new ScriptedAgent())) {
      var speech = "{\"audio_base64\":\"AAAA\",\"mime_type\":\"audio/mp4\"}";
      assertThat(kit.ask("input.transcribe", speech).status()).isEqualTo(400);
    }
  }
}
