/**
 * Storage that lives as long as the JVM, for tests and for trying things: it keeps every promise of
 * the ports but durability.
 *
 * <p>May depend on {@code chat.port} and {@code chat.model}. Start reading at {@link
 * chat.memory.InMemoryStore}; what a turn does to its conversation stands in {@code
 * StoredConversation}.
 */
@NullMarked
package chat.memory;

import org.jspecify.annotations.NullMarked;
