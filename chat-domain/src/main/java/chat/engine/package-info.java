/**
 * Runs turns: the agent on a thread of its own, its events in a list that followers read, the
 * journal behind it.
 *
 * <p>May depend on {@code chat.port} and {@code chat.model}. Start reading at {@link
 * chat.engine.TurnEngine}.
 */
@NullMarked
package chat.engine;

import org.jspecify.annotations.NullMarked;
