/**
 * The words of the domain as immutable values: conversations, messages, turns and what happens in
 * them.
 *
 * <p>Depends on the JDK alone. Start reading at {@link chat.model.Conversation}, {@link
 * chat.model.Turn} and {@link chat.model.TurnEvent}.
 */
@NullMarked
package chat.model;

import org.jspecify.annotations.NullMarked;
