package chat.transport.javalin.http;

import chat.model.ChatException;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Is what a request is refused with, or fails with, before its answer begins: the one place that
 * knows which status a failure has. How it is written is each protocol's own business.
 *
 * @param message for people; holds no secret
 * @param retryAfter when the same may be asked again, where that is known
 */
public record Refusal(int status, String code, String message, @Nullable Duration retryAfter) {
  private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);
  private static final Duration SOON = Duration.ofSeconds(2);

  /** The attribute under which a route keeps how it refuses, if not as REST does. */
  public static final String WAY = "chat.refusal";

  /** Writes a refusal in a protocol's own way. */
  @FunctionalInterface
  public interface Way {
    void refuse(Context ctx, Exception e);
  }

  /** Says what became of a request; what was no refusal is logged, and told by a number alone. */
  public static Refusal of(Context ctx, Exception e) {
    if (e instanceof ChatException refused) return of(ctx, refused);
    var id = UUID.randomUUID();
    LOG.error("internal error {} at {} {}", id, ctx.method(), ctx.endpoint().path, e);
    return new Refusal(500, "internal", "internal error " + id, null);
  }

  private static Refusal of(Context ctx, ChatException e) {
    return switch (e) {
      case ChatException.InvalidInput ignored -> as(400, e, null);
      // One message for all of them: it does not tell what was wrong with a token.
      case ChatException.Unauthenticated ignored ->
          new Refusal(401, e.code(), "a valid bearer token is needed", null);
      case ChatException.Forbidden ignored -> as(403, e, null);
      case ChatException.NotFound ignored -> as(404, e, null);
      case ChatException.Conflict ignored -> as(409, e, null);
      case ChatException.TooLarge ignored -> as(413, e, null);
      case ChatException.RateLimited limited -> as(429, e, limited.retryAfter());
      case ChatException.Unavailable unavailable -> as(503, e, unavailable.retryAfter());
      case ChatException.AgentFailed failed -> as(status(failed.code()), e, failed.retryAfter());
      case ChatException.StorageFailed ignored -> {
        // One line: when the storage is gone, there is one for each request.
        LOG.warn("storage failed at {} {}: {}", ctx.method(), ctx.endpoint().path, root(e));
        LOG.debug("storage failed", e);
        yield new Refusal(503, e.code(), "the storage does not answer", SOON);
      }
    };
  }

  private static Refusal as(int status, ChatException e, @Nullable Duration retryAfter) {
    return new Refusal(status, e.code(), String.valueOf(e.getMessage()), retryAfter);
  }

  /** Returns the status of what a turn failed with, by its code. */
  public static int status(String code) {
    for (var reason : ChatException.AgentFailed.Reason.values()) {
      if (!reason.code().equals(code)) continue;
      return switch (reason) {
        case MODEL_UNREACHABLE, MODEL_REFUSED, MODEL_BAD_REPLY, LIMIT_REACHED -> 502;
        case MODEL_RATE_LIMITED, MODEL_OVERLOADED -> 503;
        case MODEL_TIMEOUT -> 504;
      };
    }
    return 500;
  }

  private static Throwable root(Throwable e) {
    var root = e;
    while (root.getCause() != null) root = root.getCause();
    return root;
  }

  /** Sets the headers that go with it. */
  public void setHeaders(Context ctx) {
    ctx.header("Cache-Control", "no-store");
    if (status == 401) ctx.header("WWW-Authenticate", "Bearer");
    var later = retryAfter == null && status == 503 ? SOON : retryAfter;
    if (later == null || (status != 503 && status != 429)) return;
    ctx.header("Retry-After", String.valueOf(Math.max(1, later.plusMillis(999).toSeconds())));
  }
}
