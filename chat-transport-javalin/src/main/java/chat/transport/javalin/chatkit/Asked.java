package chat.transport.javalin.chatkit;

import chat.model.Turn;
import org.jspecify.annotations.Nullable;

/**
 * Is what a user is asked about a call, or by a form.
 *
 * @param hash names the call as it is asked about; null if it has no such name
 * @param answer what was answered, while other answers are missing; null if it waits
 */
record Asked(@Nullable String hash, Turn.@Nullable Answer answer) {
  static Asked of(Turn.Pending pending) {
    var seal = pending.seal();
    return new Asked(seal == null ? null : seal.hash(), pending.answer());
  }
}
