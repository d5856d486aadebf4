package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chat.engine.EngineSettings;
import chat.engine.ModelTitles;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.ChatException.AgentFailed.Reason;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Conversation.Change;
import chat.model.Conversation.TitleBy;
import chat.model.Turn;
import chat.port.Agent;
import chat.port.Toolset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tells how a conversation gets its title from the model. */
@Timeout(60)
final class TitleScenarioTest {
  private final InMemoryStore store = new InMemoryStore();
  private final Queue<Agent> titles = new ConcurrentLinkedQueue<>();
  private final List<Agent.Request> asked = new CopyOnWriteArrayList<>();
  private final List<String> troubles = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();

  /** Answers what users ask, and plays the next of the titles when it is to name something. */
  private Agent agent(Agent answering) {
    return (request, sink) -> {
      if (request.systemPrompt().equals(EngineSettings.DEFAULT.systemPrompt())) {
        answering.run(request, sink);
      } else {
        asked.add(request);
        titles.remove().run(request, sink);
      }
    };
  }

  private World world(Agent answering) {
    var agent = agent(answering);
    var log =
        new TurnObserver() {
          @Override
          public void trouble(String what, Throwable cause) {
            troubles.add(what);
          }
        };
    var naming = new ModelTitles(agent, store.conversations(), Duration.ofSeconds(20), log);
    opened.add(naming);
    var world =
        new World(store.conversations(), store.journal(), agent, Toolset.NONE, World.QUICK, naming);
    opened.add(world);
    return world;
  }

  @AfterEach
  void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) opened.get(i).close();
  }

  private Conversation conversation(World world, Conversation.Id id) {
    return world.chat.open(world.alice, id, 1).conversation();
  }

  @Test
  void theModelNamesAConversationAfterItsFirstTurn() throws Exception {
    titles.add(new ScriptedAgent().thinks("hm").says("\"Der ", "Weg nach Rom\""));
    var world = world(new ScriptedAgent().says("Über Mailand."));
    var first = world.says(null, "Wie komme ich nach Rom?");
    World.allOf(first);
    var id = first.turn().conversation();
    await().until(() -> conversation(world, id).titleBy() == TitleBy.MODEL);
    assertThat(conversation(world, id).title()).isEqualTo("Der Weg nach Rom");
    var request = asked.get(0);
    assertThat(request.tools()).isEmpty();
    assertThat(request.history()).hasSize(1);
    assertThat(request.history().get(0).content().text())
        .contains("Wie komme ich nach Rom?", "Über Mailand.");

    World.allOf(world.says(id, "And back?"));
    World.allOf(world.says(null, "another"));
    await().until(() -> asked.size() == 2);
    assertThat(asked).as("the second turn asks for no title").hasSize(2);
  }

  @Test
  void untilTheModelHasNamedItTheFirstMessageDoes() throws Exception {
    var mayAnswer = new CountDownLatch(1);
    titles.add(new ScriptedAgent().waitsFor(mayAnswer).says("Named"));
    var world = world(new ScriptedAgent().says("yes"));
    var first = world.says(null, "a question\nand more");
    World.allOf(first);
    await().until(() -> asked.size() == 1);
    var id = first.turn().conversation();
    assertThat(conversation(world, id).title()).isEqualTo("a question");
    mayAnswer.countDown();
    await().until(() -> "Named".equals(conversation(world, id).title()));
  }

  @Test
  void aTitleThatTheUserGivesMeanwhileStays() throws Exception {
    var mayAnswer = new CountDownLatch(1);
    titles.add(new ScriptedAgent().waitsFor(mayAnswer).says("Named"));
    titles.add(new ScriptedAgent().says("Another"));
    var world = world(new ScriptedAgent().says("yes"));
    var first = world.says(null, "a question");
    World.allOf(first);
    await().until(() -> asked.size() == 1);
    var id = first.turn().conversation();
    var mine = world.chat.change(world.alice, id, Change.title("Mine", TitleBy.USER));
    assertThat(mine.title()).isEqualTo("Mine");
    mayAnswer.countDown();
    var second = world.says(null, "another question");
    World.allOf(second);
    await()
        .until(() -> "Another".equals(conversation(world, second.turn().conversation()).title()));
    assertThat(conversation(world, id).title()).isEqualTo("Mine");
  }

  @Test
  void aConversationThatTheUserNamedIsNotAskedFor() throws Exception {
    titles.add(new ScriptedAgent().says("Another"));
    var world = world(new ScriptedAgent().says("yes"));
    var named = world.chat.create(world.alice, Change.title("Mine", TitleBy.USER), null);
    World.allOf(world.says(named.id(), "a question"));
    var second = world.says(null, "another question");
    World.allOf(second);
    await()
        .until(() -> "Another".equals(conversation(world, second.turn().conversation()).title()));
    assertThat(asked).hasSize(1);
    assertThat(conversation(world, named.id()).title()).isEqualTo("Mine");
  }

  @Test
  void aTurnWithoutAnAnswerNamesNothingAndItsRetryDoes() throws Exception {
    titles.add(new ScriptedAgent().says("Named"));
    var answers = new ConcurrentLinkedQueue<Agent>();
    answers.add(new ScriptedAgent().fails(Reason.MODEL_OVERLOADED));
    answers.add(new ScriptedAgent().says("yes"));
    var world = world((request, sink) -> answers.remove().run(request, sink));
    var first = world.says(null, "a question");
    World.allOf(first);
    var id = first.turn().conversation();
    var question = world.turn(first).userMessage();
    assertThat(question).isNotNull();
    var retry =
        world.chat.begin(
            world.alice,
            new Turn.Input.Retry(id, question, Content.Options.NONE),
            Turn.OnBusy.REJECT,
            null);
    World.allOf(retry);
    await().until(() -> "Named".equals(conversation(world, id).title()));
    assertThat(asked).hasSize(1);
  }

  @Test
  void aModelThatFailsOrSaysNothingLeavesTheFirstTitle() throws Exception {
    titles.add(new ScriptedAgent().says("half a ti").fails(Reason.MODEL_OVERLOADED));
    titles.add(new ScriptedAgent());
    titles.add(new ScriptedAgent().says("Third"));
    var world = world(new ScriptedAgent().says("yes"));
    var first = world.says(null, "first");
    World.allOf(first);
    await().until(() -> troubles.size() == 1);
    var second = world.says(null, "second");
    World.allOf(second);
    await().until(() -> asked.size() == 2);
    var third = world.says(null, "third");
    World.allOf(third);
    await().until(() -> "Third".equals(conversation(world, third.turn().conversation()).title()));
    assertThat(conversation(world, first.turn().conversation()).title()).isEqualTo("first");
    assertThat(conversation(world, second.turn().conversation()).title()).isEqualTo("second");
    assertThat(troubles).hasSize(1);
  }

  @Test
  void aTitleThatHangsDelaysNoTurn() throws Exception {
    for (int i = 0; i < 20; i++) titles.add(new ScriptedAgent().hangs());
    var world = world(new ScriptedAgent().says("yes"));
    for (int i = 0; i < 20; i++) {
      var reply = World.replyOf(world.says(null, "question " + i));
      assertThat(reply.text()).isEqualTo("yes");
    }
    await().until(() -> asked.size() >= 8);
  }
}
