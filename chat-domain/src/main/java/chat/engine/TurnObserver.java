package chat.engine;

import chat.model.Turn;
import chat.model.TurnEvent;
import java.time.Duration;

/**
 * Is told what metrics, traces and logs need. Called on the engine's threads: it must not block, do
 * I/O or throw.
 */
public interface TurnObserver {
  /** Listens to nothing. */
  TurnObserver NONE = new TurnObserver() {};

  /** Something happened in a turn. */
  default void event(Turn turn, TurnEvent event) {}

  /** Events of so many turns were committed in one go. */
  default void journaled(int turns, int events, Duration took) {}

  /** Something failed that the engine deals with itself. */
  default void trouble(String what, Throwable cause) {}
}
