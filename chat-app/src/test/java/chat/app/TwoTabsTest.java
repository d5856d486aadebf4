package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.agent.openai.OpenAiAgent;
import chat.agent.openai.OpenAiSettings;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.UserId;
import chat.model.Window;
import chat.port.Toolset;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two tabs write into each of several conversations at once, at whichever of two instances, with
 * every policy: 1,000 turns. What the model is asked is checked by the rules of its provider.
 */
@Timeout(300)
final class TwoTabsTest {
  private static final int CONVERSATIONS = 10;
  private static final int TURNS_OF_A_TAB = 50;
  private static final List<String> POLICIES = List.of("reject", "enqueue", "interrupt");

  private final long seed = Long.getLong("chat.seed", System.nanoTime());
  private final String user = "user-" + UUID.randomUUID();
  private final String conversations = "/api/" + user + "/conversations";
  private final List<Instance> instances = new ArrayList<>();
  private final List<OpenAiAgent> agents = new ArrayList<>();
  private ScriptedModel model;

  @BeforeEach
  void start() throws Exception {
    model = new ScriptedModel(ScriptedModel.says("an ", "answer"));
    for (int i = 0; i < 2; i++) {
      var agent = new OpenAiAgent(OpenAiSettings.of(URI.create(model.url()), null, "scripted"));
      agents.add(agent);
      var database = SharedDatabase.inThisJvm().database();
      instances.add(Instance.start(database, agent, Toolset.NONE));
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (var instance : instances) instance.close();
    for (var agent : agents) agent.close();
    model.close();
  }

  /** Is what a tab sent and had accepted. */
  private record Sent(String text, String policy, String turn) {}

  @Test
  void whateverTwoTabsSendTheHistoryIsOne() throws Exception {
    var random = new Random(seed);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tabs = new ArrayList<List<Future<List<Sent>>>>();
      var made = new ArrayList<String>();
      for (int i = 0; i < CONVERSATIONS; i++) {
        var id = instances.get(0).client.post(user, conversations, Map.of()).text("id");
        made.add(id);
        var two = new ArrayList<Future<List<Sent>>>();
        for (var tab : List.of("left", "right")) {
          var itsOwn = new Random(random.nextLong());
          two.add(threads.submit(() -> write(id, tab, itsOwn)));
        }
        tabs.add(two);
      }
      for (int i = 0; i < CONVERSATIONS; i++) {
        var sent = new ArrayList<List<Sent>>();
        for (var tab : tabs.get(i)) sent.add(tab.get());
        checkHistory(made.get(i), sent);
      }
    } catch (Exception | AssertionError e) {
      throw new AssertionError("with -Dchat.seed=" + seed, e);
    }
  }

  private Instance any(Random random) {
    return instances.get(random.nextInt(instances.size()));
  }

  private List<Sent> write(String conversation, String tab, Random random) throws IOException {
    var sent = new ArrayList<Sent>();
    while (sent.size() < TURNS_OF_A_TAB) {
      var text = tab + " " + sent.size();
      var policy = POLICIES.get(random.nextInt(POLICIES.size()));
      var body = Map.of("message", text, "conversation_id", conversation, "on_busy", policy);
      var reply =
          any(random).client.post(user, "/api/" + user + "/chat", body, "Prefer", "respond-async");
      if (reply.status() == 409) {
        assertThat(reply.text("code")).isIn("turn_running", "queue_full");
        awaitEnd(any(random), conversation, reply.text("turn_id"));
        continue;
      }
      assertThat(reply.status()).as(reply.body().toString()).isEqualTo(202);
      sent.add(new Sent(text, policy, reply.text("id")));
      switch (random.nextInt(4)) {
        case 0, 1 -> awaitEnd(any(random), conversation, reply.text("id"));
        case 2 -> stopOneThatWaits(any(random), conversation, random);
        default -> {}
      }
    }
    return sent;
  }

  private String turn(String conversation, String turn) {
    return conversations + "/" + conversation + "/turns/" + turn;
  }

  private void awaitEnd(Instance instance, String conversation, String turn) throws IOException {
    try (var stream = instance.client.follow(user, turn(conversation, turn), 0)) {
      assertThat(stream.rest().getLast().name()).isIn("turn.completed", "turn.stopped");
    }
  }

  private void stopOneThatWaits(Instance instance, String conversation, Random random)
      throws IOException {
    var queue = instance.client.get(user, conversations + "/" + conversation).body().get("queue");
    assertThat(queue.size()).isLessThanOrEqualTo(10);
    for (int i = 0; i < queue.size(); i++) {
      assertThat(queue.get(i).get("position").intValue()).isEqualTo(i + 1);
    }
    if (queue.isEmpty()) return;
    var one = turn(conversation, queue.get(random.nextInt(queue.size())).get("id").textValue());
    assertThat(instance.client.stop(user, one).status()).isEqualTo(202);
  }

  private void checkHistory(String conversation, List<List<Sent>> tabs) throws IOException {
    var first = instances.get(0);
    var path = conversations + "/" + conversation;
    Awaitility.await()
        .until(
            () -> {
              var detail = first.client.get(user, path).body();
              var state = detail.at("/turn/state").textValue();
              return detail.get("queue").isEmpty() && !"running".equals(state);
            });
    var history = history(new Conversation.Id(UUID.fromString(conversation)));
    for (int i = 0; i < history.size(); i++) {
      assertThat(history.get(i).seq()).isEqualTo(i + 1);
      if (i > 0) {
        assertThat(history.get(i).createdAt()).isAfter(history.get(i - 1).createdAt());
      }
    }
    var questions = checkAlternation(history);
    for (var tab : tabs) {
      for (var sent : tab) checkTurn(conversation, sent, history);
      var enqueued = tab.stream().filter(it -> it.policy().equals("enqueue")).map(Sent::text);
      var kept = enqueued.filter(questions::contains).toList();
      assertThat(questions).containsSubsequence(kept);
    }
  }

  private List<Message> history(Conversation.Id conversation) {
    var service = instances.get(0).service;
    var caller = Caller.withoutToken(new UserId(user));
    var window = service.window(caller, conversation, Window.Query.newest(200));
    var history = new ArrayList<>(window.messages());
    while (window.moreBefore()) {
      var before = new Window.Query(Window.From.BEFORE, history.getFirst().id(), 200);
      window = service.window(caller, conversation, before);
      history.addAll(0, window.messages());
    }
    return history;
  }

  /** Each turn stands in one piece: one question, then its answer, if it came to one. */
  private static List<String> checkAlternation(List<Message> history) {
    var questions = new ArrayList<String>();
    var turns = new HashSet<>();
    Message last = null;
    for (var message : history) {
      if (message.content() instanceof Content.UserInput) {
        assertThat(turns.add(message.turn())).as("a turn asks once").isTrue();
        questions.add(message.content().text());
      } else {
        assertThat(last).isNotNull();
        assertThat(message.turn()).as("an answer to what was asked").isEqualTo(last.turn());
        assertThat(last.content()).as("one answer").isInstanceOf(Content.UserInput.class);
      }
      last = message;
    }
    assertThat(questions).doesNotHaveDuplicates();
    return questions;
  }

  private void checkTurn(String conversation, Sent sent, List<Message> history) throws IOException {
    var turn = instances.get(1).client.get(user, turn(conversation, sent.turn()));
    var its = history.stream().filter(m -> m.turn().toString().equals(sent.turn())).toList();
    var texts = its.stream().map(m -> m.content().text()).toList();
    switch (turn.text("state")) {
      case "completed" -> assertThat(texts).containsExactly(sent.text(), "an answer");
      case "stopped" -> {
        assertThat(turn.text("end_reason")).isIn("user", "superseded");
        assertThat(texts).hasSizeLessThanOrEqualTo(2);
        if (!texts.isEmpty()) assertThat(texts.getFirst()).isEqualTo(sent.text());
        if (texts.size() == 2) assertThat("an answer").startsWith(texts.getLast());
      }
      default -> throw new AssertionError(turn.body().toString());
    }
  }
}
