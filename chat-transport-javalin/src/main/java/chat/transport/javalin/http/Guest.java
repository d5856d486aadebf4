package chat.transport.javalin.http;

import io.javalin.http.Context;

/** Is a protocol that shares a path with another one. */
@FunctionalInterface
public interface Guest {
  /** Answers if this is a request of its own; returns whether it was. */
  boolean take(Context ctx, byte[] body);
}
