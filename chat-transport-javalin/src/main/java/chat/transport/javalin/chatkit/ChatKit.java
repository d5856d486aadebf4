package chat.transport.javalin.chatkit;

import chat.ChatService;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.ChatException.InvalidInput;
import chat.port.Authenticator;
import chat.transport.javalin.chatkit.EventWire.StreamError;
import chat.transport.javalin.http.AttachmentUrls;
import chat.transport.javalin.http.Door;
import chat.transport.javalin.http.Exchange;
import chat.transport.javalin.http.FileRoutes;
import chat.transport.javalin.http.OpenStreams;
import chat.transport.javalin.http.Refusal;
import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a {@link ChatService} to front ends built with ChatKit, as a custom backend: one path, to
 * which everything is posted. A client's token says whose conversations it works with.
 *
 * <p>What can be refused is refused with a 4xx and {@code {"error": {"code", "message"}}}, which
 * ChatKit does not repeat. An operation that streams is never answered with a 5xx, which ChatKit
 * would repeat, and with it what was begun: it is a stream of one error instead.
 */
public final class ChatKit {
  private static final Logger LOG = LoggerFactory.getLogger(ChatKit.class);
  private static final String JSON = "application/json";

  private final Door door;
  private final Operations operations;
  private final Streaming streaming;
  private final Bodies bodies;
  private final @Nullable FileRoutes files;

  /** Is served by itself, on somebody's Javalin, with routes of its own for attachments. */
  public ChatKit(ChatService service, Authenticator authenticator, ChatKitSettings settings) {
    this(service, authenticator, settings, new OpenStreams(), urls(service, settings), true);
  }

  /**
   * Is served beside others, who serve the URLs of attachments.
   *
   * @param streams knows every stream that is being written, so that a shutdown can wait for them
   */
  public ChatKit(
      ChatService service,
      Authenticator authenticator,
      ChatKitSettings settings,
      OpenStreams streams,
      AttachmentUrls urls) {
    this(service, authenticator, settings, streams, urls, false);
  }

  private ChatKit(
      ChatService service,
      Authenticator authenticator,
      ChatKitSettings settings,
      OpenStreams streams,
      @Nullable AttachmentUrls urls,
      boolean alone) {
    this.door = new Door(authenticator, settings.origins());
    this.operations = new Operations(service, settings, urls);
    this.streaming = new Streaming(service, settings, streams, urls);
    this.bodies = new Bodies(settings.bodyLimit());
    this.files = alone && urls != null ? new FileRoutes(service.attachments(), urls) : null;
  }

  private static @Nullable AttachmentUrls urls(ChatService service, ChatKitSettings settings) {
    var url = settings.publicUrl();
    if (url == null) return null;
    var base = url.toString().replaceAll("/+$", "");
    return new AttachmentUrls(
        service.attachments()::signingKey, () -> base, InstantSource.system());
  }

  /**
   * Adds the path to a Javalin; who may come in, the token alone says. By itself it also adds the
   * paths of attachments, and says how what they refuse is told.
   */
  public void mount(RoutesConfig routes, String path) {
    routes.before(path, door::crossOrigin);
    routes.post(path, this::handle);
    if (files == null) return;
    files.mount(routes, door);
    routes.exception(ChatException.class, this::refuseFile);
  }

  /** Adds a path that is behind a door already, which tells who was let in. */
  public void mountBehindDoor(RoutesConfig routes, String path) {
    routes.before(path, ctx -> ctx.attribute(Refusal.WAY, (Refusal.Way) this::refuse));
    routes.post(path, this::handleBehindDoor);
  }

  private void handle(Context ctx) {
    Caller caller;
    try {
      caller = door.letIn(ctx);
    } catch (RuntimeException e) {
      refuse(ctx, e);
      return;
    }
    answer(ctx, caller);
  }

  private void handleBehindDoor(Context ctx) {
    answer(ctx, Door.caller(ctx));
  }

  private void answer(Context ctx, Caller caller) {
    JsonNode json = null;
    try (var body = bodies.read(ctx)) {
      json = body.json();
      answer(ctx, caller, json);
    } catch (IOException | RuntimeException e) {
      refuse(ctx, e, json);
    }
  }

  /** Answers what came to the path of another protocol, if it is a request of this one. */
  public boolean take(Context ctx, byte[] bytes) {
    JsonNode body;
    try {
      body = ChatKitJson.read(bytes);
    } catch (InvalidInput e) {
      return false;
    }
    if (!Request.isOne(body)) return false;
    try {
      answer(ctx, Door.caller(ctx), body);
    } catch (RuntimeException e) {
      refuse(ctx, e, body);
    }
    return true;
  }

  private void answer(Context ctx, Caller caller, JsonNode body) {
    switch (Request.read(body)) {
      case Request.Streamed streamed ->
          streaming.answer(ctx, caller, streamed, Exchange.header(ctx, "Idempotency-Key"));
      case Request.Answered answered -> {
        var answer = ChatKitJson.write(operations.answer(caller, answered));
        ctx.status(200).contentType(JSON).header("Cache-Control", "no-store").result(answer);
      }
    }
  }

  private void refuseFile(ChatException e, Context ctx) {
    refuse(ctx, e);
  }

  /** Refuses before the body was read; it is read now if the answer depends on what was asked. */
  private void refuse(Context ctx, Exception e) {
    refuse(ctx, e, null);
  }

  private void refuse(Context ctx, Exception e, @Nullable JsonNode body) {
    if (ctx.res().isCommitted()) {
      LOG.debug("failed behind the beginning of an answer", e);
      return;
    }
    var refusal = Refusal.of(ctx, e);
    if (refusal.status() >= 500 && streams(ctx, body)) {
      OpenStreams.head(ctx);
      ctx.result(ChatKitJson.frame(StreamError.unexplained(true)));
      return;
    }
    refusal.setHeaders(ctx);
    var where = e instanceof InvalidInput bad ? bad.field() + ": " : "";
    var reason = new ChatKitWire.Reason(refusal.code(), where + refusal.message());
    ctx.status(refusal.status())
        .contentType(JSON)
        .result(ChatKitJson.write(new ChatKitWire.Failure(reason)));
  }

  private boolean streams(Context ctx, @Nullable JsonNode json) {
    if (json != null) return Request.streams(json);
    try (var body = bodies.read(ctx)) {
      return Request.streams(body.json());
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }
}
