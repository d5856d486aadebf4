package chat.transport.javalin.chatkit;

import chat.model.Turn;
import org.jspecify.annotations.Nullable;

/**
 * Is what a user is asked about a call.
 *
 * @param hash names the call as it is asked about; null if it has no such name
 * @param answered whether this was answered, and only other answers are missing
 */
record Asked(@Nullable String hash, boolean answered) {
  static Asked of(Turn.Pending pending) {
    var seal = pending.seal();
    return new Asked(seal == null ? null : seal.hash(), pending.answer() != null);
  }
}
