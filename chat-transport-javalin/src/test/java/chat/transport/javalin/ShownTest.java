package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.contract.ServerSentEvents;
import chat.model.Content;
import chat.model.Content.StructuredInput;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Question;
import chat.model.TurnEvent;
import chat.port.Agent;
import chat.testkit.Samples;
import chat.transport.javalin.ServerUnderTest.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an agent shows beside its words, over REST: the client refuses what no schema has. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShownTest {
  private ServerUnderTest server;

  @BeforeAll
  void start() {
    Agent agent =
        (request, sink) -> {
          var last = request.history().get(request.history().size() - 1).content();
          switch (last.text()) {
            case "everything" -> everything(sink);
            case "grow" -> grow(sink);
            case "ask" -> ask(sink);
            default -> sink.text("heard");
          }
        };
    server =
        ServerUnderTest.with(
            agent.withActions(
                (action, request, sink) ->
                    sink.replace(Objects.requireNonNull(action.widget()), card("pressed"))),
            settings -> settings);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static void everything(Agent.Sink sink) {
    for (var content : Samples.contents()) {
      boolean shown =
          !(content instanceof Content.ToolCall) && !(content instanceof StructuredInput);
      if (shown) sink.show(content);
    }
    sink.tell(new TurnEvent.Progress("working", "bolt"));
    sink.tell(new TurnEvent.Notice(TurnEvent.Notice.Level.WARNING, "careful", "Well"));
    sink.tell(new TurnEvent.Effect("confetti", Samples.JSON));
    sink.change(
        new Conversation.Change(
            "Named",
            Conversation.TitleBy.MODEL,
            Conversation.Status.LOCKED,
            "done",
            List.of("example.org"),
            Json.EMPTY));
  }

  private static void grow(Agent.Sink sink) {
    var shown = sink.open(card("a"));
    sink.update(shown, card("ab"));
    sink.updateComponent(shown, "t", new Json("{\"type\":\"Divider\"}"));
    sink.done(shown);
  }

  private static void ask(Agent.Sink sink) {
    sink.ask(
        StructuredInput.of(
            List.of(
                new Question.Choice("size", "How big?", List.of("small"), false, null),
                new Question.Freeform("why", "Why?", "Tell us", null))));
  }

  private static Content.Widget card(String value) {
    var text = "{\"type\":\"Text\",\"id\":\"t\",\"value\":\"" + value + "\"}";
    return new Content.Widget(new Json("{\"type\":\"Card\",\"children\":[" + text + "]}"), value);
  }

  private Answer said(String text) {
    var reply = server.chat("{\"message\":\"" + text + "\"}");
    assertThat(reply.status()).isEqualTo(200);
    return reply;
  }

  private static String conversation(Answer reply) {
    return "/api/alice/conversations/" + reply.at("conversation_id");
  }

  private List<JsonNode> messages(Answer reply) {
    var all = new ArrayList<JsonNode>();
    server.get(conversation(reply) + "/messages").json().path("data").forEach(all::add);
    return all;
  }

  @Test
  void everyKindOfContentIsTold() {
    var reply = said("everything");
    assertThat(messages(reply))
        .extracting(message -> message.path("kind").asText())
        .contains("text", "reasoning", "widget", "workflow", "task", "image")
        .doesNotContain("hidden_context", "action");
    var detail = server.get(conversation(reply)).json();
    assertThat(detail.path("title").asText()).isEqualTo("Named");
    assertThat(detail.path("status").asText()).isEqualTo("locked");
  }

  @Test
  void changesAreToldAsBrieflyAsCanBe() throws Exception {
    var reply = said("grow");
    var turn = conversation(reply) + "/turns/" + reply.at("turn_id");
    try (var stream = new ServerSentEvents(server.open(server.request(turn + "/events")))) {
      var delta = ServerUnderTest.MAPPER.readTree(stream.next("widget.delta").data());
      assertThat(delta.path("content").asText()).isEqualTo("b");
      var updated = ServerUnderTest.MAPPER.readTree(stream.next("widget.component.updated").data());
      assertThat(updated.at("/component/type").asText()).isEqualTo("Divider");
    }
    assertThat(messages(reply).get(1).at("/widget/root/children/0/type").asText())
        .isEqualTo("Divider");
  }

  @Test
  void anActionBeginsATurnThatIsNotInTheHistoryButWhatItDid() {
    var reply = said("grow");
    var widget = messages(reply).get(1).path("id").asText();
    var actions = conversation(reply) + "/messages/" + widget + "/actions";
    var acted = server.post(actions, "{\"type\":\"press\",\"payload\":{\"a\":[null]}}");
    assertThat(acted.status()).isEqualTo(200);
    assertThat(messages(reply)).hasSize(2);
    assertThat(messages(reply).get(1).at("/widget/copy_text").asText()).isEqualTo("pressed");
    assertThat(messages(reply).get(1).path("revision").asInt()).isEqualTo(4);

    assertThat(server.post(actions, "{}").status()).isEqualTo(400);
    var text = messages(reply).get(0).path("id").asText();
    assertThat(server.post(actions.replace(widget, text), "{\"type\":\"press\"}").status())
        .isEqualTo(400);
  }

  @Test
  void aFormIsAnswered() throws Exception {
    var reply = said("ask");
    assertThat(reply.at("status")).isEqualTo("awaiting");
    var form = messages(reply).get(1);
    assertThat(form.at("/structured_input/status").asText()).isEqualTo("pending");
    var turn = conversation(reply) + "/turns/" + reply.at("turn_id");
    var answers = turn + "/answers/" + form.path("id").asText();
    assertThat(server.post(answers, "{\"answers\":{\"size\":\"small\"}}").status()).isEqualTo(400);
    assertThat(server.post(answers, "{\"decision\":\"deny\"}").status()).isEqualTo(400);
    assertThat(server.post(answers, "{\"answers\":{\"size\":{\"values\":[\"small\"]}}}").status())
        .isEqualTo(202);
    try (var stream = new ServerSentEvents(server.open(server.request(turn + "/events")))) {
      stream.next("turn.completed");
    }
    var filled = messages(reply).get(1).path("structured_input");
    assertThat(filled.path("status").asText()).isEqualTo("answered");
    assertThat(filled.at("/questions/0/answer/values/0").asText()).isEqualTo("small");
    assertThat(filled.at("/questions/1/answer/skipped").asBoolean()).isTrue();
  }

  @Test
  void feedbackIsKeptAndTakenBack() {
    var reply = said("hello");
    var path =
        conversation(reply)
            + "/messages/"
            + messages(reply).get(1).path("id").asText()
            + "/feedback";
    assertThat(server.get(path).text()).isEqualTo("{}");
    assertThat(put(path, "{\"kind\":\"positive\"}").status()).isEqualTo(204);
    assertThat(put(path, "{\"kind\":\"negative\"}").status()).isEqualTo(204);
    assertThat(server.get(path).at("kind")).isEqualTo("negative");
    assertThat(server.send(server.request(path).delete()).status()).isEqualTo(204);
    assertThat(server.get(path).text()).isEqualTo("{}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{}", "{'kind':'fine'}", "{'kind':null}", "{'kind':1}", "[]"})
  void feedbackThatIsNoneIsRefused(String body) {
    var reply = said("hello");
    var path =
        conversation(reply)
            + "/messages/"
            + messages(reply).get(1).path("id").asText()
            + "/feedback";
    assertThat(put(path, body.replace('\'', '"')).status()).isEqualTo(400);
  }

  private Answer put(String path, String body) {
    return server.send(server.request(path).put(RequestBody.create(body, ServerUnderTest.JSON)));
  }
}
