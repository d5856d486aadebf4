/**
 * What the protocols of this server have in common: who is let in, what is read of a request, and
 * which streams are open. Depends on Javalin and on the domain, and knows no protocol.
 *
 * <p>Start reading at {@link chat.transport.javalin.http.Door}.
 */
@NullMarked
package chat.transport.javalin.http;

import org.jspecify.annotations.NullMarked;
