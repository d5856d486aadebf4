package chat.transport.javalin.http;

import chat.model.Caller;
import chat.model.ChatException;
import chat.port.Authenticator;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Collections;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Stands before everything below {@code /api}: answers what browsers ask on behalf of other
 * origins, and lets nobody in without a token, before anything else of the request is read. The
 * token stands in one {@code Authorization} header; cookies and queries are not looked at.
 */
public final class Door {
  private static final Pattern BEARER =
      Pattern.compile("Bearer +([A-Za-z0-9._~+/-]+=*)", Pattern.CASE_INSENSITIVE);
  private static final String CALLER = "chat.caller";

  private final Authenticator authenticator;
  private final Set<String> origins;

  public Door(Authenticator authenticator, Set<String> origins) {
    this.authenticator = authenticator;
    this.origins = origins;
  }

  /** Lets a page of an allowed origin read the answer; a preflight is answered here. */
  public void crossOrigin(Context ctx) {
    ctx.addHeader("Vary", "Origin");
    var origin = ctx.req().getHeader("Origin");
    boolean allowed = origin != null && origins.contains(origin);
    if (allowed) {
      ctx.header("Access-Control-Allow-Origin", origin);
      ctx.header("Access-Control-Expose-Headers", "location, retry-after");
    }
    if (!ctx.method().equals(HandlerType.OPTIONS)
        || ctx.req().getHeader("Access-Control-Request-Method") == null) {
      return;
    }
    if (allowed) {
      ctx.header("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
      ctx.header(
          "Access-Control-Allow-Headers",
          "authorization, content-type, idempotency-key, last-event-id, prefer,"
              + " chatkit-frame-instance-id");
      ctx.header("Access-Control-Max-Age", "600");
    }
    Exchange.nothing(ctx, 204);
    ctx.skipRemainingHandlers();
  }

  /** Lets in who has a token, and only to what is theirs. */
  public void enter(Context ctx) {
    var caller = letIn(ctx);
    if (!caller.user().value().equals(ctx.pathParam("user_id"))) {
      throw new ChatException.Forbidden("this token is another user's");
    }
    ctx.attribute(CALLER, caller);
  }

  /** Lets in who has a token: what is theirs follows from it alone. */
  public Caller letIn(Context ctx) {
    return authenticator.authenticate(token(ctx));
  }

  /** Returns who was let in. */
  public static Caller caller(Context ctx) {
    Caller caller = ctx.attribute(CALLER);
    if (caller == null) throw new ChatException.Unauthenticated("nobody was let in");
    return caller;
  }

  private static String token(Context ctx) {
    var headers = Collections.list(ctx.req().getHeaders("Authorization"));
    if (headers.size() == 1) {
      var bearer = BEARER.matcher(headers.get(0).strip());
      if (bearer.matches()) return bearer.group(1);
    }
    throw new ChatException.Unauthenticated("no bearer token");
  }
}
