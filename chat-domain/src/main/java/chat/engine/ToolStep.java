package chat.engine;

import chat.model.Content;
import chat.model.Message;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Agent;
import chat.port.Lease;
import chat.port.Toolset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the tool calls of a turn, a step at a time: stores them, runs in parallel what may
 * run, stores each result as it comes.
 *
 * <p>Each call runs on a thread of its own, which does nothing but call the tool; its result goes
 * through a mailbox to the turn's thread, which does all storing. A call that takes too long is
 * interrupted and has failed; a tool that ignores the interrupt keeps its thread and nothing else.
 */
final class ToolStep {
  private final RunningTurn turn;
  private final Toolset toolset;
  private final Map<String, Tool> tools = new LinkedHashMap<>();
  private final Scheduler scheduler;
  private final Consent consent;
  private final ResultLimit resultLimit;
  private final EngineSettings.Limits limits;
  private final Duration timeToAnswer;

  /** The calls that have no result yet, as they are stored. */
  private final Map<Message.Id, Message> unfinished = new LinkedHashMap<>();

  private final List<Turn.Pending> awaiting = new ArrayList<>();

  /** How many calls the turn has asked for, in all its steps. */
  private int asked;

  private record Outcome(Message.Id message, ToolResult result, Duration took) {}

  private record Running(Thread thread, long deadline, long started) {}

  /**
   * @param timeToAnswer how long a call waits for its user
   */
  ToolStep(
      RunningTurn turn,
      Toolset toolset,
      Scheduler scheduler,
      EngineSettings.Limits limits,
      Duration timeToAnswer) {
    this.turn = turn;
    this.toolset = toolset;
    this.scheduler = scheduler;
    this.consent = new Consent(turn, toolset, tools);
    this.resultLimit = new ResultLimit(limits.toolResult());
    this.limits = limits;
    this.timeToAnswer = timeToAnswer;
    for (var message : turn.work.history()) {
      boolean own = message.turn().equals(turn.turn().id());
      if (!own || !(message.content() instanceof Content.ToolCall call)) continue;
      asked++;
      if (!call.state().terminal()) unfinished.put(message.id(), message);
    }
  }

  /** Asks for the caller's tools. */
  List<Tool> offered() {
    for (var tool : toolset.tools(turn.caller)) tools.put(tool.name(), tool);
    return List.copyOf(tools.values());
  }

  @Nullable String server(String name) {
    var tool = tools.get(name);
    return tool == null ? null : tool.server();
  }

  /** Returns the calls without a result, in order. */
  List<Message> unfinished() {
    return List.copyOf(unfinished.values());
  }

  /** Returns how many calls may still be made in a step; the last one has to do without. */
  int left(int step) {
    return step >= limits.steps() ? 0 : Math.max(0, limits.calls() - asked);
  }

  /**
   * Makes the calls of one step, as many as are left.
   *
   * @return them with their results; nothing when one of them waits for the user
   */
  List<Message> call(int step, List<Message.Id> ids, List<Agent.Call> calls) {
    var stored = new ArrayList<Message>();
    var events = new ArrayList<TurnEvent>();
    var toRun = new ArrayList<Message.Id>();
    int left = left(step);
    asked += calls.size();
    for (int i = 0; i < ids.size(); i++) {
      var call = calls.get(i);
      var pending = Content.ToolCall.pending(call.name(), server(call.name()), call.arguments());
      var content = i < left ? consent.asked(pending) : tooMany(pending);
      var draft = new RunningTurn.Draft(ids.get(i), step, call.provider());
      var message = turn.next(draft, content, false);
      stored.add(message);
      take(message, content, toRun, events);
    }
    turn.store(stored, events);
    var done = run(toRun);
    if (!unfinished.isEmpty()) return List.of();
    stored.replaceAll(message -> done.getOrDefault(message.id(), message));
    return stored;
  }

  /** Sees to a call that was decided about, and tells of it. */
  private void take(
      Message message, Content.ToolCall call, List<Message.Id> toRun, List<TurnEvent> events) {
    if (call.state().terminal()) {
      unfinished.remove(message.id());
      events.add(new TurnEvent.ToolFinished(message.id(), call.name(), call));
      events.add(new TurnEvent.MessageDone(message));
      return;
    }
    unfinished.put(message.id(), message);
    if (call.state() == Content.ToolCall.State.RUNNING) toRun.add(message.id());
    else {
      var expiry = turn.now().plus(timeToAnswer);
      var seal = consent.seal(message);
      awaiting.add(new Turn.Pending(message.id(), expiry, seal));
      events.add(
          new TurnEvent.ToolAwaiting(
              message.id(),
              call.name(),
              call.arguments(),
              expiry,
              seal == null ? null : seal.hash()));
    }
    events.add(new TurnEvent.MessageUpdated(message));
  }

  private static Content.ToolCall tooMany(Content.ToolCall call) {
    var why =
        ToolResult.error(
            "limit_reached",
            "Not called: this turn may make no more calls. Answer with what there is.");
    return call.ended(Content.ToolCall.State.FAILED, why, null);
  }

  /** Returns what the turn waits for. */
  List<Turn.Pending> awaiting() {
    return List.copyOf(awaiting);
  }

  /**
   * Carries out what the user answered, before the agent goes on. Whatever must be asked again is
   * then among {@link #awaiting}, and the agent does not go on yet.
   *
   * @return the calls with their results, in order
   */
  List<Message> answered(Lease.Work work) {
    var toRun = new ArrayList<Message.Id>();
    var decided = new ArrayList<Message>();
    var events = new ArrayList<TurnEvent>();
    for (var pending : work.turn().awaiting()) {
      var message = unfinished.get(pending.message());
      if (message == null || !(message.content() instanceof Content.ToolCall call)) continue;
      var next = consent.answered(message, call, pending);
      if (next.result() != null) {
        next = next.ended(next.state(), resultLimit.cut(next.result()), null);
      }
      var changed = message.with(next, message.revision() + 1);
      decided.add(changed);
      take(changed, next, toRun, events);
    }
    if (!decided.isEmpty()) turn.store(decided, events);
    var done = run(toRun);
    return decided.stream().map(m -> done.getOrDefault(m.id(), m)).toList();
  }

  /** Runs calls at once, stores each result as it comes, and returns when all are there. */
  private Map<Message.Id, Message> run(List<Message.Id> calls) {
    var outcomes = new Mailbox<Outcome>(scheduler);
    var running = new LinkedHashMap<Message.Id, Running>();
    var done = new LinkedHashMap<Message.Id, Message>();
    try {
      for (var id : calls) running.put(id, start(id, outcomes));
      while (!running.isEmpty()) {
        turn.checkpoint();
        var outcome = outcomes.take(nextDeadline(running));
        if (outcome == null) outcome = timedOut(running);
        if (outcome == null || running.remove(outcome.message()) == null) continue;
        done.put(outcome.message(), finish(outcome));
      }
      return done;
    } catch (InterruptedException e) {
      throw new RunningTurn.Signal();
    } finally {
      for (var left : running.values()) left.thread().interrupt();
    }
  }

  private Running start(Message.Id id, Mailbox<Outcome> outcomes) {
    var call = (Content.ToolCall) unfinishedCall(id).content();
    var tool = tools.get(call.name());
    if (tool == null) throw new IllegalStateException("no tool " + call.name());
    long started = scheduler.nanoTime();
    var thread =
        scheduler.thread(
            () -> {
              ToolResult result;
              try {
                result = toolset.call(turn.caller, tool, call.arguments(), turn::publish);
              } catch (Throwable e) {
                // Also a checked exception, thrown undeclared.
                result = ToolResult.error("tool_error", "The tool failed unexpectedly.");
              }
              outcomes.put(
                  new Outcome(id, result, Duration.ofNanos(scheduler.nanoTime() - started)));
            });
    thread.start();
    return new Running(thread, started + tool.timeout().toNanos(), started);
  }

  private long nextDeadline(Map<Message.Id, Running> running) {
    long now = scheduler.nanoTime();
    return running.values().stream().mapToLong(r -> r.deadline() - now).min().orElse(0);
  }

  private @Nullable Outcome timedOut(Map<Message.Id, Running> running) {
    long now = scheduler.nanoTime();
    for (var entry : running.entrySet()) {
      var call = entry.getValue();
      if (call.deadline() - now > 0) continue;
      call.thread().interrupt();
      var result =
          ToolResult.error("timeout", "The tool did not answer in time; its effect is unknown.");
      return new Outcome(entry.getKey(), result, Duration.ofNanos(now - call.started()));
    }
    return null;
  }

  private Message finish(Outcome outcome) {
    var message = unfinishedCall(outcome.message());
    var call = (Content.ToolCall) message.content();
    var result = resultLimit.cut(outcome.result());
    var ended = call.ended(stateAfter(result), result, outcome.took());
    var changed = message.with(ended, message.revision() + 1);
    turn.store(
        List.of(changed),
        List.of(
            new TurnEvent.ToolFinished(changed.id(), call.name(), ended),
            new TurnEvent.MessageDone(changed)));
    unfinished.remove(changed.id());
    return changed;
  }

  private static Content.ToolCall.State stateAfter(ToolResult result) {
    return switch (result.error()) {
      case null -> Content.ToolCall.State.SUCCEEDED;
      case "interrupted" -> Content.ToolCall.State.UNKNOWN;
      default -> Content.ToolCall.State.FAILED;
    };
  }

  private Message unfinishedCall(Message.Id id) {
    var message = unfinished.get(id);
    if (message == null) throw new IllegalStateException("call " + id + " is not running");
    return message;
  }
}
