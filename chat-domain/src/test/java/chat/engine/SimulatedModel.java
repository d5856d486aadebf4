package chat.engine;

import chat.model.Caller;
import chat.model.ChatException.AgentFailed;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Question;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Agent;
import chat.port.Toolset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Is a model and its tools as the seed wants them: it thinks, talks, calls, is slow, fails, hangs,
 * and takes an interrupt well or badly. It keeps what it said, in order.
 */
final class SimulatedModel implements Agent, Toolset {
  private final Simulation simulation;
  private final Ledger ledger;
  private final Map<Turn.Id, StringBuilder> said = new HashMap<>();
  private final Map<Turn.Id, List<ModelCall>> calls = new HashMap<>();
  private final Map<Turn.Id, Integer> runs = new HashMap<>();
  private int words;

  /** Of the tool that asks: its server changes it now and then. */
  private int revision;

  SimulatedModel(Simulation simulation, Ledger ledger) {
    this.simulation = simulation;
    this.ledger = ledger;
  }

  private static Tool tool(String name, Tool.Run run, int revision) {
    var patience = Duration.ofMillis(400);
    return new Tool(name, null, name, Json.EMPTY, run, false, patience, "" + revision);
  }

  /** Returns all that it tried to say in a turn. */
  String said(Turn.Id turn) {
    return said.getOrDefault(turn, new StringBuilder()).toString();
  }

  /** Returns the model calls that it told of in a turn, each with a name of its own. */
  List<ModelCall> calls(Turn.Id turn) {
    return calls.getOrDefault(turn, List.of());
  }

  @Override
  public void run(Request request, Sink sink) {
    var turn = request.turn().id();
    int run = runs.merge(turn, 1, Integer::sum);
    if (run > ledger.runs(turn)) {
      simulation.fail(new AssertionError("the model is asked twice: turn " + turn));
    }
    requireAnAnswerIsWanted(request);
    sink.onStop(simulation::pause);
    try {
      for (int step = draw(3); step >= 0; step--) {
        if (!step(turn, sink)) return;
      }
    } catch (InterruptedException e) {
      simulation.tell(() -> "the model is interrupted");
      if (draw(3) == 0) return;
      if (draw(2) == 0) throw new IllegalStateException("interrupted", e);
      throw new AgentFailed(AgentFailed.Reason.MODEL_TIMEOUT, "interrupted", null, e);
    }
  }

  private void requireAnAnswerIsWanted(Request request) {
    var history = request.history();
    var last = history.isEmpty() ? null : history.get(history.size() - 1).content();
    boolean asked =
        last instanceof Content.UserInput
            || last instanceof Content.Action
            || last instanceof Content.ToolCall
            || last instanceof Content.StructuredInput;
    if (!asked) simulation.fail(new AssertionError("nothing to answer: " + history));
    for (var message : history) {
      if (message.content() instanceof Content.ToolCall call && !call.state().terminal()) {
        simulation.fail(new AssertionError("a call without a result: " + message));
      }
      if (message.content() instanceof Content.StructuredInput form
          && form.status() == Content.StructuredInput.Status.PENDING) {
        simulation.fail(new AssertionError("a form without an answer: " + message));
      }
    }
  }

  /** Plays one model call; tells whether another one follows. */
  private boolean step(Turn.Id turn, Sink sink) throws InterruptedException {
    if (draw(8) == 0) called(turn, sink, ModelCall.Outcome.FAILED);
    var outcome = ModelCall.Outcome.FAILED;
    try {
      talk(turn, sink);
      outcome = ModelCall.Outcome.COMPLETED;
    } finally {
      called(turn, sink, outcome);
    }
    switch (draw(24)) {
      case 0 -> throw new AgentFailed(AgentFailed.Reason.MODEL_OVERLOADED, "too much", null);
      case 1 -> throw new IllegalStateException("the agent is broken");
      case 2 -> simulation.sleep(Duration.ofSeconds(1 + draw(8)));
      case 3 -> sink.tell(new TurnEvent.Progress("going on", null));
      case 4 -> sink.change(Conversation.Change.title("t" + ++words, Conversation.TitleBy.MODEL));
      default -> {}
    }
    if (draw(6) == 0) show(turn, sink);
    if (draw(3) != 0) return draw(4) == 0;
    if (draw(5) != 0) return !call(sink).isEmpty();
    ask(sink);
    return false;
  }

  private void talk(Turn.Id turn, Sink sink) throws InterruptedException {
    if (draw(3) == 0) sink.reasoning("hm" + ++words + " ");
    for (int i = draw(6); i > 0; i--) {
      if (draw(3) == 0) simulation.sleep(Duration.ofMillis(draw(150)));
      var word = "w" + ++words + " ";
      said.computeIfAbsent(turn, id -> new StringBuilder()).append(word);
      sink.text(word);
    }
  }

  private void called(Turn.Id turn, Sink sink, ModelCall.Outcome outcome) {
    var usage = draw(4) == 0 ? null : new Turn.Usage(1 + draw(9), 0, draw(9), 0);
    var call = new ModelCall("model " + ++words, usage, Duration.ofMillis(draw(9)), outcome);
    calls.computeIfAbsent(turn, id -> new ArrayList<>()).add(call);
    sink.modelCalled(call);
  }

  /** Shows something that changes while it talks on, or is left open. */
  private void show(Turn.Id turn, Sink sink) throws InterruptedException {
    if (draw(3) == 0) {
      sink.show(new Content.Widget(new Json("{\"n\":" + ++words + "}"), null));
      return;
    }
    var shown = sink.open(widget(""));
    var value = new StringBuilder();
    for (int i = draw(4); i > 0; i--) {
      if (draw(3) == 0) simulation.sleep(Duration.ofMillis(draw(100)));
      if (draw(4) == 0) value.setLength(0);
      sink.update(shown, widget(value.append("v").append(++words).toString()));
      if (draw(4) == 0) talk(turn, sink);
    }
    if (draw(4) != 0) sink.done(shown);
  }

  private static Content widget(String value) {
    var text = "{\"type\":\"Text\",\"id\":\"t\",\"value\":\"" + value + "\"}";
    return new Content.Widget(new Json("{\"type\":\"Card\",\"children\":[" + text + "]}"), null);
  }

  private static void ask(Sink sink) {
    sink.ask(Content.StructuredInput.of(List.of(new Question.Freeform("q", "?", null, null))));
  }

  private List<Message> call(Sink sink) {
    var calls = new ArrayList<Call>();
    for (int i = draw(3); i >= 0; i--) {
      int kind = draw(9);
      var name = kind < 5 ? "look" : kind < 7 ? "ask" : kind == 7 ? "here" : "never";
      calls.add(new Call(draw(30) == 0 ? "unknown" : name, Json.EMPTY, null));
    }
    if (draw(2) == 0) sink.arguments(0, calls.get(0).name(), "{}");
    return sink.call(calls);
  }

  @Override
  public List<Tool> tools(Caller caller) {
    simulation.pause();
    if (draw(3) == 0) revision++;
    return List.of(
        tool("look", Tool.Run.FREELY, 1),
        tool("ask", Tool.Run.AFTER_APPROVAL, revision),
        tool("here", Tool.Run.BY_THE_CLIENT, 1),
        tool("never", Tool.Run.NEVER, 1));
  }

  @Override
  public ToolResult call(
      Caller caller, Tool tool, Json arguments, Consumer<TurnEvent.Progress> progress) {
    try {
      simulation.sleep(Duration.ofMillis(draw(draw(8) == 0 ? 1000 : 100)));
      if (draw(4) == 0) progress.accept(new TurnEvent.Progress("working", null));
      if (draw(10) == 0) throw new IllegalStateException("the tool is broken");
      return ToolResult.text("result " + ++words);
    } catch (InterruptedException e) {
      return ToolResult.error("interrupted", "interrupted");
    }
  }

  private int draw(int below) {
    return simulation.random.nextInt(below);
  }
}
