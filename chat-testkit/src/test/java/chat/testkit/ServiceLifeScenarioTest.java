package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.ChatService;
import chat.engine.EngineSettings;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.Content;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.Agent;
import chat.port.Toolset;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The life of a service that a program starts for itself, and closes. */
class ServiceLifeScenarioTest {
  private static final Caller ALICE = Caller.withoutToken(new UserId("alice"));
  private static final EngineSettings AT_ONCE = EngineSettings.DEFAULT.withGrace(Duration.ZERO);

  private final InMemoryStore store = new InMemoryStore();
  private final List<String> told = new CopyOnWriteArrayList<>();

  @Test
  void servicesOverOneStoreAreInstancesOfTheirOwnAndSeeTheSame() throws InterruptedException {
    try (var one = ChatService.start(store, new ScriptedAgent().says("one"));
        var other = ChatService.start(store, new ScriptedAgent().says("other"))) {
      var turn = hello(one);

      var reply = other.follow(ALICE, turn.conversation(), turn.id(), 0).reply(World.LONG);

      assertThat(reply).isNotNull();
      assertThat(reply.text()).isEqualTo("one");
    }
  }

  @Test
  void closingItEndsItsTurnsAndThenItsAgentAndKeepsTheStore() throws InterruptedException {
    var agent = new ClosingAgent();
    var chat = ChatService.start(store, agent, Toolset.NONE, AT_ONCE, TurnObserver.NONE);
    var turn = hello(chat);
    assertThat(agent.asked.await(20, TimeUnit.SECONDS)).isTrue();

    chat.close();

    assertThat(told).containsExactly("interrupted", "closed");
    assertThat(chat.turn(ALICE, turn.conversation(), turn.id()).state())
        .isEqualTo(Turn.State.INTERRUPTED);
    assertThat(chat.ready()).isFalse();
    assertThatThrownBy(() -> hello(chat)).isInstanceOf(ChatException.Unavailable.class);
  }

  private static Turn hello(ChatService chat) {
    var hello = new Turn.Input.Send(null, null, Content.UserInput.of("Hello"), null);
    return chat.begin(ALICE, hello, Turn.OnBusy.REJECT, null).turn();
  }

  /** Waits until it is interrupted, and can be closed. */
  private final class ClosingAgent implements Agent, AutoCloseable {
    final CountDownLatch asked = new CountDownLatch(1);

    @Override
    public void run(Request request, Sink sink) {
      asked.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        told.add("interrupted");
      }
    }

    @Override
    public void close() {
      told.add("closed");
    }
  }
}
