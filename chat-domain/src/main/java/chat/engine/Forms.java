package chat.engine;

import chat.model.Content;
import chat.model.Content.StructuredInput;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks what the agent wants to know of its user, and takes the answers. Used by the turn's thread.
 */
final class Forms {
  private final RunningTurn turn;
  private final Duration timeToAnswer;

  /** The forms without an answer, as they are stored. */
  private final Map<Message.Id, Message> pending = new LinkedHashMap<>();

  private final List<Turn.Pending> awaiting = new ArrayList<>();

  Forms(RunningTurn turn, Duration timeToAnswer) {
    this.turn = turn;
    this.timeToAnswer = timeToAnswer;
    for (var message : turn.work.history()) {
      boolean own = message.turn().equals(turn.turn().id());
      if (own && isPending(message)) pending.put(message.id(), message);
    }
  }

  private static boolean isPending(Message message) {
    return message.content() instanceof StructuredInput form
        && form.status() == StructuredInput.Status.PENDING;
  }

  void ask(int step, StructuredInput form) {
    if (form.status() != StructuredInput.Status.PENDING) {
      throw new IllegalArgumentException("a form that is " + form.status());
    }
    var draft = new RunningTurn.Draft(Message.Id.next(), step, null);
    var message = turn.next(draft, form, false);
    turn.store(List.of(message), List.of(new TurnEvent.MessageUpdated(message)));
    pending.put(message.id(), message);
    awaiting.add(new Turn.Pending(message.id(), turn.now().plus(timeToAnswer), null));
  }

  /** Returns what the turn waits for. */
  List<Turn.Pending> awaiting() {
    return List.copyOf(awaiting);
  }

  /** Fills in what the user answered, before the agent goes on. */
  List<Message> answered() {
    var answered = new ArrayList<Message>();
    var events = new ArrayList<TurnEvent>();
    for (var awaited : turn.turn().awaiting()) {
      var asked = pending.remove(awaited.message());
      if (asked == null || !(awaited.answer() instanceof Turn.Answer.Form answer)) continue;
      var form = (StructuredInput) asked.content();
      var filled = filled(asked, form.answered(answer.answers(), answer.skipped()));
      answered.add(filled);
      events.add(new TurnEvent.MessageUpdated(filled));
      events.add(new TurnEvent.MessageDone(filled));
    }
    if (!answered.isEmpty()) turn.store(answered, events);
    return answered;
  }

  /** Returns the forms that nobody will answer any more, as they are to be stored last. */
  List<Message> abandoned() {
    return pending.values().stream()
        .map(asked -> filled(asked, ((StructuredInput) asked.content()).answered(Map.of(), true)))
        .toList();
  }

  private static Message filled(Message asked, Content form) {
    return asked.with(form, asked.revision() + 1);
  }
}
