package chat.engine;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.Window;
import chat.port.ConversationRepository;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Is what is looked at when a simulated world has come to rest: what is stored, against what was
 * committed, what the model said and what the clients read.
 */
final class Verdict {
  private final Ledger ledger;
  private final ConversationRepository conversations;
  private final SimulatedModel model;

  Verdict(Ledger ledger, SimulatedStore store, SimulatedModel model) {
    this.ledger = ledger;
    this.conversations = store.memory.conversations();
    this.model = model;
  }

  /** Says what was not kept, by everybody's books. */
  void judge(List<Reading> readings) {
    var made = new HashMap<Turn.Id, Map<Message.Id, Content>>();
    for (var message : ledger.messages().values()) {
      made.computeIfAbsent(message.turn(), id -> new HashMap<>())
          .put(message.id(), message.content());
    }
    for (var life : ledger.lives()) judge(life);
    for (var reading : readings) {
      var turn = reading.turn;
      if (ledger.isDeleted(turn.conversation())) continue;
      reading.compareWith(eventsOf(turn));
      var shown = reading.shown();
      var stored = made.getOrDefault(turn.id(), Map.of());
      if (reading.fromTheStart() && !shown.equals(stored)) {
        throw new AssertionError("shown " + shown + ", stored " + stored + reading);
      }
    }
    ledger
        .places()
        .forEach(
            (conversation, places) -> {
              if (!ledger.isDeleted(conversation)) judge(conversation, places);
            });
  }

  private List<TurnEvent.Numbered> eventsOf(Turn turn) {
    return conversations.events(
        SimulatedClient.OWNER, turn.conversation(), turn.id(), 0, Integer.MAX_VALUE);
  }

  private void judge(Ledger.Life life) {
    var turn =
        conversations
            .turn(SimulatedClient.OWNER, life.turn.conversation(), life.turn.id())
            .orElseThrow();
    if (turn.state() != life.state) throw new AssertionError(life.state + " became " + turn);
    var events = eventsOf(turn);
    long ends = events.stream().filter(e -> e.event() instanceof TurnEvent.TurnEnded).count();
    var last = events.get(events.size() - 1);
    boolean endsOnce = ends == 1 && last.event() instanceof TurnEvent.TurnEnded;
    if (!endsOnce || last.number() != turn.lastEvent()) {
      throw new AssertionError("not one end, and last: " + turn + " " + events);
    }
    var kept = new StringBuilder();
    ledger.messages().values().stream()
        .filter(message -> message.turn().equals(turn.id()))
        .filter(message -> message.content() instanceof Content.AssistantText)
        .forEach(message -> kept.append(message.content().text()));
    var said = model.said(turn.id());
    boolean whole = turn.state() == Turn.State.COMPLETED;
    if (whole ? !said.contentEquals(kept) : !said.startsWith(kept.toString())) {
      throw new AssertionError(turn + " said " + said + " and kept " + kept);
    }
    judgeCalls(life, turn, (TurnEvent.TurnEnded) last.event());
  }

  /** What a crash takes with it is lost; nothing else is, and nothing counts twice. */
  private void judgeCalls(Ledger.Life life, Turn turn, TurnEvent.TurnEnded end) {
    var stored = conversations.modelCalls(SimulatedClient.OWNER, turn.conversation(), turn.id());
    var calls = stored.stream().map(entry -> asTold(entry.call())).toList();
    var made = new ArrayList<>(model.calls(turn.id()));
    if (life.recovered) made.retainAll(calls);
    if (!calls.equals(made)) throw new AssertionError(turn + " made " + made + ", not " + calls);
    var sum = calls.stream().map(ModelCall::spent).reduce(Turn.Usage.NONE, Turn.Usage::plus);
    if (!sum.equals(turn.usage()) || !sum.equals(end.usage())) {
      throw new AssertionError(turn + " ended as " + end + " and used " + sum);
    }
  }

  /** The model says that a call failed; whether its turn was stopped the engine knows. */
  private static ModelCall asTold(ModelCall call) {
    boolean stopped = call.outcome() == ModelCall.Outcome.STOPPED;
    return stopped ? call.with(ModelCall.Outcome.FAILED) : call;
  }

  private void judge(Conversation.Id conversation, Map<Long, Message.Id> places) {
    long expected = 0;
    for (long seq : places.keySet()) {
      if (seq != ++expected) throw new AssertionError("a gap at " + expected + " in " + places);
    }
    var history =
        conversations.window(SimulatedClient.OWNER, conversation, Window.Query.newest(200));
    Message question = null;
    for (var message : history.messages()) {
      ledger.seen(message);
      if (message.content().role() == Content.Role.USER) question = message;
      else if (question == null || !Objects.equals(message.parent(), question.id())) {
        throw new AssertionError("not behind its question: " + message + " in " + history);
      }
    }
  }
}
