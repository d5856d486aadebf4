package chat.engine;

import chat.model.Content;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Is what one client read of a turn, over all its connections: it goes on behind the last number it
 * has, as an {@code EventSource} does.
 */
final class Reading {
  final Turn turn;
  private final long from;
  private final List<TurnEvent.Numbered> events = new ArrayList<>();
  private long after;
  private boolean ended;
  private int connections;

  Reading(Turn turn, long from) {
    this.turn = turn;
    this.from = from;
    this.after = from;
  }

  long after() {
    return after;
  }

  /** Begins another connection; what an earlier one still brings reaches nobody. */
  int connect() {
    return ++connections;
  }

  boolean isConnectedBy(int connection) {
    return connection == connections;
  }

  boolean ended() {
    return ended;
  }

  /** It was told that there is nothing more. */
  void nothingMore() {
    ended = true;
  }

  void add(TurnEvent.Numbered event) {
    if (ended) throw wrong("something after the end", event);
    if (event.number() != TurnEvent.Numbered.NONE) {
      if (event.number() <= after) throw wrong("a number that does not rise", event);
      after = event.number();
    }
    events.add(event);
    if (event.event() instanceof TurnEvent.TurnEnded) ended = true;
  }

  /** Compares it with what a reader reads who comes afterwards, and was never disturbed. */
  void compareWith(List<TurnEvent.Numbered> undisturbed) {
    var stored = new TreeMap<Long, TurnEvent>();
    for (var event : undisturbed) {
      if (event.number() > from) stored.put(event.number(), event.event());
    }
    for (var event : events) {
      var there = stored.remove(event.number());
      if (there == null && event.number() != TurnEvent.Numbered.NONE) {
        if (!isLost(event.number(), stored)) throw wrong("read and not stored", event);
      } else if (there != null && !there.equals(event.event())) {
        throw wrong("read otherwise than " + there, event);
      }
    }
    if (!stored.isEmpty()) throw new AssertionError("stored and not read: " + stored + this);
  }

  /** Tells whether a crash may have taken it: whoever recovered the turn left a gap behind it. */
  private static boolean isLost(long number, NavigableMap<Long, TurnEvent> stored) {
    var next = stored.higherKey(number);
    return next != null && next - number > 500_000;
  }

  /** Returns the messages that a client shows in the end: what had no done message is dropped. */
  Map<Message.Id, Content> shown() {
    var shown = new LinkedHashMap<Message.Id, Content>();
    for (var event : events) {
      switch (event.event()) {
        case TurnEvent.MessageDone done -> shown.put(done.message().id(), done.message().content());
        case TurnEvent.MessageRemoved removed -> shown.remove(removed.message());
        default -> {}
      }
    }
    return shown;
  }

  boolean fromTheStart() {
    return from == 0;
  }

  private AssertionError wrong(String what, TurnEvent.Numbered event) {
    return new AssertionError(what + ": " + event + this);
  }

  @Override
  public String toString() {
    return " in the reading of turn " + turn.id() + ": " + events;
  }
}
