package chat.engine;

import chat.model.TurnEvent;
import java.util.List;

/** Is a list of a turn's events that grows while they happen, and may be waited for. */
interface LiveEvents {
  /** Tells whether everything behind an event's number is, or will be, in this list. */
  boolean reaches(long number);

  /**
   * Returns what may be seen behind an event's number; waits for it.
   *
   * @param atMost nanoseconds; then, or when the list is closed, the result may be empty
   */
  List<TurnEvent.Numbered> after(long number, long atMost) throws InterruptedException;
}
