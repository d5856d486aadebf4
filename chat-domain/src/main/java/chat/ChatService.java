package chat;

import chat.engine.EngineSettings;
import chat.engine.Follower;
import chat.engine.TurnEngine;
import chat.engine.TurnObserver;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Page;
import chat.model.Search;
import chat.model.Turn;
import chat.model.Window;
import chat.port.Agent;
import chat.port.ConversationRepository;
import chat.port.Store;
import chat.port.Toolset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Is the front door: every use case is one method, for whatever edge calls it. It validates, and it
 * brings storage and engine together; whose things are whose is decided in the repository, never at
 * an edge. Called by any thread. What is refused is a {@link ChatException}.
 */
public final class ChatService implements AutoCloseable {
  /** Bounds what a user sends at once: a message, the payload of an action; in UTF-16 units. */
  public static final int MESSAGE_LENGTH = 100_000;

  private final ConversationRepository conversations;
  private final Attachments attachments;
  private final TurnEngine engine;
  private final @Nullable AutoCloseable agent;

  /** Serves over an engine that the caller has started; closing this closes it. */
  public ChatService(Store store, TurnEngine engine) {
    this(store.conversations(), new Attachments(store), engine);
  }

  /** Serves over an engine that the caller has started; closing this closes it. */
  public ChatService(
      ConversationRepository conversations, Attachments attachments, TurnEngine engine) {
    this(conversations, attachments, engine, null);
  }

  private ChatService(
      ConversationRepository conversations,
      Attachments attachments,
      TurnEngine engine,
      @Nullable AutoCloseable agent) {
    this.conversations = conversations;
    this.attachments = attachments;
    this.engine = engine;
    this.agent = agent;
  }

  /** Starts a service without tools, as {@link EngineSettings#DEFAULT} says. */
  public static ChatService start(Store store, Agent agent) {
    return start(store, agent, Toolset.NONE, EngineSettings.DEFAULT, TurnObserver.NONE);
  }

  /**
   * Starts a service with an engine of its own, as an instance with a name of its own.
   *
   * @param store belongs to the caller, who closes it after this
   * @param agent is closed with this if it is {@link AutoCloseable}; when this fails it is still
   *     the caller's
   * @param tools belong to the caller, too
   */
  public static ChatService start(
      Store store, Agent agent, Toolset tools, EngineSettings settings, TurnObserver observer) {
    var instance = UUID.randomUUID().toString();
    var engine = TurnEngine.start(instance, store, agent, tools, settings, observer);
    return new ChatService(
        store.conversations(),
        new Attachments(store),
        engine,
        agent instanceof AutoCloseable closeable ? closeable : null);
  }

  /** Returns the front door for the files that users bring. */
  public Attachments attachments() {
    return attachments;
  }

  /**
   * Begins a turn and follows it from its first event. What the follower gives is about a turn that
   * is stored durably.
   *
   * @param key makes the request repeatable: the same again follows the first turn; null for none
   */
  public Follower begin(Caller caller, Turn.Input input, Turn.OnBusy onBusy, @Nullable String key) {
    if (key != null) InputRules.requireKey(key);
    var title = requireInput(caller, input);
    boolean evenLocked = engine.admission().intoLocked();
    var request = new Turn.Request(input, onBusy, key, RequestHash.of(input), title, evenLocked);
    var accepted = accept(caller, request);
    return follow(accepted.turn(), 0);
  }

  /** Refuses an input that no turn can begin with, and returns what it would be called. */
  private @Nullable String requireInput(Caller caller, Turn.Input input) {
    switch (input) {
      case Turn.Input.Send send -> {
        InputRules.requireMessage(send.content());
        attachments.require(send.content().attachments());
        requireModel(send.content().options());
        return Conversation.titleFrom(send.content().text());
      }
      case Turn.Input.Retry retry -> requireModel(retry.options());
      case Turn.Input.Act act -> requireAction(caller, act);
    }
    return null;
  }

  /** Tells whether a turn may ask for a model; null leaves the choice to the server. */
  public boolean offers(@Nullable String model) {
    return engine.admission().admits(model);
  }

  private void requireModel(Content.Options options) {
    if (engine.admission().admits(options.model())) return;
    throw new ChatException.InvalidInput("model", "this model is not offered");
  }

  private void requireAction(Caller caller, Turn.Input.Act act) {
    var action = act.action();
    InputRules.requireAction(action);
    if (action.widget() == null) return;
    var sender = message(caller, act.conversation(), action.widget().id());
    if (!(sender.content() instanceof Content.Widget)) {
      throw new ChatException.InvalidInput("message_id", "only a widget has actions");
    }
  }

  private ConversationRepository.Accepted accept(Caller caller, Turn.Request request) {
    engine.admit();
    var started = new AtomicReference<TurnEngine.@Nullable Start>();
    try {
      var accepted =
          conversations.accept(
              caller.user(),
              request,
              engine.instance(),
              engine.texts(),
              early -> started.set(engine.start(early.work(), caller)));
      var start = started.get();
      if (start != null) start.committed();
      else engine.start(accepted.work(), caller).committed();
      if (accepted.turn().queued() != null && !accepted.repeated()) {
        engine.queued(accepted.turn(), request.onBusy() == Turn.OnBusy.INTERRUPT);
      }
      return accepted;
    } catch (RuntimeException | Error e) {
      var start = started.get();
      if (start != null) start.aborted();
      throw e;
    }
  }

  /** Follows a turn, whatever its state, from behind an event's number. */
  public Follower follow(Caller caller, Conversation.Id id, Turn.Id turn, long after) {
    return follow(turn(caller, id, turn), after);
  }

  private Follower follow(Turn turn, long after) {
    return engine.follow(turn, after, conversations);
  }

  public Turn turn(Caller caller, Conversation.Id id, Turn.Id turn) {
    return conversations
        .turn(caller.user(), id, turn)
        .orElseThrow(() -> new ChatException.NotFound("turn"));
  }

  /** Lists the model calls that a turn has made, in order; their usage adds up to the turn's. */
  public List<ModelCall.Entry> modelCalls(Caller caller, Conversation.Id id, Turn.Id turn) {
    return conversations.modelCalls(caller.user(), id, turn);
  }

  /** Asks a turn to stop; repeating it, or stopping what has ended, changes nothing. */
  public Turn stop(Caller caller, Conversation.Id id, Turn.Id turn) {
    var stopped = conversations.stop(caller.user(), id, turn);
    engine.stop(stopped);
    return stopped;
  }

  /**
   * Answers a call or a form that an awaiting turn waits for; with the last answer the turn goes
   * on, in the name of this caller. A form takes a {@link Turn.Answer.Form}; a call of a tool that
   * the client runs takes a {@link Turn.Answer.Result}, another an {@link Turn.Answer.Approve},
   * both a {@link Turn.Answer.Deny}.
   */
  public Turn answer(
      Caller caller, Conversation.Id id, Turn.Id turn, Message.Id message, Turn.Answer answer) {
    return answer(caller, id, turn, message, answer, null);
  }

  /**
   * Answers what the client saw and nothing else: a call that is no longer the same is refused.
   *
   * @param hash the {@link chat.model.Seal#hash()} of what waits, as the client was told; null for
   *     whatever waits now
   */
  public Turn answer(
      Caller caller,
      Conversation.Id id,
      Turn.Id turn,
      Message.Id message,
      Turn.Answer answer,
      @Nullable String hash) {
    engine.admit();
    var asked = conversations.message(caller.user(), id, message);
    var fitting = asked.isEmpty() ? answer : InputRules.fitting(asked.get().content(), answer);
    var accepted =
        conversations.answer(
            caller.user(), id, turn, message, fitting, hash, engine.instance(), engine.texts());
    engine.start(accepted.work(), caller).committed();
    return accepted.turn();
  }

  /**
   * Makes an empty conversation.
   *
   * @param key makes the request repeatable; null for none
   */
  public Conversation create(Caller caller, Conversation.Change first, @Nullable String key) {
    if (key != null) InputRules.requireKey(key);
    return conversations.create(caller.user(), first, key, RequestHash.of(first));
  }

  /**
   * Lists the caller's conversations.
   *
   * @param after a cursor that an earlier page gave; null for the first page
   */
  public Page<Conversation> list(
      Caller caller, Conversation.Order order, @Nullable String after, int limit) {
    Window.Query.newest(limit);
    return conversations.list(caller.user(), order, cursor(after), limit);
  }

  /**
   * Searches the caller's conversations, those with the newest activity first.
   *
   * @param query as {@link Search#of} reads it
   * @param after a cursor that an earlier page gave; null for the first page
   */
  public Page<Search.Hit> search(Caller caller, String query, @Nullable String after, int limit) {
    Window.Query.newest(limit);
    return conversations.search(caller.user(), Search.of(query), cursor(after), limit);
  }

  private static Conversation.@Nullable Cursor cursor(@Nullable String after) {
    if (after == null) return null;
    return Conversation.Cursor.decode(after)
        .orElseThrow(() -> new ChatException.InvalidInput("after", "an unknown cursor"));
  }

  /** Reads a conversation with its newest messages, its turn and its queue. */
  public Conversation.Detail open(Caller caller, Conversation.Id id, int limit) {
    Window.Query.newest(limit);
    return conversations
        .detail(caller.user(), id, limit)
        .orElseThrow(() -> new ChatException.NotFound("conversation"));
  }

  public Window window(Caller caller, Conversation.Id id, Window.Query query) {
    return conversations.window(caller.user(), id, query);
  }

  /** Reads a message, active or not. */
  public Message message(Caller caller, Conversation.Id id, Message.Id message) {
    return conversations
        .message(caller.user(), id, message)
        .orElseThrow(() -> new ChatException.NotFound("message"));
  }

  /**
   * Returns what a running turn is saying just now: begun, and in no window yet. Each is partial,
   * and has no sequence.
   *
   * @param turn as it was read just before
   */
  public List<Message> inProgress(Turn turn) {
    return engine.inProgress(turn, conversations);
  }

  /**
   * Keeps what the caller thinks of messages; null takes back what was said before.
   *
   * @param messages at most 200
   */
  public void rate(
      Caller caller, Conversation.Id id, List<Message.Id> messages, @Nullable Feedback feedback) {
    if (messages.size() > Window.LIMIT) {
      throw new ChatException.InvalidInput("messages", "at most " + Window.LIMIT + " at once");
    }
    conversations.rate(caller.user(), id, messages, feedback);
  }

  /** Returns what the caller thinks of a message; empty when nothing was said. */
  public Optional<Feedback> feedback(Caller caller, Conversation.Id id, Message.Id message) {
    return conversations.feedback(caller.user(), id, message);
  }

  /** Reads a conversation alone. */
  public Conversation conversation(Caller caller, Conversation.Id id) {
    return conversations
        .find(caller.user(), id)
        .orElseThrow(() -> new ChatException.NotFound("conversation"));
  }

  public Conversation change(Caller caller, Conversation.Id id, Conversation.Change change) {
    return conversations.change(caller.user(), id, change);
  }

  /** Deletes a conversation with everything in it; a running turn is stopped. */
  public void delete(Caller caller, Conversation.Id id) {
    if (!conversations.delete(caller.user(), id)) {
      throw new ChatException.NotFound("conversation");
    }
    engine.deleted(id);
  }

  public List<Message> siblings(Caller caller, Conversation.Id id, Message.Id message) {
    return conversations.siblings(caller.user(), id, message);
  }

  public void activate(Caller caller, Conversation.Id id, Message.Id message) {
    conversations.activate(caller.user(), id, message);
  }

  /** Tells whether this instance takes turns: it is not shutting down, and its lease is fresh. */
  public boolean ready() {
    return engine.ready();
  }

  /**
   * Closes the engine, then the agent if {@link #start} took charge of it: refuses new turns, lets
   * the running ones end for a while and stores the rest as interrupted.
   */
  @Override
  public void close() {
    try {
      engine.close();
    } finally {
      closeAgent();
    }
  }

  private void closeAgent() {
    if (agent == null) return;
    try {
      agent.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the agent cannot be closed", e);
    }
  }
}
