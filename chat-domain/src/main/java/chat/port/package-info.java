/**
 * What the domain needs from outside: two ports of storage, the agent, the tools, the identity.
 *
 * <p>May depend on {@code chat.model}. Each promise of a port stands numbered in its Javadoc and is
 * one test of its contract in {@code chat-testkit}, in that order. Start reading at {@link
 * chat.port.ConversationRepository}.
 */
@NullMarked
package chat.port;

import org.jspecify.annotations.NullMarked;
