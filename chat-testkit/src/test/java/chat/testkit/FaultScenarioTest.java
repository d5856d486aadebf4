package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.Content;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Agent;
import chat.port.ConversationRepository;
import chat.port.Lease;
import chat.port.Toolset;
import chat.port.TurnJournal;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tells what becomes of turns when the store or the instance fails under them. */
@Timeout(60)
class FaultScenarioTest {
  private final InMemoryStore store = new InMemoryStore();
  private final FaultyJournal journal = new FaultyJournal(store.journal());

  /** Is a journal that can be broken. */
  private static final class FaultyJournal extends PassingJournal {
    final AtomicBoolean down = new AtomicBoolean();
    volatile boolean refusesEvents;
    volatile boolean refusesMessages;

    FaultyJournal(TurnJournal sound) {
      super(sound);
    }

    @Override
    TurnJournal to() {
      if (down.get()) throw new ChatException.StorageFailed("down", null);
      return super.to();
    }

    @Override
    public Appended append(Map<Lease, Segment> segments) {
      boolean bad =
          segments.values().stream()
              .flatMap(s -> s.events().stream())
              .anyMatch(
                  e -> e.event() instanceof TurnEvent.MessageDelta d && d.content().equals("bad"));
      if (refusesEvents && bad) throw new IllegalArgumentException("bad data");
      return super.append(segments);
    }

    @Override
    public void leave(Lease lease, Rest rest) {
      if (refusesMessages && !rest.messages().isEmpty()) {
        throw new IllegalArgumentException("bad data");
      }
      super.leave(lease, rest);
    }
  }

  private World world(ScriptedAgent agent) {
    return new World(store.conversations(), journal, agent, Toolset.NONE, World.QUICK);
  }

  @Test
  void anInstanceThatDiedLeavesATurnThatTheNextOneEnds() throws Exception {
    // The first engine is never closed: as far as the store knows it died.
    var died = world(new ScriptedAgent().thinks("hm").says("Hel", "lo").hangs());
    var follower = died.says(null, "hi");
    World.until(follower, "Hello");
    var turn = follower.turn();
    long stored = 8;
    Awaitility.await()
        .until(
            () ->
                !store
                    .conversations()
                    .events(turn.owner(), turn.conversation(), turn.id(), stored - 1, 9)
                    .isEmpty());

    var alone = TurnSettings.alone();
    try (var next =
        new World(
            store.conversations(), store.journal(), new ScriptedAgent(), Toolset.NONE, alone)) {
      var ended = next.turn(follower);
      assertThat(ended.state()).isEqualTo(Turn.State.INTERRUPTED);
      assertThat(next.texts(turn.conversation())).containsExactly("hi", "hm", "Hello");
      var kept = next.history(turn.conversation()).get(2);
      assertThat(kept.partial()).isTrue();
      var events =
          World.allOf(next.chat.follow(next.alice, turn.conversation(), turn.id(), stored));
      assertThat(events)
          .extracting(TurnEvent.Numbered::number)
          .containsExactly(1_000_009L, 1_000_010L);
      assertThat(events.get(0).event()).isEqualTo(new TurnEvent.MessageDone(kept));
      assertThat(ended.lastEvent()).isEqualTo(1_000_010L);
    }
    died.close();
    assertThat(died.turn(follower).lastEvent()).isEqualTo(1_000_010L);
  }

  @Test
  void aStoreThatIsDownForAWhileDelaysTheEndAndLosesNothing() throws Exception {
    var more = new CountDownLatch(1);
    try (var world =
        world(new ScriptedAgent().says("Hel").waitsFor(more).thinks("hm").says("lo"))) {
      var follower = world.says(null, "hi");
      World.until(follower, "Hel");
      journal.down.set(true);
      more.countDown();
      // The first text has to be stored before anything else is seen.
      assertThat(follower.next(Duration.ofMillis(300))).isEmpty();
      journal.down.set(false);
      var reply = World.replyOf(follower);
      assertThat(reply.state()).isEqualTo(Turn.State.COMPLETED);
      assertThat(world.texts(follower.turn().conversation()))
          .containsExactly("hi", "Hel", "hm", "lo");
      var turn = follower.turn();
      var again = World.allOf(world.chat.follow(world.alice, turn.conversation(), turn.id(), 0));
      assertThat(again)
          .extracting(TurnEvent.Numbered::number)
          .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    }
  }

  @Test
  void eventsThatCannotBeStoredFailTheirTurnAlone() throws Exception {
    journal.refusesEvents = true;
    try (var world =
        world(
            new ScriptedAgent()
                .does(
                    (request, sink) -> {
                      var last = request.history().get(request.history().size() - 1);
                      sink.text(last.content().text());
                      new CountDownLatch(1).await();
                    }))) {
      var good = world.says(null, "good");
      World.until(good, "good");
      var bad = world.says(null, "bad");
      var reply = World.replyOf(bad);
      assertThat(reply.state()).isEqualTo(Turn.State.FAILED);
      assertThat(reply.failure()).isNotNull();
      assertThat(reply.failure().code()).isEqualTo("internal");
      assertThat(world.turn(good).state()).isEqualTo(Turn.State.RUNNING);
    }
  }

  @Test
  void messagesThatCannotBeStoredStillLeaveAnEnd() throws Exception {
    journal.refusesMessages = true;
    try (var world = world(new ScriptedAgent().says("Hello"))) {
      var follower = world.says(null, "hi");
      assertThat(World.replyOf(follower).state()).isEqualTo(Turn.State.FAILED);
      var turn = world.turn(follower);
      assertThat(turn.state()).isEqualTo(Turn.State.FAILED);
      assertThat(World.replyOf(world.says(null, "next")).state()).isEqualTo(Turn.State.FAILED);
    }
  }

  @Test
  void anAgentThatThrowsWhatItDoesNotDeclareLeavesAnEnd() throws Exception {
    Agent agent =
        (request, sink) -> {
          sink.text("Hel");
          throw undeclared(new InterruptedException());
        };
    try (var world = new World(store, agent, Toolset.NONE)) {
      var reply = World.replyOf(world.says(null, "hi"));
      assertThat(reply.state()).isEqualTo(Turn.State.FAILED);
      assertThat(reply.text()).isEqualTo("Hel");
    }
  }

  @Test
  void aToolThatThrowsWhatItDoesNotDeclareHasFailed() throws Exception {
    var tool = Samples.tool("now");
    var tools =
        new Toolset() {
          @Override
          public List<Tool> tools(Caller caller) {
            return List.of(tool);
          }

          @Override
          public ToolResult call(
              Caller caller, Tool tool, Json arguments, Consumer<TurnEvent.Progress> progress) {
            throw undeclared(new IOException());
          }
        };
    var agent = new ScriptedAgent().calls(new Agent.Call("now", Json.EMPTY, null)).says("well");
    try (var world = new World(store, agent, tools)) {
      var reply = World.replyOf(world.says(null, "hi"));
      assertThat(reply.state()).isEqualTo(Turn.State.COMPLETED);
      assertThat(reply.messages().get(0).content())
          .isInstanceOfSatisfying(
              Content.ToolCall.class,
              call -> assertThat(call.state()).isEqualTo(Content.ToolCall.State.FAILED));
    }
  }

  /** Throws a checked exception where none is declared, as other languages of the JVM do. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> RuntimeException undeclared(Exception e) throws E {
    throw (E) e;
  }

  @Test
  void aTurnWhoseAcceptFailsNeverWas() throws Exception {
    var begun = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    var agent =
        new ScriptedAgent()
            .does((request, sink) -> sink.onStop(stopped::countDown))
            .says("Hel")
            .does((request, sink) -> begun.countDown())
            .hangs();
    var conversations = failingAfterReady(store.conversations(), begun);
    try (var world = new World(conversations, journal, agent, Toolset.NONE, World.QUICK)) {
      assertThatThrownBy(() -> world.says(null, "hi"))
          .isInstanceOf(ChatException.StorageFailed.class);
      assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Fails when the accept would have become durable, after the agent has begun. */
  private static ConversationRepository failingAfterReady(
      ConversationRepository sound, CountDownLatch begun) {
    return (ConversationRepository)
        Proxy.newProxyInstance(
            ConversationRepository.class.getClassLoader(),
            new Class<?>[] {ConversationRepository.class},
            (proxy, method, arguments) -> {
              try {
                var result = method.invoke(sound, arguments);
                if (method.getName().equals("accept")) {
                  begun.await();
                  throw new ChatException.StorageFailed("commit", null);
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void anEngineDoesNotStartWithoutItsStore() {
    journal.down.set(true);
    assertThatThrownBy(() -> world(new ScriptedAgent()))
        .isInstanceOf(ChatException.StorageFailed.class);
  }

  /** Names the settings that these tests need. */
  private static final class TurnSettings {
    static chat.engine.EngineSettings alone() {
      return chat.engine.EngineSettings.DEFAULT.withGrace(Duration.ZERO).withAlone(true);
    }
  }
}
