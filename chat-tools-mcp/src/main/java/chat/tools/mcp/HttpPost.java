package chat.tools.mcp;

import chat.tools.mcp.Failure.Kind;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import reactor.core.publisher.MonoSink;

/**
 * Is one message on its way and, if it is a request, its answer on its way back. A stream that
 * breaks off before the answer is taken up again where the server gave its events ids.
 *
 * <p>Runs on a thread of its own; it is abandoned by another.
 */
final class HttpPost {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final int MOST_RESUMPTIONS = 5;
  private static final Duration LEAST_PAUSE = Duration.ofMillis(100);

  private final HttpWire wire;
  private final JSONRPCMessage message;
  private final Errand errand;
  private final MonoSink<Void> done;
  private final AtomicBoolean settled = new AtomicBoolean();
  private final CountDownLatch abandoned = new CountDownLatch(1);
  private volatile @Nullable Call running;
  private volatile boolean sent;

  HttpPost(HttpWire wire, JSONRPCMessage message, Errand errand, MonoSink<Void> done) {
    this.wire = wire;
    this.message = message;
    this.errand = errand;
    this.done = done;
    if (errand.bearer() != null) wire.redaction.add(errand.bearer());
  }

  /** Makes the body of a message, which the client sends once and never again by itself. */
  static RequestBody body(HttpWire wire, JSONRPCMessage message) throws IOException {
    var bytes = wire.json.writeValueAsString(message).getBytes(StandardCharsets.UTF_8);
    return new RequestBody() {
      @Override
      public MediaType contentType() {
        return JSON;
      }

      @Override
      public long contentLength() {
        return bytes.length;
      }

      @Override
      public boolean isOneShot() {
        return true;
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        sink.write(bytes);
      }
    };
  }

  void run() {
    try {
      if (errand.begins(this::abandon)) converse();
      else settle(new Failure(Kind.ABANDONED, "nobody waits for it"));
      if (settled.compareAndSet(false, true)) done.success();
    } catch (Failure e) {
      settle(e);
    } catch (IOException e) {
      settle(broken(e));
    } catch (InterruptedException | RuntimeException e) {
      settle(new Failure(Kind.CUT, "the request failed", e));
    }
  }

  private void settle(Failure failure) {
    if (failure.kind() == Kind.SESSION_LOST) wire.lose();
    if (settled.compareAndSet(false, true)) done.error(failure);
  }

  private Failure broken(IOException e) {
    var words = wire.redaction.clean(e.toString());
    return sent || hasSent(running)
        ? new Failure(Kind.CUT, "the connection broke: " + words, e)
        : new Failure(Kind.NOT_SENT, "no connection: " + words, e);
  }

  private static boolean hasSent(@Nullable Call call) {
    return call != null && Sent.of(call).isSent();
  }

  private void abandon() {
    settle(new Failure(Kind.ABANDONED, "nobody waits for it"));
    abandoned.countDown();
    var call = running;
    if (call == null) return;
    Threads.start(
        () -> {
          boolean hello = isInitialize();
          if (asked() != null && !hello && (sent || hasSent(call))) {
            wire.say(Wire.cancelled(asked()));
          }
          call.cancel();
        });
  }

  private @Nullable Object asked() {
    return message instanceof McpSchema.JSONRPCRequest request ? request.id() : null;
  }

  private boolean isInitialize() {
    return message instanceof McpSchema.JSONRPCRequest request
        && request.method().equals(McpSchema.METHOD_INITIALIZE);
  }

  private void converse() throws IOException, InterruptedException {
    var call = wire.client.newCall(wire.request(errand.bearer()).post(body(wire, message)).build());
    running = call;
    // Who abandons it settles first and then looks for what is running.
    if (settled.get()) return;
    EventStream events;
    try (var response = wire.execute(call)) {
      sent = true;
      wire.requireAccepted(response);
      if (isInitialize()) wire.begins(response.header(HttpWire.SESSION));
      wire.listen();
      if (asked() == null) return;
      var type = String.valueOf(response.header("Content-Type"));
      if (type.startsWith("application/json")) {
        whole(response);
        return;
      }
      if (!type.startsWith(HttpWire.EVENTS)) {
        throw new Failure(Kind.CUT, "the answer is neither JSON nor a stream of events");
      }
      events = new EventStream(response.body().source(), Wire.LONGEST_MESSAGE);
      if (answered(events)) return;
    } finally {
      wire.ended(call);
    }
    try {
      resume(events);
    } catch (Failure e) {
      // Whatever it says of the stream: the request itself had been taken.
      if (e.kind() == Kind.SESSION_LOST) wire.lose();
      throw new Failure(Kind.CUT, "the stream is not taken up again: " + e.why(), e);
    }
  }

  private void whole(Response response) throws IOException {
    var source = response.body().source();
    if (source.request(Wire.LONGEST_MESSAGE + 1L)) {
      throw new Failure(Kind.CUT, "the answer is too long");
    }
    var answer = wire.parsed(source.readUtf8());
    if (answer == null || !Wire.answers(answer, asked())) {
      throw new Failure(Kind.CUT, "the answer is none to the request");
    }
    wire.deliver(answer);
  }

  /** Hands over what comes, until the answer; false if the stream ends before. */
  private boolean answered(EventStream events) throws IOException {
    try {
      for (var data = events.next(); data != null; data = events.next()) {
        var received = data.isEmpty() ? null : wire.parsed(data);
        if (received == null) continue;
        wire.deliver(received);
        if (Wire.answers(received, asked())) return true;
      }
      return false;
    } catch (IOException e) {
      if (events.lastId() == null || settled.get()) throw e;
      return false;
    }
  }

  /** Takes the stream up again after its last event, when the server says so or after a while. */
  private void resume(EventStream broken) throws IOException, InterruptedException {
    var last = broken.lastId();
    var retry = broken.retry();
    for (int tries = 0; last != null && tries < MOST_RESUMPTIONS; tries++) {
      var pause = HttpWire.pause(retry);
      if (pause.compareTo(LEAST_PAUSE) < 0) pause = LEAST_PAUSE;
      if (abandoned.await(pause.toMillis(), TimeUnit.MILLISECONDS)) return;
      var again = wire.request(errand.bearer()).header("Accept", HttpWire.EVENTS);
      var call = wire.client.newCall(again.header(HttpWire.LAST_EVENT, last).build());
      running = call;
      if (settled.get()) return;
      try (var response = wire.execute(call)) {
        wire.requireAccepted(response);
        var events = new EventStream(response.body().source(), Wire.LONGEST_MESSAGE);
        if (answered(events)) return;
        if (events.lastId() != null && !events.lastId().equals(last)) tries = 0;
        if (events.lastId() != null) last = events.lastId();
        if (events.retry() != null) retry = events.retry();
      } catch (IOException e) {
        var words = wire.redaction.clean(e.toString());
        wire.log.write(Level.DEBUG, "a stream could not be taken up again: " + words);
      } finally {
        wire.ended(call);
      }
    }
    throw new Failure(Kind.CUT, "the stream ended before the answer");
  }
}
