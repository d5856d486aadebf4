package chat.engine;

import chat.model.ModelCall;
import chat.model.Turn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the model calls of a turn until the store has them: they cost no write of their own, but go
 * with whatever the turn writes next. Used by the turn's thread.
 */
final class UsageLedger {
  private final List<ModelCall.Entry> unwritten = new ArrayList<>();
  private Turn.Usage written;
  private int number;

  /**
   * @param written what the store has counted already
   */
  UsageLedger(Turn.Usage written) {
    this.written = written;
  }

  void enter(ModelCall call, Instant endedAt) {
    unwritten.add(new ModelCall.Entry(++number, endedAt.minus(call.duration()), call));
  }

  /** Returns what all calls have used. */
  Turn.Usage usage() {
    return plus(unwritten);
  }

  /** Returns what is to be written: the same again until it is. */
  List<ModelCall.Entry> unwritten() {
    return List.copyOf(unwritten);
  }

  /** The store has these, which were the first of what was to be written. */
  void written(List<ModelCall.Entry> entries) {
    written = plus(entries);
    unwritten.subList(0, entries.size()).clear();
  }

  /** Forgets what the store does not take. */
  void drop() {
    unwritten.clear();
  }

  private Turn.Usage plus(List<ModelCall.Entry> entries) {
    var sum = written;
    for (var entry : entries) sum = sum.plus(entry.call().spent());
    return sum;
  }
}
