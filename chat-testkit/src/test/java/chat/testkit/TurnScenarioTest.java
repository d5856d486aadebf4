package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.memory.InMemoryStore;
import chat.model.ChatException;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Toolset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tells the life of turns, through the front door, on storage in memory. */
@Timeout(60)
class TurnScenarioTest {

  @Test
  void aConversationFromItsFirstMessageToItsEnd() throws Exception {
    var usage = new Turn.Usage(10, 0, 2, 0);
    var agent = new ScriptedAgent().thinks("hm").says("Hel", "lo").uses(usage);
    try (var world = new World(agent)) {
      var first = world.says(null, "  Hi there,\nagent");
      var events = World.allOf(first);
      assertThat(events)
          .extracting(e -> e.event().getClass().getSimpleName())
          .containsExactly(
              "TurnStarted",
              "MessageDone",
              "MessageStarted",
              "ReasoningDelta",
              "MessageDone",
              "MessageStarted",
              "MessageDelta",
              "MessageDelta",
              "MessageDone",
              "TurnEnded");
      assertThat(events)
          .extracting(TurnEvent.Numbered::number)
          .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);

      var conversation = first.turn().conversation();
      var turn = world.turn(first);
      assertThat(turn.state()).isEqualTo(Turn.State.COMPLETED);
      assertThat(turn.usage()).isEqualTo(usage);
      assertThat(turn.lastEvent()).isEqualTo(10);
      assertThat(world.texts(conversation)).containsExactly("  Hi there,\nagent", "hm", "Hello");
      assertThat(world.history(conversation)).extracting(Message::seq).containsExactly(1L, 2L, 3L);

      var reply = World.replyOf(world.says(conversation, "again"));
      assertThat(reply.text()).isEqualTo("Hello");
      assertThat(agent.requests().get(1).history())
          .extracting(m -> m.content().text())
          .containsExactly("  Hi there,\nagent", "hm", "Hello", "again");

      var list = world.chat.list(world.alice, Conversation.Order.ACTIVITY_DESC, null, 10);
      assertThat(list.data()).extracting(Conversation::title).containsExactly("Hi there,");
      world.chat.delete(world.alice, conversation);
      assertThatThrownBy(() -> world.chat.open(world.alice, conversation, 10))
          .isInstanceOf(ChatException.NotFound.class);
    }
  }

  @Test
  void theFirstWordIsSeenWhileTheAgentStillWorks() throws Exception {
    var more = new CountDownLatch(1);
    try (var world = new World(new ScriptedAgent().says("Hel").waitsFor(more).says("lo"))) {
      var follower = world.says(null, "hi");
      World.until(follower, "Hel");
      assertThat(world.turn(follower).state()).isEqualTo(Turn.State.RUNNING);
      more.countDown();
      assertThat(World.replyOf(follower).text()).isEqualTo("Hello");
    }
  }

  @Test
  void whoeverComesLaterOrComesBackSeesTheSame() throws Exception {
    var more = new CountDownLatch(1);
    try (var world = new World(new ScriptedAgent().says("Hel").waitsFor(more).says("lo"))) {
      var first = world.says(null, "hi");
      var turn = first.turn();
      World.until(first, "Hel");
      var late = world.chat.follow(world.alice, turn.conversation(), turn.id(), 0);
      var resumed = world.chat.follow(world.alice, turn.conversation(), turn.id(), first.after());
      more.countDown();
      var all = World.allOf(late);
      assertThat(World.allOf(resumed)).isEqualTo(all.subList((int) first.after() - 0, all.size()));
      var afterwards = world.chat.follow(world.alice, turn.conversation(), turn.id(), 0);
      assertThat(World.allOf(afterwards)).isEqualTo(all);
      var atTheEnd = world.chat.follow(world.alice, turn.conversation(), turn.id(), all.size());
      assertThat(atTheEnd.ended()).isTrue();
    }
  }

  @Test
  void aStopKeepsWhatWasSaidAndClosesTheExchange() throws Exception {
    var closed = new CountDownLatch(1);
    var agent =
        new ScriptedAgent()
            .does((request, sink) -> sink.onStop(closed::countDown))
            .says("Hel")
            .hangs();
    try (var world = new World(agent)) {
      var follower = world.says(null, "hi");
      World.until(follower, "Hel");
      var turn = follower.turn();
      world.chat.stop(world.alice, turn.conversation(), turn.id());
      var reply = World.replyOf(follower);
      assertThat(reply.state()).isEqualTo(Turn.State.STOPPED);
      assertThat(reply.reason()).isEqualTo(Turn.EndReason.USER);
      assertThat(reply.text()).isEqualTo("Hel");
      assertThat(reply.messages().get(0).partial()).isTrue();
      assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
      var again = world.chat.stop(world.alice, turn.conversation(), turn.id());
      assertThat(again.state()).isEqualTo(Turn.State.STOPPED);
    }
  }

  @Test
  void anAgentThatJustReturnsWhenItIsStoppedHasStopped() throws Exception {
    var agent =
        new ScriptedAgent()
            .says("Hel")
            .does(
                (request, sink) -> {
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    try (var world = new World(agent)) {
      var follower = world.says(null, "hi");
      World.until(follower, "Hel");
      world.chat.stop(world.alice, follower.turn().conversation(), follower.turn().id());
      assertThat(World.replyOf(follower).state()).isEqualTo(Turn.State.STOPPED);
    }
  }

  @Test
  void anAgentThatCannotGoOnFailsItsTurnAndNoOther() throws Exception {
    var agent =
        new ScriptedAgent()
            .says("so far")
            .fails(ChatException.AgentFailed.Reason.MODEL_RATE_LIMITED);
    try (var world = new World(agent)) {
      var reply = World.replyOf(world.says(null, "hi"));
      assertThat(reply.state()).isEqualTo(Turn.State.FAILED);
      assertThat(reply.failure())
          .isEqualTo(new Turn.Failure("model_rate_limited", "as the script says", true));
      assertThat(reply.text()).isEqualTo("so far");
      assertThat(reply.messages().get(0).partial()).isTrue();
    }
  }

  @Test
  void anAgentWithABugFailsItsTurnWithoutATrace() throws Exception {
    var agent =
        new ScriptedAgent()
            .does(
                (request, sink) -> {
                  throw new IllegalStateException("secret");
                });
    try (var world = new World(agent)) {
      var reply = World.replyOf(world.says(null, "hi"));
      assertThat(reply.failure()).isEqualTo(new Turn.Failure("internal", "the agent failed", true));
    }
  }

  @Test
  void aSecondMessageIsRefusedWhileATurnRuns() throws Exception {
    try (var world = new World(new ScriptedAgent().says("Hel").hangs())) {
      var follower = world.says(null, "hi");
      World.until(follower, "Hel");
      var conversation = follower.turn().conversation();
      assertThatThrownBy(() -> world.says(conversation, "me too"))
          .isInstanceOfSatisfying(
              ChatException.Conflict.class,
              conflict -> {
                assertThat(conflict.code()).isEqualTo("turn_running");
                assertThat(conflict.turn()).isEqualTo(follower.turn().id());
              });
    }
  }

  @Test
  void theSameRequestTwiceIsOneTurn() throws Exception {
    var agent = new ScriptedAgent().says("Hello");
    try (var world = new World(agent)) {
      var send = new Turn.Input.Send(null, null, Content.UserInput.of("hi"), null);
      var first = world.chat.begin(world.alice, send, Turn.OnBusy.REJECT, "key");
      var second = world.chat.begin(world.alice, send, Turn.OnBusy.REJECT, "key");
      assertThat(second.turn().id()).isEqualTo(first.turn().id());
      assertThat(World.replyOf(second)).isEqualTo(World.replyOf(first));
      assertThat(agent.requests()).hasSize(1);
      var other = new Turn.Input.Send(null, null, Content.UserInput.of("ho"), null);
      assertThatThrownBy(() -> world.chat.begin(world.alice, other, Turn.OnBusy.REJECT, "key"))
          .isInstanceOfSatisfying(
              ChatException.Conflict.class,
              conflict -> assertThat(conflict.code()).isEqualTo("request_key_reused"));
    }
  }

  @Test
  void anEnqueuedTurnRunsWhenTheOneBeforeItIsOver() throws Exception {
    var more = new CountDownLatch(1);
    try (var world = new World(new ScriptedAgent().waitsFor(more).says("ok"))) {
      var first = world.says(null, "one");
      var conversation = first.turn().conversation();
      var second = world.says(conversation, "two", Turn.OnBusy.ENQUEUE);
      var third = world.says(conversation, "three", Turn.OnBusy.ENQUEUE);
      assertThat(second.turn().state()).isEqualTo(Turn.State.QUEUED);
      assertThat(world.texts(conversation)).containsExactly("one");
      more.countDown();
      assertThat(World.replyOf(third).state()).isEqualTo(Turn.State.COMPLETED);
      assertThat(World.replyOf(second).state()).isEqualTo(Turn.State.COMPLETED);
      assertThat(world.texts(conversation))
          .containsExactly("one", "ok", "two", "ok", "three", "ok");
    }
  }

  @Test
  void anInterruptingTurnStopsTheOneThatRuns() throws Exception {
    var runs = new AtomicInteger();
    var agent =
        new ScriptedAgent()
            .says("a")
            .does(
                (request, sink) -> {
                  if (runs.incrementAndGet() == 1) new CountDownLatch(1).await();
                });
    try (var world = new World(agent)) {
      var first = world.says(null, "one");
      World.until(first, "a");
      var second = world.says(first.turn().conversation(), "two", Turn.OnBusy.INTERRUPT);
      assertThat(World.replyOf(second).state()).isEqualTo(Turn.State.COMPLETED);
      var events = World.allOf(first);
      assertThat(events.get(events.size() - 1).event())
          .isEqualTo(
              new TurnEvent.TurnEnded(
                  Turn.State.STOPPED,
                  Turn.EndReason.SUPERSEDED,
                  second.turn().id(),
                  null,
                  Turn.Usage.NONE));
      assertThat(world.texts(first.turn().conversation())).containsExactly("one", "a", "two", "a");
    }
  }

  @Test
  void deletingAConversationStopsItsTurn() throws Exception {
    try (var world = new World(new ScriptedAgent().says("Hel").hangs())) {
      var follower = world.says(null, "hi");
      World.until(follower, "Hel");
      world.chat.delete(world.alice, follower.turn().conversation());
      var reply = World.replyOf(follower);
      assertThat(reply.state()).isEqualTo(Turn.State.STOPPED);
      assertThat(reply.reason()).isEqualTo(Turn.EndReason.DELETED);
    }
  }

  @Test
  void whatCannotBeStoredIsReplacedBeforeAnybodySeesIt() throws Exception {
    try (var world = new World(new ScriptedAgent().says("a\0b\uD83C", "\uDF0Dc\uD83C"))) {
      var follower = world.says(null, "hi");
      assertThat(World.replyOf(follower).text()).isEqualTo("a\uFFFDb🌍c\uFFFD");
      assertThat(world.texts(follower.turn().conversation())).contains("a\uFFFDb🌍c\uFFFD");
    }
  }

  @Test
  void anAnswerWithoutAnEndIsCutOff() throws Exception {
    var agent =
        new ScriptedAgent()
            .does(
                (request, sink) -> {
                  while (true) sink.text("blah ".repeat(1000));
                });
    try (var world = new World(agent)) {
      var reply = World.replyOf(world.says(null, "hi"));
      assertThat(reply.failure()).isNotNull();
      assertThat(reply.failure().code()).isEqualTo("model_bad_reply");
      assertThat(reply.text()).hasSizeBetween(1 << 19, 1 << 20);
    }
  }

  @Test
  void aClosingEngineStoresWhatRunsAndRefusesWhatComes() throws Exception {
    var store = new InMemoryStore();
    var world = new World(store, new ScriptedAgent().says("Hel").hangs(), Toolset.NONE);
    var follower = world.says(null, "hi");
    World.until(follower, "Hel");
    world.close();
    var reply = World.replyOf(follower);
    assertThat(reply.state()).isEqualTo(Turn.State.INTERRUPTED);
    assertThat(reply.text()).isEqualTo("Hel");
    assertThat(world.turn(follower).state()).isEqualTo(Turn.State.INTERRUPTED);
    assertThat(world.chat.ready()).isFalse();
    assertThatThrownBy(() -> world.says(null, "hi"))
        .isInstanceOfSatisfying(
            ChatException.Unavailable.class,
            refusal -> assertThat(refusal.code()).isEqualTo("draining"));
  }

  @Test
  void messagesThatAreNoMessagesAreRefused() {
    try (var world = new World(new ScriptedAgent())) {
      for (var text : List.of("", " \n\t", "a\0b", "\uD83C", "x".repeat(100_001))) {
        assertThatThrownBy(() -> world.says(null, text))
            .isInstanceOfSatisfying(
                ChatException.InvalidInput.class,
                refusal -> assertThat(refusal.field()).isEqualTo("message"));
      }
      assertThat(world.chat.list(world.alice, Conversation.Order.CREATED_DESC, null, 1).data())
          .isEmpty();
    }
  }
}
