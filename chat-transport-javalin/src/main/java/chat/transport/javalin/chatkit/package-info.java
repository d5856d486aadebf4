/**
 * Speaks the protocol of ChatKit's custom backends, as the reference server openai-chatkit 1.6.5
 * does, over the same conversations as REST: a mapping of {@link chat.ChatService} and of {@link
 * chat.model.TurnEvent}, with no rules of its own. All words of the protocol stay in here: its
 * thread is a conversation, its item a message.
 *
 * <p>Depends on the domain's front door, model and followers, on Javalin and Jackson, and on
 * nothing of REST. Start reading at {@link chat.transport.javalin.chatkit.ChatKit}, then {@code
 * Operations} and {@code TurnMapping}.
 */
@NullMarked
package chat.transport.javalin.chatkit;

import org.jspecify.annotations.NullMarked;
