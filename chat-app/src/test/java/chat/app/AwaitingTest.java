package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.engine.EngineSettings;
import chat.model.Content;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.port.Agent;
import chat.testkit.Samples;
import chat.testkit.ScriptedToolset;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Turns that wait for their user, over several instances that come and go. */
@Timeout(120)
final class AwaitingTest {
  private static final Map<String, ?> APPROVE = Map.of("decision", "approve");
  private static final Map<String, ?> DENY = Map.of("decision", "deny");

  /** So long that a test in which something of a parked turn still ran would not end in time. */
  private static final EngineSettings PATIENT =
      EngineSettings.DEFAULT.withGrace(Duration.ofMinutes(10));

  private final String user = "user-" + UUID.randomUUID();
  private final ScriptedToolset tools =
      new ScriptedToolset()
          .has(
              Samples.tool("pay", Tool.Run.AFTER_APPROVAL),
              call -> ToolResult.text("paid " + call.arguments()))
          .has(Samples.tool("locate", Tool.Run.BY_THE_CLIENT), call -> ToolResult.text("never"));
  private final List<Instance> running = new ArrayList<>();

  @AfterEach
  void stop() {
    for (var instance : running) instance.close();
  }

  private Instance start() {
    return start(PATIENT);
  }

  private Instance start(EngineSettings settings) {
    var http = Instance.http(Duration.ofSeconds(55));
    var database = SharedDatabase.inThisJvm().database();
    var instance = Instance.start(database, AwaitingTest::answer, tools, settings, http);
    running.add(instance);
    return instance;
  }

  private void restartAll() {
    for (var instance : running) instance.close();
    running.clear();
  }

  /** Calls the tools that the question names; with their results it says what they gave. */
  private static void answer(Agent.Request request, Agent.Sink sink) {
    var results = new StringBuilder();
    var calls = new ArrayList<Agent.Call>();
    for (var message : request.history()) {
      switch (message.content()) {
        case Content.UserInput question -> {
          for (var tool : question.text().split(" ", -1)) {
            calls.add(new Agent.Call(tool, Json.EMPTY, null));
          }
        }
        case Content.ToolCall call -> results.append(said(call)).append(". ");
        default -> {}
      }
    }
    if (results.isEmpty()) sink.call(calls);
    else sink.text(results.toString());
  }

  private static String said(Content.ToolCall call) {
    var result = Objects.requireNonNull(call.result());
    if (result.error() != null) return result.error();
    return result.structured() == null ? result.text() : result.structured().text();
  }

  /** A turn that awaits, and where its calls are answered. */
  private record Parked(String turn, List<String> answers) {}

  private Parked park(Instance instance, String question) throws Exception {
    var reply = instance.client.post(user, "/api/" + user + "/chat", Map.of("message", question));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text("status")).isEqualTo("awaiting");
    var conversation = "/api/" + user + "/conversations/" + reply.text("conversation_id");
    var turn = conversation + "/turns/" + reply.text("turn_id");
    var answers = new ArrayList<String>();
    for (var call : reply.body().get("tool_calls")) {
      answers.add(turn + "/answers/" + call.get("message_id").textValue());
    }
    return new Parked(turn, answers);
  }

  /** Waits for the turn's end, and returns what its messages then are. */
  private JsonNode messagesAtTheEnd(Instance instance, Parked parked) throws Exception {
    try (var stream = instance.client.follow(user, parked.turn(), 0)) {
      assertThat(stream.rest().getLast().name()).isEqualTo("turn.completed");
    }
    return messages(instance, parked);
  }

  private JsonNode messages(Instance instance, Parked parked) throws Exception {
    var conversation = parked.turn().substring(0, parked.turn().indexOf("/turns/"));
    return instance.client.get(user, conversation).body().get("messages");
  }

  private static String lastText(JsonNode messages) {
    return messages.get(messages.size() - 1).get("content").textValue();
  }

  @Test
  void aTurnThatWaitsOutlivesEveryInstanceAndGoesOnAtANewOne() throws Exception {
    var parked = park(start(), "pay locate");
    restartAll();
    var first = start();
    var second = start();
    assertThat(second.client.get(user, parked.turn()).text("state")).isEqualTo("awaiting");

    var one = first.client.post(user, parked.answers().get(1), Map.of("result", List.of(59.9)));
    assertThat(one.status()).isEqualTo(202);
    assertThat(one.text("state")).isEqualTo("awaiting");
    restartAll();

    var third = start();
    var last = third.client.post(user, parked.answers().get(0), APPROVE);
    assertThat(last.text("state")).isEqualTo("running");
    assertThat(lastText(messagesAtTheEnd(third, parked))).isEqualTo("paid {}. [59.9]. ");
  }

  @Test
  void whoeverFollowsAtAThirdInstanceSeesItGoOn() throws Exception {
    var first = start();
    var second = start();
    var third = start();
    var parked = park(first, "pay");
    try (var stream = third.client.follow(user, parked.turn(), 0)) {
      stream.next("turn.awaiting");
      assertThat(second.client.post(user, parked.answers().get(0), APPROVE).status())
          .isEqualTo(202);
      var rest = stream.rest().stream().map(Client.Event::name).toList();
      assertThat(rest).startsWith("turn.resumed").endsWith("message.done", "turn.completed");
    }
  }

  @Test
  void theTurnGoesOnInTheNameOfWhoeverAnsweredLast() throws Exception {
    var first = start();
    var parked = park(first, "pay locate");
    var second = start();
    var phone = user + "~phone";
    second.client.post(phone, parked.answers().get(0), APPROVE);
    assertThat(tools.calls()).isEmpty();
    var laptop = user + "~laptop";
    second.client.post(laptop, parked.answers().get(1), Map.of("result", "here"));
    var ignored = messagesAtTheEnd(first, parked);
    assertThat(tools.calls()).hasSize(1);
    assertThat(tools.calls().getFirst().caller().bearer()).isEqualTo(laptop);
  }

  @Test
  void ofTwoAnswersAtTheSameMomentOneStandsAndMayBeRepeated() throws Exception {
    var first = start();
    var second = start();
    for (int round = 0; round < 10; round++) {
      var parked = park(first, "pay");
      var path = parked.answers().get(0);
      int callsBefore = tools.calls().size();
      var replies =
          bothAtOnce(
              () -> first.client.post(user, path, APPROVE),
              () -> second.client.post(user, path, DENY));
      var statuses = replies.stream().map(Client.Reply::status).toList();
      assertThat(statuses).containsExactlyInAnyOrder(202, 409);
      boolean approved = statuses.getFirst() == 202;
      assertThat(replies.get(approved ? 1 : 0).text("code")).isEqualTo("already_answered");

      var messages = messagesAtTheEnd(second, parked);
      var state = messages.get(1).at("/tool_call/state").textValue();
      assertThat(state).isEqualTo(approved ? "succeeded" : "denied");
      assertThat(tools.calls()).hasSize(callsBefore + (approved ? 1 : 0));
      for (var instance : running) {
        assertThat(instance.client.post(user, path, approved ? APPROVE : DENY).status())
            .isEqualTo(202);
        assertThat(instance.client.post(user, path, approved ? DENY : APPROVE).status())
            .isEqualTo(409);
      }
      assertThat(messages(first, parked)).as("nothing changed").isEqualTo(messages);
    }
  }

  private static List<Client.Reply> bothAtOnce(
      Callable<Client.Reply> one, Callable<Client.Reply> other) throws Exception {
    var barrier = new CyclicBarrier(2);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var replies = new ArrayList<Client.Reply>();
      var futures =
          List.of(one, other).stream()
              .map(
                  deed ->
                      threads.submit(
                          () -> {
                            barrier.await();
                            return deed.call();
                          }))
              .toList();
      for (var future : futures) replies.add(future.get());
      return replies;
    }
  }

  @Test
  void whatNobodyAnswersInTimeExpiresAtAnyInstance() throws Exception {
    var hasty =
        EngineSettings.Timing.DEFAULT.withAnswer(Duration.ofMillis(300)).withGrace(Duration.ZERO);
    var first = start(EngineSettings.DEFAULT.withTiming(hasty));
    var parked = park(first, "pay");
    restartAll();

    var second = start();
    Awaitility.await()
        .until(() -> second.client.get(user, parked.turn()).text("state").equals("stopped"));
    assertThat(second.client.get(user, parked.turn()).text("end_reason")).isEqualTo("expired");
    var call = messages(second, parked).get(1).get("tool_call");
    assertThat(call.get("state").textValue()).isEqualTo("denied");
    assertThat(call.get("error").textValue()).isEqualTo("expired");
    var late = second.client.post(user, parked.answers().get(0), APPROVE);
    assertThat(late.text("code")).isEqualTo("already_answered");
    assertThat(tools.calls()).isEmpty();
  }

  @Test
  void anAnswerThatDoesNotFitIsRefusedAndTheTurnWaitsOn() throws Exception {
    var first = start();
    var parked = park(first, "pay locate");
    var result = first.client.post(user, parked.answers().get(0), Map.of("result", "paid"));
    assertThat(result.status()).isEqualTo(400);
    assertThat(result.text("field")).isEqualTo("result");
    var approval = first.client.post(user, parked.answers().get(1), APPROVE);
    assertThat(approval.status()).isEqualTo(400);
    assertThat(approval.text("field")).isEqualTo("decision");

    first.client.post(user, parked.answers().get(0), DENY);
    first.client.post(user, parked.answers().get(1), DENY);
    assertThat(lastText(messagesAtTheEnd(first, parked))).isEqualTo("denied. denied. ");
    assertThat(tools.calls()).isEmpty();
  }
}
