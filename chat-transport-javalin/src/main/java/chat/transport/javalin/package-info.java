/**
 * HTTP: REST with server-sent events, and how refusals look on the wire.
 *
 * <p>May depend on the domain, Javalin and Jackson. Start reading at {@link
 * chat.transport.javalin.ChatHttp}, then {@code RestRoutes}.
 */
@NullMarked
package chat.transport.javalin;

import org.jspecify.annotations.NullMarked;
