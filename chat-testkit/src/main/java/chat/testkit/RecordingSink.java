package chat.testkit;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.WidgetDiff;
import chat.port.Agent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Is a sink that keeps what an agent says to it, for testing an agent without an engine. It may be
 * read by other threads while the agent runs.
 */
public final class RecordingSink implements Agent.Sink {
  private final Function<List<Agent.Call>, List<Message>> tools;
  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final List<String> reasonings = new CopyOnWriteArrayList<>();
  private final List<Argument> arguments = new CopyOnWriteArrayList<>();
  private final List<List<Agent.Call>> steps = new CopyOnWriteArrayList<>();
  private final List<TurnEvent.Told> told = new CopyOnWriteArrayList<>();
  private final List<Conversation.Change> changes = new CopyOnWriteArrayList<>();
  private final List<Content.Citation> sources = new CopyOnWriteArrayList<>();
  private final List<Content> shown = new CopyOnWriteArrayList<>();
  private final Map<Message.Id, Integer> opened = new ConcurrentHashMap<>();
  private final List<Content.StructuredInput> asked = new CopyOnWriteArrayList<>();
  private final List<Json> providers = new CopyOnWriteArrayList<>();
  private final List<ModelCall> modelCalls = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Runnable> closer = new AtomicReference<>();
  private volatile int callsLeft = Integer.MAX_VALUE;
  private volatile boolean refuses;
  private volatile boolean stopped;

  /** Is a piece of a call's arguments. */
  public record Argument(int index, String name, String delta) {}

  /** Is what a stopped sink throws. */
  public static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Stopped() {}
  }

  /** Has no tools: a call gets no results, as if the turn had to wait for its user. */
  public RecordingSink() {
    this(calls -> List.of());
  }

  /**
   * @param tools answers the calls of a step
   */
  public RecordingSink(Function<List<Agent.Call>, List<Message>> tools) {
    this.tools = tools;
  }

  /** Lets the agent know that from now on its turn may make so many calls. */
  public RecordingSink leaves(int calls) {
    callsLeft = calls;
    return this;
  }

  /** Stops the turn as the engine does, but for the interrupt of the agent's thread. */
  public void stop() {
    refuses = true;
    stopped = true;
    var close = closer.getAndSet(null);
    if (close != null) close.run();
  }

  /**
   * Throws {@link Stopped} at whatever the agent says from now on, and leaves its exchange open.
   */
  public void refuse() {
    refuses = true;
  }

  /** Returns all text so far. */
  public String text() {
    return String.join("", texts);
  }

  /** Returns the pieces of text as they came. */
  public List<String> texts() {
    return List.copyOf(texts);
  }

  public String reasoning() {
    return String.join("", reasonings);
  }

  public List<Argument> arguments() {
    return List.copyOf(arguments);
  }

  /** Returns the calls, a list a step. */
  public List<List<Agent.Call>> steps() {
    return List.copyOf(steps);
  }

  public List<TurnEvent.Told> told() {
    return List.copyOf(told);
  }

  public List<Conversation.Change> changes() {
    return List.copyOf(changes);
  }

  public List<Content.Citation> sources() {
    return List.copyOf(sources);
  }

  public List<Json> providers() {
    return List.copyOf(providers);
  }

  /** Returns what was shown, each as it was left, in order. */
  public List<Content> shown() {
    return List.copyOf(shown);
  }

  /** Returns the forms that were asked. */
  public List<Content.StructuredInput> asked() {
    return List.copyOf(asked);
  }

  /** Returns the model calls that it was told of, in order. */
  public List<ModelCall> modelCalls() {
    return List.copyOf(modelCalls);
  }

  /** Returns what all model calls have used. */
  public Turn.Usage usage() {
    return modelCalls.stream().map(ModelCall::spent).reduce(Turn.Usage.NONE, Turn.Usage::plus);
  }

  @Override
  public void text(String delta) {
    check();
    texts.add(delta);
  }

  @Override
  public void reasoning(String delta) {
    check();
    reasonings.add(delta);
  }

  @Override
  public void annotate(List<Content.Citation> more, @Nullable Json provider) {
    check();
    sources.addAll(more);
    if (provider != null) providers.add(provider);
  }

  /** Takes back all text: nothing marks here where one ends and another begins. */
  @Override
  public void retract() {
    check();
    texts.clear();
  }

  @Override
  public Message show(Content content) {
    check();
    shown.add(content);
    return message(Message.Id.next(), content, 0);
  }

  @Override
  public Message.Id open(Content content) {
    check();
    var id = Message.Id.next();
    opened.put(id, shown.size());
    shown.add(content);
    return id;
  }

  @Override
  public void update(Message.Id id, Content content) {
    check();
    shown.set(place(id), content);
  }

  @Override
  public void updateComponent(Message.Id id, String component, Json content) {
    check();
    if (!(shown.get(place(id)) instanceof Content.Widget widget)) {
      throw new IllegalArgumentException("no widget: " + id);
    }
    var root = WidgetDiff.with(widget.root(), component, content);
    shown.set(place(id), new Content.Widget(root, widget.copyText()));
  }

  @Override
  public void done(Message.Id id) {
    check();
    place(id);
    opened.remove(id);
  }

  private int place(Message.Id id) {
    var place = opened.get(id);
    if (place == null) throw new IllegalStateException("message " + id + " is not open");
    return place;
  }

  @Override
  public Message replace(Message message, Content content) {
    check();
    shown.add(content);
    return message(message.id(), content, message.revision() + 1);
  }

  private static Message message(Message.Id id, Content content, int revision) {
    return new Message(
        id,
        Conversation.Id.next(),
        1,
        Turn.Id.next(),
        1,
        null,
        Message.Siblings.ONLY,
        content,
        false,
        revision,
        null,
        Instant.EPOCH);
  }

  @Override
  public void ask(Content.StructuredInput form) {
    check();
    asked.add(form);
  }

  @Override
  public void arguments(int index, String name, String delta) {
    check();
    arguments.add(new Argument(index, name, delta));
  }

  @Override
  public List<Message> call(List<Agent.Call> step) {
    check();
    steps.add(new ArrayList<>(step));
    callsLeft = Math.max(0, callsLeft - step.size());
    return tools.apply(step);
  }

  @Override
  public int callsLeft() {
    check();
    return callsLeft;
  }

  @Override
  public void tell(TurnEvent.Told event) {
    check();
    told.add(event);
  }

  @Override
  public void change(Conversation.Change change) {
    check();
    changes.add(change);
  }

  @Override
  public void modelCalled(ModelCall call) {
    modelCalls.add(call);
    check();
  }

  @Override
  public void onStop(Runnable close) {
    closer.set(close);
    if (stopped && closer.compareAndSet(close, null)) close.run();
  }

  private void check() {
    if (refuses) throw new Stopped();
  }
}
