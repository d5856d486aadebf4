package chat.engine;

import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.Text;
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
  private final int resultLimit;
  private final Duration timeToAnswer;

  /** The calls that have no result yet, as they are stored. */
  private final Map<Message.Id, Message> unfinished = new LinkedHashMap<>();

  private final List<Turn.Pending> awaiting = new ArrayList<>();

  private record Outcome(Message.Id message, ToolResult result, Duration took) {}

  private record Running(Thread thread, long deadline, long started) {}

  /**
   * @param resultLimit of a result's texts, in UTF-16 units
   * @param timeToAnswer how long a call waits for its user
   */
  ToolStep(
      RunningTurn turn,
      Toolset toolset,
      Scheduler scheduler,
      int resultLimit,
      Duration timeToAnswer) {
    this.turn = turn;
    this.toolset = toolset;
    this.scheduler = scheduler;
    this.resultLimit = resultLimit;
    this.timeToAnswer = timeToAnswer;
    for (var message : turn.work.history()) {
      boolean own = message.turn().equals(turn.turn().id());
      if (own && message.content() instanceof Content.ToolCall call && !call.state().terminal()) {
        unfinished.put(message.id(), message);
      }
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

  /**
   * Makes the calls of one step.
   *
   * @return them with their results; nothing when one of them waits for the user
   */
  List<Message> call(int step, List<Message.Id> ids, List<Agent.Call> calls) {
    var stored = new ArrayList<Message>();
    var events = new ArrayList<TurnEvent>();
    var toRun = new ArrayList<Message.Id>();
    for (int i = 0; i < ids.size(); i++) {
      var call = calls.get(i);
      var tool = tools.get(call.name());
      var content =
          decide(
              tool, Content.ToolCall.pending(call.name(), server(call.name()), call.arguments()));
      var draft = new RunningTurn.Draft(ids.get(i), step, call.provider());
      var message = turn.next(draft, content, false);
      stored.add(message);
      if (content.state().terminal()) {
        events.add(new TurnEvent.ToolFinished(message.id(), call.name(), content));
        events.add(new TurnEvent.MessageDone(message));
        continue;
      }
      unfinished.put(message.id(), message);
      if (content.state() == Content.ToolCall.State.RUNNING) toRun.add(message.id());
      else {
        var expiry = turn.now().plus(timeToAnswer);
        awaiting.add(new Turn.Pending(message.id(), expiry, null));
        events.add(new TurnEvent.ToolAwaiting(message.id(), call.name(), call.arguments(), expiry));
      }
      events.add(new TurnEvent.MessageUpdated(message));
    }
    turn.store(stored, events);
    var done = run(toRun);
    if (!unfinished.isEmpty()) return List.of();
    stored.replaceAll(message -> done.getOrDefault(message.id(), message));
    return stored;
  }

  private Content.ToolCall decide(@Nullable Tool tool, Content.ToolCall call) {
    if (tool == null) {
      var unknown = ToolResult.error("unknown_tool", "There is no tool " + call.name() + ".");
      return call.ended(Content.ToolCall.State.FAILED, unknown, null);
    }
    if (tool.run() == Tool.Run.NEVER) {
      return call.ended(Content.ToolCall.State.DENIED, denied(), null);
    }
    var refusal = refusal(tool, call.arguments());
    if (refusal != null) return call.ended(Content.ToolCall.State.FAILED, refusal, null);
    return tool.run() == Tool.Run.FREELY ? call.running(turn.now()) : call.awaiting();
  }

  private @Nullable ToolResult refusal(Tool tool, Json arguments) {
    if (arguments.isObject()) return toolset.refusal(tool, arguments);
    return ToolResult.error("invalid_arguments", "The arguments are not a valid JSON object.");
  }

  private static ToolResult denied() {
    return ToolResult.error("denied", "The call was not allowed.");
  }

  /** Returns what the turn waits for. */
  List<Turn.Pending> awaiting() {
    return List.copyOf(awaiting);
  }

  /**
   * Carries out what the user answered, before the agent goes on.
   *
   * @return the calls with their results, in order
   */
  List<Message> answered(Lease.Work work) {
    var toRun = new ArrayList<Message.Id>();
    var started = new ArrayList<Message>();
    var events = new ArrayList<TurnEvent>();
    var results = new LinkedHashMap<Message.Id, Message>();
    for (var pending : work.turn().awaiting()) {
      var message = unfinished.get(pending.message());
      if (message == null || !(message.content() instanceof Content.ToolCall call)) continue;
      var next = after(call, pending.answer());
      var changed = message.with(next, message.revision() + 1);
      started.add(changed);
      if (next.state() == Content.ToolCall.State.RUNNING) {
        unfinished.put(changed.id(), changed);
        toRun.add(changed.id());
        events.add(new TurnEvent.MessageUpdated(changed));
        continue;
      }
      unfinished.remove(changed.id());
      results.put(changed.id(), changed);
      events.add(new TurnEvent.ToolFinished(changed.id(), next.name(), next));
      events.add(new TurnEvent.MessageDone(changed));
    }
    if (!started.isEmpty()) turn.store(started, events);
    results.putAll(run(toRun));
    return started.stream().map(m -> results.getOrDefault(m.id(), m)).toList();
  }

  private Content.ToolCall after(Content.ToolCall call, Turn.@Nullable Answer answer) {
    var by = turn.caller.user();
    return switch (answer) {
      case Turn.Answer.Approve approve -> {
        var arguments = approve.arguments() == null ? call.arguments() : approve.arguments();
        var approved = call.decided(by, arguments);
        var tool = tools.get(call.name());
        var refusal =
            tool == null
                ? ToolResult.error("unknown_tool", "There is no tool " + call.name() + " any more.")
                : refusal(tool, arguments);
        yield refusal == null
            ? approved.running(turn.now())
            : approved.ended(Content.ToolCall.State.FAILED, refusal, null);
      }
      case Turn.Answer.Result result ->
          call.decided(by, call.arguments())
              .ended(
                  Content.ToolCall.State.SUCCEEDED,
                  new ToolResult(List.of(), result.result(), null, false),
                  null);
      case Turn.Answer.Deny ignored ->
          call.decided(by, call.arguments()).ended(Content.ToolCall.State.DENIED, denied(), null);
      case Turn.Answer.Form ignored ->
          throw new IllegalStateException("a form is no answer to a call");
      case null -> throw new IllegalStateException("a turn went on with an answer missing");
    };
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
      var result = ToolResult.error("timeout", "The tool did not answer in time.");
      return new Outcome(entry.getKey(), result, Duration.ofNanos(now - call.started()));
    }
    return null;
  }

  private Message finish(Outcome outcome) {
    var message = unfinishedCall(outcome.message());
    var call = (Content.ToolCall) message.content();
    var state =
        outcome.result().error() == null
            ? Content.ToolCall.State.SUCCEEDED
            : Content.ToolCall.State.FAILED;
    var ended = call.ended(state, bounded(outcome.result()), outcome.took());
    var changed = message.with(ended, message.revision() + 1);
    turn.store(
        List.of(changed),
        List.of(
            new TurnEvent.ToolFinished(changed.id(), call.name(), ended),
            new TurnEvent.MessageDone(changed)));
    unfinished.remove(changed.id());
    return changed;
  }

  private Message unfinishedCall(Message.Id id) {
    var message = unfinished.get(id);
    if (message == null) throw new IllegalStateException("call " + id + " is not running");
    return message;
  }

  /** Cuts what is too long, and makes all texts fit to be stored. */
  private ToolResult bounded(ToolResult result) {
    var parts = new ArrayList<ToolResult.Part>();
    int left = resultLimit;
    boolean truncated = result.truncated();
    for (var part : result.parts()) {
      int length =
          switch (part) {
            case ToolResult.Part.Text text -> text.text().length();
            case ToolResult.Part.Image image -> image.data().length();
            case ToolResult.Part.Link link -> link.uri().length() + link.name().length();
          };
      if (length > left) truncated = true;
      if (part instanceof ToolResult.Part.Text text) {
        var kept = text.text().substring(0, Math.min(length, left));
        parts.add(new ToolResult.Part.Text(Text.storable(kept)));
      } else if (length <= left) {
        parts.add(part);
      }
      left = Math.max(left - length, 0);
    }
    var structured = result.structured();
    if (structured != null && structured.text().length() > left) {
      structured = null;
      truncated = true;
    }
    return new ToolResult(parts, structured, result.error(), truncated);
  }
}
