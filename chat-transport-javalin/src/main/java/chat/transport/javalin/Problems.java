package chat.transport.javalin;

import chat.engine.Reply;
import chat.model.ChatException;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.transport.javalin.http.Refusal;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says on the wire of REST what was refused or failed (RFC 9457). */
final class Problems {
  static final String TYPE = "application/problem+json";

  /** The attribute under which a route keeps which conversation it is about. */
  static final String CONVERSATION = "chat.conversation";

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final String SOON_SECONDS = "2";

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

  /**
   * Answers with the problem, unless an answer is already on its way, or in the way of the protocol
   * whose route it is.
   */
  static void answer(Context ctx, Exception e) {
    Refusal.Way way = ctx.attribute(Refusal.WAY);
    if (way != null) {
      way.refuse(ctx, e);
      return;
    }
    if (ctx.res().isCommitted()) {
      LOG.debug("failed behind the beginning of an answer", e);
      return;
    }
    switch (e) {
      case HttpResponseException unrouted -> unrouted(ctx, unrouted);
      case ChatException.Conflict conflict -> conflict(ctx, conflict);
      default -> refuse(ctx, e);
    }
  }

  private static void refuse(Context ctx, Exception e) {
    var refusal = Refusal.of(ctx, e);
    refusal.setHeaders(ctx);
    var field = e instanceof ChatException.InvalidInput bad ? bad.field() : null;
    send(ctx, of(refusal.status(), refusal.code(), refusal.message(), field));
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
      status = Refusal.status(code);
    }
    if (status == 503) ctx.header("Retry-After", SOON_SECONDS);
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
