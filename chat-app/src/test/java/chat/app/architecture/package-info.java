/**
 * What may depend on what, as laws, and below {@code planted} a class that breaks each of them.
 *
 * <p>Start reading at {@link chat.app.architecture.Law}.
 */
@NullMarked
package chat.app.architecture;

import org.jspecify.annotations.NullMarked;
