package chat.transport.javalin.http;

import io.javalin.http.Context;
import java.io.IOException;

/** Is a protocol that shares a path with another one. */
public interface Guest {
  /** Answers if this is a request of its own; returns whether it was. */
  boolean take(Context ctx, byte[] body);

  /**
   * Reads and answers what is larger than its host takes, if it begins as a request of its own that
   * may be; returns whether it was.
   *
   * @throws chat.model.ChatException.TooLarge if it does not
   */
  boolean takeLarge(Context ctx) throws IOException;
}
