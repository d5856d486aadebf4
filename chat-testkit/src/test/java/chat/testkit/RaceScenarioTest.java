package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.engine.EngineSettings;
import chat.engine.TurnEngine;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.Content;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Agent;
import chat.port.Lease;
import chat.port.Toolset;
import chat.port.TurnJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tells what becomes of turns when things happen in the worst order, or fail in the worst way. */
@Timeout(60)
class RaceScenarioTest {
  private final InMemoryStore store = new InMemoryStore();

  private World world(TurnJournal journal, Agent agent) {
    return new World(store.conversations(), journal, agent, Toolset.NONE, World.QUICK);
  }

  /** Says "one" and is done, but hangs from its second turn on. */
  private static ScriptedAgent hangingFromTheSecondTurnOn(CountDownLatch first) {
    var turns = new AtomicInteger();
    return new ScriptedAgent()
        .does(
            (request, sink) -> {
              if (turns.incrementAndGet() == 1) first.await();
              else new CountDownLatch(1).await();
            });
  }

  @Test
  void aStopThatComesBetweenATurnsClaimAndItsStartIsNotLost() throws Exception {
    var more = new CountDownLatch(1);
    var claimed = new CopyOnWriteArrayList<Consumer<Turn>>();
    var journal =
        new PassingJournal(store.journal()) {
          @Override
          public List<Lease.Work> claim(
              String instance, int atMost, int texts, Duration validity, boolean alone) {
            var works = super.claim(instance, atMost, texts, validity, alone);
            for (var work : works) for (var hook : claimed) hook.accept(work.turn());
            return works;
          }
        };
    try (var world = world(journal, hangingFromTheSecondTurnOn(more))) {
      claimed.add(turn -> world.chat.stop(world.alice, turn.conversation(), turn.id()));
      var first = world.says(null, "one");
      var second = world.says(first.turn().conversation(), "two", Turn.OnBusy.ENQUEUE);
      more.countDown();
      assertThat(World.replyOf(second).state()).isEqualTo(Turn.State.STOPPED);
    }
  }

  @Test
  void anErrorOfTheStoreStopsNeitherTheWriterNorTheTurn() throws Exception {
    var errors = new AtomicInteger(3);
    var journal =
        new PassingJournal(store.journal()) {
          @Override
          public Appended append(Map<Lease, Segment> segments) {
            if (errors.getAndDecrement() > 0) throw new OutOfMemoryError("as the test says");
            return super.append(segments);
          }
        };
    var more = new CountDownLatch(1);
    try (var world = world(journal, new ScriptedAgent().says("Hel").waitsFor(more).says("lo"))) {
      var follower = world.says(null, "hi");
      Awaitility.await().until(() -> errors.get() < 0);
      more.countDown();
      assertThat(World.replyOf(follower).text()).isEqualTo("Hello");
      var turn = follower.turn();
      var all = World.allOf(world.chat.follow(world.alice, turn.conversation(), turn.id(), 0));
      assertThat(all).extracting(TurnEvent.Numbered::number).startsWith(1L, 2L, 3L, 4L);
    }
  }

  @Test
  void aMessageThatIsRefusedIsTakenBackAndTheRestIsKept() throws Exception {
    var journal =
        new PassingJournal(store.journal()) {
          @Override
          public void store(
              Lease lease,
              List<Message> messages,
              List<ModelCall.Entry> calls,
              Segment events,
              long resumeFrom) {
            throw new IllegalArgumentException("refused");
          }
        };
    try (var world = world(journal, new ScriptedAgent().thinks("hm").says("Hello"))) {
      var follower = world.says(null, "hi");
      var all = World.allOf(follower);
      assertThat(all.stream().map(TurnEvent.Numbered::number))
          .isEqualTo(java.util.stream.LongStream.rangeClosed(1, all.size()).boxed().toList());
      assertThat(all)
          .extracting(e -> e.event().getClass().getSimpleName())
          .contains("MessageRemoved")
          .endsWith("MessageDone", "TurnEnded");
      var turn = follower.turn();
      assertThat(World.allOf(world.chat.follow(world.alice, turn.conversation(), turn.id(), 0)))
          .isEqualTo(all);
      // The end stores what the refused write could not.
      assertThat(world.history(turn.conversation()))
          .extracting(Message::seq)
          .containsExactly(1L, 2L);
    }
  }

  @Test
  void eventsThatAreRefusedAtTheEndDoNotCostTheAnswer() throws Exception {
    var journal =
        new PassingJournal(store.journal()) {
          @Override
          public void leave(Lease lease, Rest rest) {
            if (rest.events().events().size() > 1) throw new IllegalArgumentException("refused");
            super.leave(lease, rest);
          }
        };
    try (var world = world(journal, new ScriptedAgent().says("a long good answer"))) {
      var follower = world.says(null, "hi");
      assertThat(World.replyOf(follower).state()).isEqualTo(Turn.State.COMPLETED);
      assertThat(world.texts(follower.turn().conversation()))
          .containsExactly("hi", "a long good answer");
    }
  }

  @Test
  void whoFollowsAQueuedTurnOfADeletedConversationIsToldItsEnd() throws Exception {
    try (var world = world(store.journal(), new ScriptedAgent().hangs())) {
      var first = world.says(null, "one");
      var second = world.says(first.turn().conversation(), "two", Turn.OnBusy.ENQUEUE);
      world.chat.delete(world.alice, first.turn().conversation());
      assertThat(World.replyOf(second).reason()).isEqualTo(Turn.EndReason.DELETED);
      assertThat(World.replyOf(first).reason()).isEqualTo(Turn.EndReason.DELETED);
    }
  }

  @Test
  void whatStartsWhileTheEngineClosesIsInterrupted() throws Exception {
    var world = world(store.journal(), new ScriptedAgent().hangs());
    var request = Samples.message(null, "hi");
    var accepted =
        store
            .conversations()
            .accept(world.alice.user(), request, world.engine.instance(), 15, early -> {});
    world.close();
    world.engine.start(accepted.work(), world.alice).committed();
    var turn = accepted.turn();
    Awaitility.await()
        .until(
            () ->
                world.chat.turn(world.alice, turn.conversation(), turn.id()).state()
                    == Turn.State.INTERRUPTED);
  }

  @Test
  void theObserverHearsOnlyOfEndsThatWereStored() throws Exception {
    var ends = new ArrayList<TurnEvent>();
    var observer =
        new TurnObserver() {
          @Override
          public void event(Turn turn, TurnEvent event) {
            if (event instanceof TurnEvent.TurnEnded) ends.add(event);
          }
        };
    var more = new CountDownLatch(1);
    var engine =
        TurnEngine.start(
            Samples.instance(),
            store,
            new ScriptedAgent().says("Hel").waitsFor(more),
            Toolset.NONE,
            World.QUICK,
            observer);
    try (var other = world(store.journal(), new ScriptedAgent())) {
      var chat = new chat.ChatService(store, engine);
      var send = new Turn.Input.Send(null, null, Content.UserInput.of("hi"), null);
      var follower = chat.begin(other.alice, send, Turn.OnBusy.REJECT, null);
      // Another instance takes the turn, as if this one had died.
      store.journal().renew(engine.instance(), Duration.ZERO);
      var alone = EngineSettings.DEFAULT.withGrace(Duration.ZERO).withAlone(true);
      try (var next =
          new World(
              store.conversations(), store.journal(), new ScriptedAgent(), Toolset.NONE, alone)) {
        assertThat(next.turn(follower).state()).isEqualTo(Turn.State.INTERRUPTED);
      }
      more.countDown();
      engine.close();
      assertThat(ends).isEmpty();
    }
  }

  @Test
  void whatAnAgentOrAToolTellsCanAlwaysBeStored() throws Exception {
    var tools =
        new ScriptedToolset()
            .has(
                Samples.tool("nul"),
                call -> {
                  call.progress().accept(new TurnEvent.Progress("a\0b", "\0"));
                  return new ToolResult(
                      List.of(new ToolResult.Part.Text("\0"), new ToolResult.Part.Link("\0", "\0")),
                      null,
                      null,
                      false);
                });
    var agent =
        new ScriptedAgent()
            .tells(new TurnEvent.Notice(TurnEvent.Notice.Level.INFO, "a\0b", null))
            .calls(new Agent.Call("nul", chat.model.Json.EMPTY, null))
            .calls(new Agent.Call("no\0thing", chat.model.Json.EMPTY, null))
            .says("a long good answer");
    try (var world = new World(store, agent, tools)) {
      var reply = World.replyOf(world.says(null, "hi"));
      assertThat(reply.state()).isEqualTo(Turn.State.COMPLETED);
      assertThat(reply.text()).isEqualTo("a long good answer");
    }
  }

  @Test
  void argumentsThatSplitACharacterAreShownWhole() throws Exception {
    var agent =
        new ScriptedAgent()
            .does(
                (request, sink) -> {
                  sink.arguments(0, "x", "{\"q\":\"\uD83C");
                  sink.arguments(0, "x", "\uDF0D\"}");
                  var call = new Agent.Call("x", new chat.model.Json("{\"q\":\"🌍\"}"), null);
                  assertThat(sink.call(List.of(call))).hasSize(1);
                });
    try (var world = world(store.journal(), agent)) {
      var shown = new StringBuilder();
      for (var event : World.allOf(world.says(null, "hi"))) {
        if (event.event() instanceof TurnEvent.ToolArgumentsDelta delta) {
          shown.append(delta.content());
        }
      }
      assertThat(shown.toString()).isEqualTo("{\"q\":\"🌍\"}");
    }
  }

  @Test
  void moreDeadTurnsThanOneClaimTakesAreAllRecoveredWithoutWaiting() throws Exception {
    var passed = new AtomicReference<>(Duration.ZERO);
    var store = new InMemoryStore(() -> Instant.now().plus(passed.get()));
    var died = new World(store, new ScriptedAgent().hangs(), Toolset.NONE);
    var turns = new ArrayList<Turn>();
    for (int i = 0; i < 100; i++) turns.add(died.says(null, "hi").turn());
    passed.set(Duration.ofHours(1));
    var rare =
        new EngineSettings.Timing(
            Duration.ofHours(1),
            Duration.ofMillis(50),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofMinutes(10),
            Duration.ofHours(24),
            Duration.ZERO);
    var settings = EngineSettings.DEFAULT.withTiming(rare);
    try (var next =
        new World(
            store.conversations(), store.journal(), new ScriptedAgent(), Toolset.NONE, settings)) {
      Awaitility.await()
          .until(
              () ->
                  turns.stream()
                      .allMatch(
                          t ->
                              next.chat.turn(next.alice, t.conversation(), t.id()).state()
                                  == Turn.State.INTERRUPTED));
    }
  }
}
