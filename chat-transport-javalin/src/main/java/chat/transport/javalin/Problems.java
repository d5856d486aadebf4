package chat.transport.javalin;

import chat.engine.Reply;
import chat.model.ChatException;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on the wire what was refused or failed (RFC 9457): the one place that knows which status a
 * failure has.
 */
final class Problems {
  static final String TYPE = "application/problem+json";

  /** The attribute under which a route keeps which conversation it is about. */
  static final String CONVERSATION = "chat.conversation";

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final Duration SOON = Duration.ofSeconds(2);

  /** The codes of what the server refuses by itself. */
  static final Map<Integer, String> UNROUTED =
      Map.of(
          400, "invalid_input",
          404, "not_found",
          405, "method_not_allowed",
          413, "too_large",
          414, "uri_too_long",
          417, "expectation_failed",
          426, "upgrade_required",
          431, "headers_too_large",
          505, "http_version_not_supported");

  private Problems() {}

  /** Answers with the problem, unless an answer is already on its way. */
  static void answer(Context ctx, Exception e) {
    if (ctx.res().isCommitted()) {
      LOG.debug("failed behind the beginning of an answer", e);
      return;
    }
    switch (e) {
      case ChatException refused -> refuse(ctx, refused);
      case HttpResponseException unrouted -> unrouted(ctx, unrouted);
      default -> {
        var id = UUID.randomUUID();
        LOG.error("internal error {} at {} {}", id, ctx.method(), ctx.endpoint().path, e);
        send(ctx, 500, "internal", "internal error " + id, null);
      }
    }
  }

  private static void refuse(Context ctx, ChatException e) {
    switch (e) {
      case ChatException.InvalidInput bad -> send(ctx, 400, e, bad.field());
      case ChatException.Unauthenticated ignored -> {
        // One body for all of them: it does not tell what was wrong with a token.
        ctx.header("WWW-Authenticate", "Bearer");
        send(ctx, 401, e.code(), "a valid bearer token is needed", null);
      }
      case ChatException.Forbidden ignored -> send(ctx, 403, e, null);
      case ChatException.NotFound ignored -> send(ctx, 404, e, null);
      case ChatException.Conflict conflict -> conflict(ctx, conflict);
      case ChatException.TooLarge ignored -> send(ctx, 413, e, null);
      case ChatException.RateLimited limited -> {
        retryAfter(ctx, limited.retryAfter());
        send(ctx, 429, e, null);
      }
      case ChatException.Unavailable unavailable -> {
        retryAfter(ctx, unavailable.retryAfter());
        send(ctx, 503, e, null);
      }
      case ChatException.AgentFailed failed -> {
        int status = status(failed.code());
        var later = failed.retryAfter();
        if (status == 503) retryAfter(ctx, later == null ? SOON : later);
        send(ctx, status, e, null);
      }
      case ChatException.StorageFailed ignored -> {
        // One line: when the storage is gone, there is one for each request.
        LOG.warn("storage failed at {} {}: {}", ctx.method(), ctx.endpoint().path, root(e));
        LOG.debug("storage failed", e);
        retryAfter(ctx, SOON);
        send(ctx, 503, e.code(), "the storage does not answer", null);
      }
    }
  }

  /** Names the turn that is in the way, and where it is. */
  private static void conflict(Context ctx, ChatException.Conflict e) {
    var turn = e.turn();
    Conversation.Id conversation = turn == null ? null : ctx.attribute(CONVERSATION);
    send(
        ctx,
        new RestWire.Problem(
            "about:blank",
            HttpStatus.CONFLICT.getMessage(),
            409,
            String.valueOf(e.getMessage()),
            e.code(),
            null,
            conversation == null ? null : conversation.value(),
            turn == null ? null : turn.value(),
            null,
            null));
  }

  private static Throwable root(Throwable e) {
    var root = e;
    while (root.getCause() != null) root = root.getCause();
    return root;
  }

  /** Returns the status of what a turn failed with, by its code. */
  private static int status(String code) {
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

  /** Says what the framework refused: no such path, not this method, not a request at all. */
  private static void unrouted(Context ctx, HttpResponseException e) {
    int status = e.getStatus();
    if (status == 404) {
      send(ctx, status, "not_found", "no such resource", null);
      return;
    }
    var allowed = e.getDetails().get("availableMethods");
    if (allowed == null) allowed = e.getDetails().get("Available methods");
    if (allowed != null) ctx.header("Allow", allowed);
    var title = HttpStatus.forStatus(status).getMessage();
    send(ctx, status, code(status), title.toLowerCase(Locale.ROOT), null);
  }

  /** Returns the code of what was refused before any route saw it. */
  static String code(int status) {
    return UNROUTED.getOrDefault(status, status >= 500 ? "internal" : "invalid_input");
  }

  /** Answers a waiting request whose turn failed or was interrupted, with what there is of it. */
  static void failed(Context ctx, Turn turn, Message.@Nullable Id userMessage, Reply reply) {
    int status = 503;
    var code = "turn_interrupted";
    var detail = "the turn was interrupted";
    var failure = reply.failure();
    if (reply.state() == Turn.State.FAILED) {
      code = failure == null ? "internal" : failure.code();
      detail = failure == null ? "the turn failed" : failure.message();
      status = status(code);
    }
    if (status == 503) retryAfter(ctx, SOON);
    send(
        ctx,
        new RestWire.Problem(
            "about:blank",
            HttpStatus.forStatus(status).getMessage(),
            status,
            detail,
            code,
            null,
            turn.conversation().value(),
            turn.id().value(),
            userMessage == null ? null : userMessage.value(),
            reply.text()));
  }

  private static void retryAfter(Context ctx, Duration later) {
    ctx.header("Retry-After", String.valueOf(Math.max(1, later.plusMillis(999).toSeconds())));
  }

  private static void send(Context ctx, int status, ChatException e, @Nullable String field) {
    send(ctx, status, e.code(), String.valueOf(e.getMessage()), field);
  }

  private static void send(
      Context ctx, int status, String code, String detail, @Nullable String field) {
    send(ctx, of(status, code, detail, field));
  }

  static RestWire.Problem of(int status, String code, String detail, @Nullable String field) {
    var title = HttpStatus.forStatus(status).getMessage();
    return new RestWire.Problem(
        "about:blank", title, status, detail, code, field, null, null, null, null);
  }

  private static void send(Context ctx, RestWire.Problem problem) {
    ctx.status(problem.status())
        .contentType(TYPE)
        .header("Cache-Control", "no-store")
        .result(RestJson.write(problem));
  }
}
