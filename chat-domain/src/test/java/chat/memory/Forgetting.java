package chat.memory;

import chat.model.Turn;

/** Lets a store in memory forget as a database does that crashes. */
public final class Forgetting {
  private Forgetting() {}

  /** Forgets the events of a turn from a number on. */
  public static void from(InMemoryStore store, Turn turn, long number) {
    store.alone(
        () -> {
          store
              .find(turn.owner(), turn.conversation())
              .flatMap(it -> it.find(turn.id()))
              .ifPresent(it -> it.events.tailMap(number, true).clear());
          return number;
        });
  }
}
