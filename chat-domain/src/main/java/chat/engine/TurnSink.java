package chat.engine;

import chat.model.ChatException.AgentFailed;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.TurnEvent;
import chat.port.Agent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Is what an agent talks to: makes events of what it says at once, and messages of it when they are
 * final. Used by the turn's thread.
 *
 * <p>A message closes lazily: a finished text is stored when the next thing happens, so that the
 * last one is stored together with the turn's end.
 */
final class TurnSink implements Agent.Sink {
  /** How many steps an agent gets that goes on asking for what it is refused. */
  private static final int STUBBORN = 2;

  /** What a call counts as output beside its arguments, in UTF-16 units. */
  private static final int CALL = 256;

  private final RunningTurn turn;
  private final ToolStep tools;
  private final Forms forms;
  private final Shown shown;
  private final EngineSettings.Limits limits;
  private final Map<Integer, Announced> announced = new TreeMap<>();
  private @Nullable Open open;
  private int output;
  private int step;

  /** Is a call whose arguments are still streaming. */
  private record Announced(Message.Id id, String name, TextGuard guard) {}

  /** Is a message that is still being said. */
  private static final class Open {
    final Message.Id id = Message.Id.next();
    final Content.Kind kind;
    final int step;
    final Instant since;
    final StringBuilder text = new StringBuilder();
    final TextGuard guard = new TextGuard();
    final List<Content.Citation> sources = new ArrayList<>();
    @Nullable Json provider;

    Open(Content.Kind kind, int step, Instant since) {
      this.kind = kind;
      this.step = step;
      this.since = since;
    }

    Content content(Instant now) {
      return kind == Content.Kind.TEXT
          ? new Content.AssistantText(text.toString(), sources)
          : new Content.Reasoning(text.toString(), Duration.between(since, now));
    }
  }

  TurnSink(RunningTurn turn, ToolStep tools, Forms forms, EngineSettings.Limits limits) {
    this.turn = turn;
    this.tools = tools;
    this.forms = forms;
    this.shown = new Shown(turn);
    this.limits = limits;
    this.step = turn.nextStep();
  }

  @Override
  public void text(String delta) {
    say(Content.Kind.TEXT, delta);
  }

  @Override
  public void reasoning(String delta) {
    say(Content.Kind.REASONING, delta);
  }

  private void say(Content.Kind kind, String delta) {
    turn.checkpoint();
    if (delta.isEmpty()) return;
    bound(delta.length());
    var message = open;
    if (message == null || message.kind != kind) {
      closeOpen();
      message = new Open(kind, step, turn.now());
      open = message;
      turn.publish(new TurnEvent.MessageStarted(message.id, kind));
    }
    append(message, message.guard.pass(delta));
  }

  private void append(Open message, String text) {
    if (text.isEmpty()) return;
    message.text.append(text);
    turn.publish(
        message.kind == Content.Kind.TEXT
            ? new TurnEvent.MessageDelta(message.id, text)
            : new TurnEvent.ReasoningDelta(message.id, text));
  }

  @Override
  public void annotate(List<Content.Citation> sources, @Nullable Json provider) {
    turn.checkpoint();
    var message = open;
    if (message == null) return;
    if (provider != null) message.provider = provider;
    if (message.kind != Content.Kind.TEXT) return;
    for (var source : sources) {
      bound(CALL);
      turn.publish(new TurnEvent.SourceAdded(message.id, message.sources.size(), source));
      message.sources.add(source);
    }
  }

  @Override
  public void retract() {
    turn.checkpoint();
    if (open == null) return;
    turn.publish(new TurnEvent.MessageRemoved(open.id));
    open = null;
  }

  @Override
  public Message show(Content content) {
    beforeShowing(content);
    return shown.whole(step, content);
  }

  @Override
  public Message.Id open(Content content) {
    beforeShowing(content);
    return shown.begin(step, content);
  }

  private void beforeShowing(Content content) {
    turn.checkpoint();
    bound(CALL + content.length());
    closeOpen();
  }

  @Override
  public void update(Message.Id opened, Content content) {
    turn.checkpoint();
    bound(shown.change(opened, content));
  }

  @Override
  public void updateComponent(Message.Id opened, String component, Json content) {
    turn.checkpoint();
    bound(content.text().length());
    shown.changeComponent(opened, component, content);
  }

  @Override
  public void done(Message.Id opened) {
    turn.checkpoint();
    // What is stored moves on where a stream is resumed: not past the beginning of an open text.
    closeOpen();
    shown.complete(opened);
  }

  @Override
  public Message replace(Message message, Content content) {
    beforeShowing(content);
    return shown.replace(message, content);
  }

  @Override
  public void ask(Content.StructuredInput form) {
    beforeShowing(form);
    forms.ask(step, form);
  }

  @Override
  public void arguments(int index, String name, String delta) {
    turn.checkpoint();
    bound(delta.length());
    var call = announced.get(index);
    if (call == null) {
      bound(CALL);
      closeOpen();
      call = new Announced(Message.Id.next(), name, new TextGuard());
      announced.put(index, call);
      turn.publish(new TurnEvent.ToolStarted(call.id(), name, tools.server(name)));
    }
    more(call, call.guard().pass(delta));
  }

  private void more(Announced call, String arguments) {
    if (arguments.isEmpty()) return;
    turn.publish(new TurnEvent.ToolArgumentsDelta(call.id(), call.name(), arguments));
  }

  @Override
  public List<Message> call(List<Agent.Call> calls) {
    turn.checkpoint();
    if (calls.isEmpty()) throw new IllegalArgumentException("a step without calls");
    closeOpen();
    var ids = new ArrayList<Message.Id>();
    for (int i = 0; i < calls.size(); i++) {
      var call = calls.get(i);
      if (!announced.containsKey(i)) arguments(i, call.name(), call.arguments().text());
      var begun = Objects.requireNonNull(announced.remove(i));
      more(begun, begun.guard().end());
      ids.add(begun.id());
    }
    var results = tools.call(step, ids, calls);
    takeBackAnnounced();
    if (step >= limits.steps() + STUBBORN) {
      fail(AgentFailed.Reason.LIMIT_REACHED, "the model asks for ever more calls of tools");
    }
    // Without results the agent runs again, and that is the next step.
    if (!results.isEmpty()) step = turn.nextStep();
    turn.checkpoint();
    return results;
  }

  @Override
  public int callsLeft() {
    turn.checkpoint();
    return tools.left(step);
  }

  @Override
  public void tell(TurnEvent.Told event) {
    turn.checkpoint();
    turn.publish(event);
  }

  @Override
  public void change(Conversation.Change change) {
    turn.checkpoint();
    turn.publish(new TurnEvent.ConversationUpdated(turn.change(change)));
  }

  @Override
  public void modelCalled(ModelCall call) {
    boolean cutOff = call.outcome() == ModelCall.Outcome.FAILED && turn.stopped() != null;
    turn.ledger.enter(cutOff ? call.with(ModelCall.Outcome.STOPPED) : call, turn.now());
    turn.checkpoint();
  }

  @Override
  public void onStop(Runnable close) {
    turn.onStop(close);
  }

  /** Returns what is not complete yet, as it is to be stored. */
  List<Message> finish(boolean partial) {
    var messages = new ArrayList<>(shown.finish(partial));
    messages.addAll(finishOpen(partial));
    return messages;
  }

  private List<Message> finishOpen(boolean partial) {
    var message = open;
    if (message == null) return List.of();
    append(message, message.guard.end());
    var draft = new RunningTurn.Draft(message.id, message.step, message.provider);
    return List.of(turn.next(draft, message.content(turn.now()), partial));
  }

  /** Takes back calls that were begun and never made. */
  void takeBackAnnounced() {
    for (var call : announced.values()) turn.publish(new TurnEvent.MessageRemoved(call.id()));
    announced.clear();
  }

  private void closeOpen() {
    var closed = finishOpen(false);
    if (closed.isEmpty()) return;
    turn.store(closed, List.of(new TurnEvent.MessageDone(closed.get(0))));
    open = null;
  }

  private void bound(int more) {
    output += more;
    if (output <= limits.output()) return;
    fail(
        AgentFailed.Reason.MODEL_BAD_REPLY,
        "the answer is longer than " + limits.output() + " characters");
  }

  private void fail(AgentFailed.Reason reason, String message) {
    turn.stop(End.failed(new AgentFailed(reason, message, null).failure()));
    turn.checkpoint();
  }
}
