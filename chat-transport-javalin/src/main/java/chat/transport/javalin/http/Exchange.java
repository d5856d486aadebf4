package chat.transport.javalin.http;

import chat.model.ChatException;
import chat.model.ChatException.InvalidInput;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads what a request brings, as far as all protocols read it alike. */
public final class Exchange {
  private Exchange() {}

  /**
   * Reads a body, but not one that is too large: neither one that says so nor one that does not.
   *
   * @param limit in bytes
   */
  public static byte[] body(Context ctx, int limit) throws IOException {
    var request = ctx.req();
    if (request.getContentLengthLong() > limit) throw tooLarge(limit);
    byte[] body;
    try {
      body = request.getInputStream().readNBytes(limit + 1);
    } catch (IOException e) {
      throw new InvalidInput("body", "the body cannot be read to its end");
    }
    if (body.length > limit) throw tooLarge(limit);
    return body;
  }

  /**
   * Reads a body that may be longer when its beginning says so.
   *
   * @param limit of any other, in bytes
   * @param most of one that may be longer
   * @param mayBeLonger is asked about the first {@code limit} bytes and one more
   */
  public static byte[] body(Context ctx, int limit, int most, Predicate<byte[]> mayBeLonger)
      throws IOException {
    if (ctx.req().getContentLengthLong() > most) throw tooLarge(limit);
    var in = ctx.req().getInputStream();
    byte[] head;
    byte[] rest;
    try {
      head = in.readNBytes(limit + 1);
      if (head.length <= limit) return head;
      if (!mayBeLonger.test(head)) throw tooLarge(limit);
      rest = in.readNBytes(most - head.length + 1);
    } catch (IOException e) {
      throw new InvalidInput("body", "the body cannot be read to its end");
    }
    if (head.length + rest.length > most) throw tooLarge(most);
    var body = Arrays.copyOf(head, head.length + rest.length);
    System.arraycopy(rest, 0, body, head.length, rest.length);
    return body;
  }

  private static ChatException tooLarge(int limit) {
    return new ChatException.TooLarge("a request has at most " + limit + " bytes");
  }

  /** Returns a header that may stand once, or not at all. */
  public static @Nullable String header(Context ctx, String name) {
    var all = Collections.list(ctx.req().getHeaders(name));
    if (all.size() > 1) throw new InvalidInput(name, "said more than once");
    return all.isEmpty() ? null : all.get(0);
  }

  /** Answers that there is nothing to say. */
  public static void nothing(Context ctx, int status) {
    ctx.status(status).res().setContentType(null);
  }
}
