package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chat.contract.ServerSentEvents;
import chat.contract.ServerSentEvents.Event;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Agent;
import chat.port.Toolset;
import chat.testkit.ScriptedAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A turn as it is seen by those who stream it. */
class StreamTest {
  private static final String HI = "{\"message\":\"Hi\"}";

  private static ServerSentEvents open(ServerUnderTest server, okhttp3.Request.Builder request) {
    var response = server.open(request);
    assertThat(response.code()).isEqualTo(200);
    return new ServerSentEvents(response);
  }

  private static String events(Event started) throws Exception {
    var ids = ServerUnderTest.MAPPER.readTree(started.data());
    return "/api/alice/conversations/%s/turns/%s/events"
        .formatted(ids.get("conversation_id").asText(), ids.get("turn_id").asText());
  }

  @Test
  void aTurnIsToldFromItsStartToItsEnd() throws Exception {
    var usage = new Turn.Usage(3, 0, 2, 0);
    try (var server =
            ServerUnderTest.with(new ScriptedAgent().thinks("hm").says("Hel", "lo").uses(usage));
        var response = server.open(server.streamedChat(HI));
        var stream = new ServerSentEvents(response)) {
      assertThat(response.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
      assertThat(response.header("Cache-Control")).isEqualTo("no-cache, no-transform");
      assertThat(response.header("X-Accel-Buffering")).isEqualTo("no");
      assertThat(response.header("Content-Encoding")).isNull();
      var events = stream.rest();
      assertThat(events)
          .extracting(Event::name)
          .containsExactly(
              "turn.started",
              "message.done",
              "message.started",
              "reasoning.delta",
              "message.done",
              "message.started",
              "message.delta",
              "message.delta",
              "message.done",
              "turn.completed");
      for (int i = 0; i < events.size(); i++) {
        assertThat(events.get(i).id()).isEqualTo(String.valueOf(i + 1));
      }
      assertThat(events.get(9).data()).contains("\"output_tokens\":2");
    }
  }

  @Test
  void aPieceIsSeenWhileTheAgentStillWaits() throws Exception {
    var latch = new CountDownLatch(1);
    try (var server =
            ServerUnderTest.with(new ScriptedAgent().says("Hel").waitsFor(latch).says("lo"));
        var stream = open(server, server.streamedChat(HI))) {
      assertThat(stream.next("message.delta").data()).contains("\"Hel\"");
      assertThat(latch.getCount()).isEqualTo(1);
      latch.countDown();
      assertThat(stream.next("message.delta").data()).contains("\"lo\"");
      stream.next("turn.completed");
      assertThat(stream.next()).isNull();
    }
  }

  @Test
  void whoComesBackGetsWhatFollowsFromEveryPlace() throws Exception {
    var latch = new CountDownLatch(1);
    var agent = new ScriptedAgent().says("one ", "two ").waitsFor(latch).says("three");
    try (var server = ServerUnderTest.with(agent);
        var first = open(server, server.streamedChat(HI))) {
      var undisturbed = new ArrayList<Event>();
      undisturbed.add(first.next("turn.started"));
      var path = events(undisturbed.get(0));
      try (var live = open(server, server.request(path).header("Last-Event-ID", "2"))) {
        assertThat(live.next("message.started").id()).isEqualTo("3");
        latch.countDown();
        undisturbed.addAll(first.rest());
        assertThat(live.rest()).isEqualTo(undisturbed.subList(3, undisturbed.size()));
      }
      for (int after = 0; after < undisturbed.size(); after++) {
        try (var again = open(server, server.request(path + "?after=" + after))) {
          assertThat(again.rest()).isEqualTo(undisturbed.subList(after, undisturbed.size()));
        }
      }
      int end = undisturbed.size();
      assertThat(server.get(path + "?after=" + end).status()).isEqualTo(204);
      assertThat(server.get(path + "?after=" + (end + 100)).status()).isEqualTo(204);
      assertThat(server.send(server.request(path).head()).header("Content-Type"))
          .isEqualTo("text/event-stream;charset=utf-8");
      assertThat(server.send(server.request(path + "?after=" + end).head()).status())
          .isEqualTo(204);
      var reconnecting = server.request(path).header("Last-Event-ID", String.valueOf(end));
      assertThat(server.send(reconnecting).text()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1000, Integer.MAX_VALUE, 0xFFFF_FFFFL, 999_999_999_999_999_999L})
  void whoAsksFromBeyondTheEndHearsNothingAndIsLetGo(long after) throws Exception {
    var latch = new CountDownLatch(1);
    try (var server =
            ServerUnderTest.with(
                new ScriptedAgent().says("Hel").waitsFor(latch).says("lo"),
                settings ->
                    settings.timing(
                        ServerUnderTest.quick(Duration.ofSeconds(5), Duration.ofMillis(50))));
        var first = open(server, server.streamedChat(HI));
        var beyond =
            open(server, server.request(events(first.next("turn.started")) + "?after=" + after))) {
      beyond.awaitComment();
      beyond.awaitComment();
      latch.countDown();
      assertThat(beyond.rest()).isEmpty();
    }
  }

  @Test
  void aSilentStreamBeats() throws Exception {
    try (var server =
            ServerUnderTest.with(
                new ScriptedAgent().hangs(),
                settings ->
                    settings.timing(
                        ServerUnderTest.quick(Duration.ofSeconds(5), Duration.ofMillis(50))));
        var stream = open(server, server.streamedChat(HI))) {
      stream.next("message.done");
      for (int i = 0; i < 3; i++) stream.awaitComment();
    }
  }

  @Test
  void aTurnGoesOnWithoutItsClient() throws Exception {
    var latch = new CountDownLatch(1);
    try (var server =
        ServerUnderTest.with(
            new ScriptedAgent().says("Hel").waitsFor(latch).says("lo"),
            settings ->
                settings.timing(
                    ServerUnderTest.quick(Duration.ofSeconds(5), Duration.ofMillis(20))))) {
      String path;
      try (var stream = open(server, server.streamedChat(HI))) {
        path = events(stream.next("turn.started"));
      }
      latch.countDown();
      try (var stream = open(server, server.request(path))) {
        assertThat(stream.next("turn.completed").data()).contains("turn_id");
      }
    }
  }

  @Test
  void aStreamWhoseClientHasGoneEnds() throws Exception {
    var never = new CountDownLatch(1);
    try (var server =
        ServerUnderTest.with(
            new ScriptedAgent().says("Hel").waitsFor(never),
            settings ->
                settings.timing(
                    ServerUnderTest.quick(Duration.ofSeconds(5), Duration.ofMillis(20))))) {
      var stream = open(server, server.streamedChat(HI));
      stream.next("message.delta");
      assertThat(server.http.openStreams()).isEqualTo(1);
      stream.close();
      await().untilAsserted(() -> assertThat(server.http.openStreams()).isZero());
    }
  }

  @Test
  void aRefusalIsAProblemAndNotAStream() {
    try (var server = ServerUnderTest.with(new ScriptedAgent())) {
      var answer = server.send(server.streamedChat("{\"message\":\"\"}"));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }
  }

  @Test
  void aFailureIsTheLastEventOfItsStream() {
    var agent =
        new ScriptedAgent()
            .says("par")
            .fails(chat.model.ChatException.AgentFailed.Reason.MODEL_OVERLOADED);
    try (var server = ServerUnderTest.with(agent);
        var stream = open(server, server.streamedChat(HI))) {
      var events = stream.rest();
      assertThat(events.get(events.size() - 2).data()).contains("\"status\":\"partial\"");
      var last = events.get(events.size() - 1);
      assertThat(last.name()).isEqualTo("turn.failed");
      assertThat(last.data()).contains("\"code\":\"model_overloaded\"");
    }
  }

  @Test
  void whatAnAgentTellsArrivesAsItIs() {
    var agent =
        new ScriptedAgent()
            .tells(new TurnEvent.Progress("looking", "globe"))
            .tells(new TurnEvent.Effect("open", new Json("{\n\"tab\": \"\u2028\"}")));
    try (var server = ServerUnderTest.with(agent);
        var stream = open(server, server.streamedChat(HI))) {
      assertThat(stream.next("progress").data())
          .isEqualTo("{\"text\":\"looking\",\"icon\":\"globe\"}");
      assertThat(stream.next("effect").data())
          .isEqualTo("{\"name\":\"open\",\"data\":{ \"tab\": \"\\u2028\"}}");
    }
  }

  @Test
  void aPostRestsWhereTheTurnAwaitsAndAGetGoesOn() throws Exception {
    var call = new Agent.Call("pay", new Json("{\"sum\":1}"), null);
    try (var server = ServerUnderTest.with(asksOnce(call), toolThatAsks(), settings -> settings);
        var post = open(server, server.streamedChat(HI))) {
      var path = events(post.next("turn.started"));
      var awaiting = post.next("tool.awaiting");
      assertThat(post.next("turn.awaiting").data()).contains("\"answered\":false");
      assertThat(post.next()).isNull();

      try (var get = open(server, server.request(path))) {
        get.next("turn.awaiting");
        answer(server, path, awaiting);
        get.next("turn.resumed");
        get.next("turn.completed");
        assertThat(get.next()).isNull();
      }
    }
  }

  private static Agent asksOnce(Agent.Call call) {
    return (request, sink) -> {
      var last = request.history().get(request.history().size() - 1);
      if (last.content() instanceof chat.model.Content.ToolCall) sink.text("paid");
      else if (sink.call(List.of(call)).isEmpty()) return;
    };
  }

  private static Toolset toolThatAsks() {
    return new Toolset() {
      @Override
      public List<Tool> tools(chat.model.Caller caller) {
        var timeout = Duration.ofSeconds(5);
        var run = Tool.Run.AFTER_APPROVAL;
        return List.of(new Tool("pay", null, "pays", Json.EMPTY, run, false, timeout, "1"));
      }

      @Override
      public ToolResult call(
          chat.model.Caller caller,
          Tool tool,
          Json arguments,
          Consumer<TurnEvent.Progress> progress) {
        return ToolResult.text("done");
      }
    };
  }

  private static void answer(ServerUnderTest server, String path, Event awaiting) throws Exception {
    var ids = path.split("/", -1);
    var message = ServerUnderTest.MAPPER.readTree(awaiting.data()).get("message_id").asText();
    server.service.answer(
        ServerUnderTest.AUTHENTICATOR.authenticate("token-of-alice"),
        new Conversation.Id(UUID.fromString(ids[4])),
        new Turn.Id(UUID.fromString(ids[6])),
        new chat.model.Message.Id(UUID.fromString(message)),
        new Turn.Answer.Approve(null));
  }

  @Test
  void aTurnThatWaitsSaysItsPlace() throws Exception {
    var latch = new CountDownLatch(1);
    try (var server = ServerUnderTest.with(new ScriptedAgent().waitsFor(latch).says("ok"));
        var first = open(server, server.streamedChat(HI))) {
      var id =
          ServerUnderTest.MAPPER
              .readTree(first.next("turn.started").data())
              .get("conversation_id")
              .asText();
      var second =
          "{\"message\":\"And?\",\"on_busy\":\"enqueue\",\"conversation_id\":\"" + id + "\"}";
      try (var queued = open(server, server.streamedChat(second))) {
        var place = queued.next("turn.queued");
        assertThat(place.id()).isNull();
        assertThat(place.data()).contains("\"position\":1");
        latch.countDown();
        assertThat(queued.next("turn.started").id()).isEqualTo("1");
        queued.next("turn.completed");
      }
    }
  }
}
