package chat.engine;

import chat.model.ChatException;
import chat.model.Content;
import chat.model.Message;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Agent;
import chat.port.Lease;
import chat.port.Toolset;
import chat.port.TurnJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes one turn from the moment this instance has it to its rest, on the turn's own thread.
 *
 * <p>Whatever the agent does, the turn comes to exactly one rest, and what was said stays: open
 * texts are stored as partial, calls that ran are marked unknown, and the end is stored in one
 * commit.
 */
final class TurnLife implements Runnable {
  private final RunningTurn turn;
  private final Agent agent;
  private final EngineSettings settings;
  private final TurnObserver observer;
  private final ToolStep tools;
  private final Agent.Files files;
  private final Forms forms;
  private @Nullable TurnSink sink;

  TurnLife(
      RunningTurn turn,
      Agent agent,
      Toolset toolset,
      Agent.Files files,
      EngineSettings settings,
      TurnObserver observer,
      Scheduler scheduler) {
    this.turn = turn;
    this.agent = agent;
    this.files = files;
    this.settings = settings;
    this.observer = observer;
    this.tools =
        new ToolStep(turn, toolset, scheduler, settings.limits(), settings.timing().answer());
    this.forms = new Forms(turn, settings.timing().answer());
  }

  @Override
  public void run() {
    End end;
    try {
      end = live();
    } catch (Throwable e) {
      // Also a checked exception: other languages of the JVM, and OkHttp, throw them undeclared.
      end = endOf(e);
    }
    turn.leaveAgent();
    try {
      rest(end);
    } catch (RunningTurn.Signal e) {
      // Nobody can write it now: whoever recovers it will.
      turn.log.close();
    } catch (RuntimeException | Error e) {
      observer.trouble("turn " + turn.turn().id() + " has no end", e);
      turn.log.close();
    }
  }

  private End live() {
    return switch (turn.work.why()) {
      case RUN -> {
        begin();
        turn.enterAgent();
        yield answer(turn.work.history(), tools.offered());
      }
      case RESUME -> {
        turn.publish(new TurnEvent.TurnResumed());
        turn.enterAgent();
        var offered = tools.offered();
        var answered = new ArrayList<>(forms.answered());
        answered.addAll(tools.answered(turn.work));
        turn.checkpoint();
        yield awaiting().isEmpty() ? answer(withResults(answered), offered) : End.AWAITING;
      }
      case STOP -> {
        var asked = turn.stopped();
        var reason = Objects.requireNonNullElse(turn.work.stop(), Turn.EndReason.USER);
        yield asked == null ? stopped(reason) : asked;
      }
      case EXPIRE -> stopped(Turn.EndReason.EXPIRED);
      case RECOVER -> {
        // The crash may have taken its first events: whoever follows hears of the question first.
        if (turn.turn().resumeFrom() == 0) begin();
        yield turn.work.stop() == null ? End.INTERRUPTED : stopped(turn.work.stop());
      }
    };
  }

  /** Tells of the turn and its question, as far as that is not stored already. */
  private void begin() {
    var question = lastOf(turn.work.history());
    if (!isStored(TurnEvent.TurnStarted.class)) {
      turn.publish(
          new TurnEvent.TurnStarted(
              turn.turn().userMessage(), question == null ? null : question.parent()));
    }
    if (question == null || !question.turn().equals(turn.turn().id())) return;
    if (!isStored(TurnEvent.MessageDone.class)) turn.publish(new TurnEvent.MessageDone(question));
  }

  private boolean isStored(Class<? extends TurnEvent> type) {
    return turn.work.events().stream().anyMatch(event -> type.isInstance(event.event()));
  }

  private static @Nullable Message lastOf(List<Message> history) {
    return history.isEmpty() ? null : history.get(history.size() - 1);
  }

  private List<Message> withResults(List<Message> answered) {
    var history = new ArrayList<>(turn.work.history());
    for (var message : answered) {
      history.replaceAll(known -> known.id().equals(message.id()) ? message : known);
    }
    return history;
  }

  private End answer(List<Message> history, List<Tool> offered) {
    turn.checkpoint();
    var talk = new TurnSink(turn, tools, forms, settings.limits());
    sink = talk;
    var window = new ContextWindow(settings.contextMessages(), settings.contextTokens());
    agent.run(
        new Agent.Request(
            turn.turn(),
            settings.systemPrompt(),
            window.of(history),
            offered,
            turn.work.options(),
            files),
        talk);
    // An agent may have taken the interrupt for its end.
    turn.checkpoint();
    return awaiting().isEmpty() ? End.COMPLETED : End.AWAITING;
  }

  /** Returns what the turn waits for. */
  private List<Turn.Pending> awaiting() {
    var awaiting = new ArrayList<>(tools.awaiting());
    awaiting.addAll(forms.awaiting());
    return awaiting;
  }

  private static End stopped(Turn.EndReason reason) {
    return End.stopped(reason, null);
  }

  /** A turn that was to stop has stopped, whatever its agent made of that. */
  private End endOf(Throwable thrown) {
    var stop = turn.stopped();
    if (stop != null) return stop;
    if (thrown instanceof TurnJournal.Lost) return End.INTERRUPTED;
    if (thrown instanceof ChatException.AgentFailed failed) {
      var cause = failed.getCause();
      observer.trouble(
          "the model call of turn " + turn.turn().id(), cause == null ? failed : cause);
      return End.failed(failed.failure());
    }
    observer.trouble("the agent of turn " + turn.turn().id() + " failed", thrown);
    return End.failed(new Turn.Failure("internal", "the agent failed", true));
  }

  private void rest(End end) {
    var messages = new ArrayList<Message>();
    var events = new ArrayList<TurnEvent>();
    boolean partial = end.state() != Turn.State.COMPLETED && end.state() != Turn.State.AWAITING;
    if (sink != null) {
      sink.takeBackAnnounced();
      messages.addAll(sink.finish(partial));
    }
    for (var unstored : Recovery.unstored(turn.work.events())) {
      var draft = new RunningTurn.Draft(unstored.id(), turn.steps(), null);
      messages.add(turn.next(draft, unstored.content(), true));
    }
    if (end.state() == Turn.State.AWAITING) {
      for (var message : messages) events.add(new TurnEvent.MessageDone(message));
      events.add(new TurnEvent.TurnAwaiting(awaiting()));
      turn.leave(end, awaiting(), messages, events);
      return;
    }
    messages.addAll(forms.abandoned());
    if (turn.work.why() == Lease.Why.RECOVER) messages.addAll(Recovery.opened(turn.work));
    if (end.reason() == Turn.EndReason.USER && settings.stopNote() != null) {
      var draft = new RunningTurn.Draft(Message.Id.next(), turn.steps(), null);
      messages.add(turn.next(draft, new Content.HiddenContext(settings.stopNote()), false));
    }
    for (var message : messages) events.add(new TurnEvent.MessageDone(message));
    for (var message : tools.unfinished()) {
      var call = abandoned((Content.ToolCall) message.content(), end);
      var changed = message.with(call, message.revision() + 1);
      messages.add(changed);
      events.add(new TurnEvent.ToolFinished(changed.id(), call.name(), call));
      events.add(new TurnEvent.MessageDone(changed));
    }
    events.add(
        new TurnEvent.TurnEnded(
            end.state(), end.reason(), end.next(), end.failure(), turn.ledger.usage()));
    turn.leave(end, List.of(), messages, events);
  }

  private static Content.ToolCall abandoned(Content.ToolCall call, End end) {
    if (call.state() == Content.ToolCall.State.RUNNING) {
      var unknown = ToolResult.error("interrupted", "The call was cut off; its effect is unknown.");
      return call.ended(Content.ToolCall.State.UNKNOWN, unknown, null);
    }
    boolean expired = end.reason() == Turn.EndReason.EXPIRED;
    var why =
        expired
            ? ToolResult.error("expired", "Nobody answered in time.")
            : ToolResult.error("interrupted", "The turn ended before the call was made.");
    return call.ended(Content.ToolCall.State.DENIED, why, null);
  }

  /** Tells whether a turn was handed over only to be brought to its end. */
  static boolean endsAtOnce(Lease.Why why) {
    return why != Lease.Why.RUN && why != Lease.Why.RESUME;
  }
}
