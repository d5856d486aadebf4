/**
 * What an adapter is checked with: each port's contract as a JUnit interface, doubles that obey the
 * same contracts, and samples.
 *
 * <p>May depend on {@code chat.port} and {@code chat.model}, JUnit and AssertJ. Start reading at
 * {@link chat.testkit.ConversationRepositoryContract}; a test of an adapter implements it and
 * brings the world.
 */
@NullMarked
package chat.testkit;

import org.jspecify.annotations.NullMarked;
