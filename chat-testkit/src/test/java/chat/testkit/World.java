package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.Attachments;
import chat.ChatService;
import chat.engine.EngineSettings;
import chat.engine.Follower;
import chat.engine.Reply;
import chat.engine.TurnEngine;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.model.Window;
import chat.port.Agent;
import chat.port.ConversationRepository;
import chat.port.Toolset;
import chat.port.TurnJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is a whole chat in memory: a store, an engine, the front door, and Alice at it. */
final class World implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(20);
  static final EngineSettings QUICK = EngineSettings.DEFAULT.withGrace(Duration.ZERO);

  final Caller alice = Caller.withoutToken(new UserId("alice"));
  final ConversationRepository conversations;
  final TurnEngine engine;
  final ChatService chat;

  World(Agent agent) {
    this(new InMemoryStore(), agent, Toolset.NONE);
  }

  World(InMemoryStore store, Agent agent, Toolset tools) {
    this(store.conversations(), store.journal(), agent, tools, QUICK);
  }

  World(
      ConversationRepository conversations,
      TurnJournal journal,
      Agent agent,
      Toolset tools,
      EngineSettings settings) {
    this(conversations, journal, agent, tools, settings, TurnObserver.NONE);
  }

  World(
      ConversationRepository conversations,
      TurnJournal journal,
      Agent agent,
      Toolset tools,
      EngineSettings settings,
      TurnObserver observer) {
    this.conversations = conversations;
    this.engine = TurnEngine.start(Samples.instance(), journal, agent, tools, settings, observer);
    this.chat = new ChatService(conversations, new Attachments(new InMemoryStore()), engine);
  }

  Follower says(Conversation.@Nullable Id conversation, String text) {
    return says(conversation, text, Turn.OnBusy.REJECT);
  }

  Follower says(Conversation.@Nullable Id conversation, String text, Turn.OnBusy onBusy) {
    var send = new Turn.Input.Send(conversation, null, Content.UserInput.of(text), null);
    return chat.begin(alice, send, onBusy, null);
  }

  static Reply replyOf(Follower follower) throws InterruptedException {
    var reply = follower.reply(LONG);
    assertThat(reply).as("a reply in time").isNotNull();
    return reply;
  }

  /** Follows to the end and returns all that happened. */
  static List<TurnEvent.Numbered> allOf(Follower follower) throws InterruptedException {
    var all = new ArrayList<TurnEvent.Numbered>();
    while (!follower.ended()) {
      var next = follower.next(LONG);
      assertThat(next).as("something in time, after %s", all).isNotEmpty();
      all.addAll(next);
    }
    return all;
  }

  /** Follows until the agent has said this much. */
  static void until(Follower follower, String said) throws InterruptedException {
    var text = new StringBuilder();
    while (!text.toString().equals(said)) {
      var next = follower.next(LONG);
      assertThat(next).as("something in time, after '%s'", text).isNotEmpty();
      for (var event : next) {
        if (event.event() instanceof TurnEvent.MessageDelta delta) text.append(delta.content());
      }
    }
  }

  Turn turn(Follower follower) {
    return chat.turn(alice, follower.turn().conversation(), follower.turn().id());
  }

  List<Message> history(Conversation.Id conversation) {
    return chat.window(alice, conversation, Window.Query.newest(200)).messages();
  }

  List<String> texts(Conversation.Id conversation) {
    return history(conversation).stream().map(m -> m.content().text()).toList();
  }

  @Override
  public void close() {
    engine.close();
  }
}
