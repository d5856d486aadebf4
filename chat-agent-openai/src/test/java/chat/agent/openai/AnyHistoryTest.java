package chat.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;

import chat.ChatService;
import chat.agent.openai.OpenAiSettings.Api;
import chat.agent.openai.UnrulyModel.Mood;
import chat.engine.EngineSettings;
import chat.engine.Follower;
import chat.engine.Reply;
import chat.engine.TurnEngine;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.UserId;
import chat.model.Window;
import chat.testkit.Samples;
import chat.testkit.ScriptedToolset;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Makes histories of whatever may happen: answers that break off, calls that are denied, unknown,
 * stopped or lost in a crash, edits and retries, windows of any size, another model in between; and
 * shows that the model is never sent anything that a provider refuses, that nothing final ever
 * changes or is lost, and that switching between branches loses nothing.
 */
@Timeout(300)
class AnyHistoryTest {
  private static final int CONVERSATIONS = 20;
  private static final int TURNS = 14;

  /** What requests hold when all of it did happen. */
  private static final Set<String> TRACES =
      Set.of("(interrupted)", "(denied)", "(unknown_tool)", "… (cut)", "is cut off here]");

  @ParameterizedTest
  @EnumSource
  void whateverHappenedWhatTheModelIsSentIsValid(Api api) throws Exception {
    long seed = Long.getLong("chat.seed", System.nanoTime());
    var missing = new HashSet<>(TRACES);
    for (int i = 0; i < CONVERSATIONS || !missing.isEmpty(); i++) {
      try (var talk = new Talk(api, new Random(seed))) {
        for (int turn = 0; turn < TURNS; turn++) {
          talk.goOn();
          talk.checkWhatIsKept();
          if (turn % 3 == 2) talk.switchThereAndBack();
        }
        assertThat(talk.model.broken()).isEmpty();
        assertThat(talk.model.requests()).isNotEmpty();
        missing.removeIf(it -> talk.model.requests().stream().anyMatch(r -> r.contains(it)));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("with -Dchat.seed=" + seed, e);
      }
      // Neighbouring seeds begin alike.
      seed = new SplittableRandom(seed).nextLong();
    }
  }

  /** Is one conversation, on engines that come and go. */
  private static final class Talk implements AutoCloseable {
    private static final Duration SOON = Duration.ofMillis(20);

    private final Caller alice = Caller.withoutToken(new UserId("alice"));
    private final InMemoryStore store = new InMemoryStore();
    private final Semaphore stuck = new Semaphore(0);
    private final Random random;
    private final ScriptedToolset tools;
    private final UnrulyModel model;
    private final OpenAiAgent agent;

    /** What was final once, as it was then. */
    private final Map<Message.Id, Message> kept = new LinkedHashMap<>();

    private TurnEngine engine;
    private ChatService chat;
    private Conversation.@Nullable Id conversation;

    Talk(Api api, Random random) throws IOException {
      this.random = random;
      tools = tools();
      var names = tools.tools(alice).stream().map(Tool::name).toList();
      model = new UnrulyModel(api, random, names);
      agent = new OpenAiAgent(OpenAiSettings.of(model.baseUrl(), null, "unruly").api(api));
      engine = start();
      chat = new ChatService(store, engine);
    }

    /** Each engine sees as much as it sees. */
    private TurnEngine start() {
      int tokens = List.of(20, 200, 2000, 16_000).get(random.nextInt(4));
      var settings =
          EngineSettings.DEFAULT
              .withGrace(Duration.ZERO)
              .withAlone(true)
              .withSystemPrompt(random.nextBoolean() ? "Be terse." : "")
              .withContext(1 + random.nextInt(15), tokens);
      return TurnEngine.start(Samples.instance(), store, agent, tools, settings, TurnObserver.NONE);
    }

    private ScriptedToolset tools() {
      return new ScriptedToolset()
          .has(Samples.tool("short"), call -> ToolResult.text("12 °C"))
          .has(Samples.tool("long"), call -> ToolResult.text("x".repeat(200_000)))
          .has(Samples.tool("silent"), call -> ToolResult.text(""))
          .has(
              Samples.tool("data"),
              call -> new ToolResult(List.of(), new Json("{\"a\":1}"), null, false))
          .has(
              Samples.tool("broken"),
              call -> {
                throw new IllegalStateException("oops");
              })
          .has(
              Samples.tool("stuck"),
              call -> {
                stuck.release();
                new CountDownLatch(1).await();
                return ToolResult.text("never");
              })
          .has(Samples.tool("forbidden", Tool.Run.NEVER), call -> ToolResult.text("never"))
          .has(Samples.tool("asks", Tool.Run.AFTER_APPROVAL), call -> ToolResult.text("done"))
          .has(Samples.tool("client", Tool.Run.BY_THE_CLIENT), call -> ToolResult.text("never"));
    }

    /** Begins one turn and takes it to its end, whatever comes between. */
    void goOn() throws InterruptedException {
      var moods = new ArrayList<Mood>();
      while (moods.size() < 3 && random.nextInt(3) > 0) moods.add(Mood.CALLS);
      var all = List.of(Mood.values());
      moods.add(all.get(random.nextInt(all.size())));
      model.will(moods);
      var follower = chat.begin(alice, input(), Turn.OnBusy.REJECT, null);
      conversation = follower.turn().conversation();
      while (true) {
        var reply = restOf(follower);
        if (reply == null) {
          if (random.nextBoolean()) stop(follower.turn());
          else {
            crash();
            follower = chat.follow(alice, id(), follower.turn().id(), follower.after());
          }
        } else if (reply.state() == Turn.State.AWAITING) {
          var awaiting = turn(follower.turn()).awaiting();
          follower = chat.follow(alice, id(), follower.turn().id(), follower.after());
          if (random.nextInt(4) == 0) stop(follower.turn());
          else for (var pending : awaiting) answer(follower.turn(), pending);
        } else {
          return;
        }
      }
    }

    private List<Message> active() {
      return chat.window(alice, id(), Window.Query.newest(200)).messages();
    }

    /** No turn goes on: what there is is final, and what was before is as it was. */
    void checkWhatIsKept() {
      for (var message : active()) {
        if (message.content() instanceof Content.ToolCall call) {
          assertThat(call.state().terminal()).as("%s", call).isTrue();
        }
        kept.putIfAbsent(message.id(), message.with(Message.Siblings.ONLY));
      }
      for (var message : kept.values()) {
        var found = store.conversations().message(alice.user(), id(), message.id());
        assertThat(found.map(it -> it.with(Message.Siblings.ONLY))).hasValue(message);
      }
    }

    void switchThereAndBack() {
      var before = ids();
      if (before.isEmpty()) return;
      var all = List.copyOf(kept.keySet());
      var chosen = all.get(random.nextInt(all.size()));
      chat.activate(alice, id(), chosen);
      assertThat(ids()).contains(chosen);
      checkWhatIsKept();
      chat.activate(alice, id(), before.get(before.size() - 1));
      assertThat(ids()).startsWith(before.toArray(Message.Id[]::new));
    }

    private List<Message.Id> ids() {
      return active().stream().map(Message::id).toList();
    }

    private Turn.Input input() {
      var text = "Question " + "?".repeat(random.nextInt(300));
      // Another model does not know the ids of the calls before.
      var options = new Content.Options(random.nextBoolean() ? null : "other", null);
      var part = new Content.Part.Text(text);
      var content = new Content.UserInput(List.of(part), List.of(), null, options);
      if (conversation == null) return new Turn.Input.Send(null, null, content, null);
      var messages = active();
      var some = messages.get(random.nextInt(messages.size()));
      return switch (random.nextInt(6)) {
        case 0 -> new Turn.Input.Retry(id(), some.id(), options);
        case 1 -> new Turn.Input.Send(id(), null, content, questionOf(some, messages));
        default -> new Turn.Input.Send(id(), null, content, null);
      };
    }

    private static Message.@Nullable Id questionOf(Message some, List<Message> messages) {
      return messages.stream()
          .filter(m -> m.turn().equals(some.turn()))
          .filter(m -> m.content() instanceof Content.UserInput)
          .map(Message::id)
          .findFirst()
          .orElse(null);
    }

    /** Returns what the turn came to; null when it will come to nothing by itself. */
    private @Nullable Reply restOf(Follower follower) throws InterruptedException {
      while (true) {
        var reply = follower.reply(SOON);
        if (reply != null) return reply;
        if (model.silences().tryAcquire() || stuck.tryAcquire()) return null;
      }
    }

    private void stop(Turn turn) {
      var ignored = chat.stop(alice, turn.conversation(), turn.id());
    }

    /** The next engine takes over while the old one still believes that it lives. */
    private void crash() {
      var dead = engine;
      engine = start();
      chat = new ChatService(store, engine);
      dead.close();
    }

    private void answer(Turn turn, Turn.Pending pending) {
      var message =
          active().stream().filter(m -> m.id().equals(pending.message())).findFirst().orElseThrow();
      boolean client = ((Content.ToolCall) message.content()).name().equals("client");
      var answer =
          client
              ? new Turn.Answer.Result(new Json("{\"x\":1}"))
              : random.nextBoolean()
                  ? new Turn.Answer.Approve(random.nextBoolean() ? null : new Json("{\"b\":2}"))
                  : new Turn.Answer.Deny();
      var ignored = chat.answer(alice, id(), turn.id(), pending.message(), answer);
    }

    private Turn turn(Turn turn) {
      return chat.turn(alice, turn.conversation(), turn.id());
    }

    private Conversation.Id id() {
      return Objects.requireNonNull(conversation);
    }

    @Override
    public void close() throws IOException {
      engine.close();
      agent.close();
      model.close();
    }
  }
}
