/**
 * The front door: {@link chat.ChatService} offers every use case as one method.
 *
 * <p>May depend on {@code chat.engine}, {@code chat.port} and {@code chat.model}. Start reading at
 * {@link chat.ChatService}.
 */
@NullMarked
package chat;

import org.jspecify.annotations.NullMarked;
