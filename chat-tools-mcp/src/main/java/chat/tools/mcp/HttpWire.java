package chat.tools.mcp;

import chat.model.UserId;
import chat.tools.mcp.Failure.Kind;
import chat.tools.mcp.McpServer.Endpoint;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import reactor.core.publisher.Mono;

/** Speaks Streamable HTTP (MCP 2025-11-25, Transports) with one server for one user. */
final class HttpWire extends Wire {
  static final String EVENTS = "text/event-stream";
  static final String SESSION = "Mcp-Session-Id";
  static final String LAST_EVENT = "Last-Event-ID";

  /** Is the pause before coming again where the server names none. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  /** Bounds what is said by the way: answers to the server's questions, notices, farewells. */
  private static final Duration BY_THE_WAY = Duration.ofSeconds(5);

  private static final int MOST_ASIDES = 8;
  private static final int LONGEST_REFUSAL = 4096;

  final OkHttpClient client;
  final Redaction redaction;
  final ServerLog log;
  private final HttpUrl url;
  private final Map<String, String> headers;
  private final UserId user;
  private final Semaphore asides = new Semaphore(MOST_ASIDES);
  private final Set<Call> calls = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean listening = new AtomicBoolean();
  private volatile boolean lost;
  private volatile @Nullable String session;
  private volatile @Nullable String version;

  HttpWire(
      Endpoint.Http endpoint,
      UserId user,
      OkHttpClient client,
      McpJsonMapper json,
      Redaction redaction,
      ServerLog log) {
    super(json, redaction);
    this.url = HttpUrl.get(endpoint.url().toString());
    this.headers = endpoint.headers();
    this.user = user;
    this.client = client;
    this.redaction = redaction;
    this.log = log;
  }

  /** Makes a client for all wires to a server. */
  static OkHttpClient client() {
    return new OkHttpClient.Builder()
        .followRedirects(false)
        .followSslRedirects(false)
        .retryOnConnectionFailure(false)
        .connectTimeout(Duration.ofSeconds(5))
        // A tool may think for as long as its own timeout allows.
        .readTimeout(Duration.ZERO)
        .eventListener(new Sent.Listener())
        .build();
  }

  @Override
  boolean isOpen() {
    return !lost && closed.getCount() > 0;
  }

  @Override
  void ready(String version) {
    this.version = version;
    listen();
  }

  void begins(@Nullable String session) {
    this.session = session;
  }

  /** The server does not know the session any more. */
  void lose() {
    lost = true;
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.deferContextual(
        context -> {
          var errand = Errand.of(context);
          if (errand != null) {
            return Mono.create(
                done -> Threads.start(() -> new HttpPost(this, message, errand, done).run()));
          }
          // What a server asks that asks for too much at once stays without an answer.
          if (!asides.tryAcquire()) return Mono.empty();
          return Mono.create(
              done ->
                  Threads.start(
                      () -> {
                        try {
                          say(message);
                        } finally {
                          asides.release();
                          done.success();
                        }
                      }));
        });
  }

  /** Says something to which no answer is expected. */
  void say(JSONRPCMessage message) {
    try {
      var call =
          client.newCall(request(redaction.latest()).post(HttpPost.body(this, message)).build());
      call.timeout().timeout(BY_THE_WAY.toMillis(), TimeUnit.MILLISECONDS);
      try (var ignored = execute(call)) {
        if (ignored.code() / 100 != 2) log.write(Level.DEBUG, "refused: " + ignored.code());
      } finally {
        calls.remove(call);
      }
    } catch (IOException e) {
      log.write(Level.DEBUG, "something could not be said: " + redaction.clean(e.toString()));
    }
  }

  @Override
  void shut() {
    closed.countDown();
    for (var call : calls) call.cancel();
    var id = session;
    if (id == null || lost) return;
    var call = client.newCall(request(redaction.latest()).delete(null).build());
    call.timeout().timeout(BY_THE_WAY.toMillis(), TimeUnit.MILLISECONDS);
    try {
      call.execute().close();
    } catch (IOException e) {
      log.write(Level.DEBUG, "no farewell: " + redaction.clean(e.toString()));
    }
  }

  Request.Builder request(@Nullable String bearer) {
    var request =
        new Request.Builder()
            .url(url)
            .tag(Sent.class, new Sent())
            .header("Accept", "application/json, " + EVENTS);
    headers.forEach((name, value) -> request.header(name, UserText.header(value, user)));
    if (bearer != null) request.header("Authorization", "Bearer " + bearer);
    var id = session;
    if (id != null) request.header(SESSION, id);
    var agreed = version;
    if (agreed != null) request.header("MCP-Protocol-Version", agreed);
    return request;
  }

  /** Sends a request and waits for the head of its answer; its end is to be told. */
  Response execute(Call call) throws IOException {
    calls.add(call);
    if (closed.getCount() == 0) call.cancel();
    return call.execute();
  }

  void ended(Call call) {
    calls.remove(call);
  }

  static Duration pause(@Nullable Duration retry) {
    if (retry == null) return PAUSE;
    return retry.compareTo(LONGEST_PAUSE) < 0 ? retry : LONGEST_PAUSE;
  }

  /** Reads a message; null, and a word in the log, if it is none. */
  @Nullable JSONRPCMessage parsed(String text) {
    try {
      return read(text);
    } catch (IOException e) {
      log.write(Level.WARN, "the server sent what is no message of the protocol");
      return null;
    }
  }

  /** Throws a {@link Failure} for every answer but a good one. */
  void requireAccepted(Response response) throws IOException {
    int code = response.code();
    if (code / 100 == 2) return;
    if (code == 401) throw new Failure(Kind.UNAUTHORIZED, "the server takes no such credentials");
    if (session != null && (code == 404 || (code == 400 && isAboutTheSession(response)))) {
      throw new Failure(Kind.SESSION_LOST, "the server does not know the session (" + code + ")");
    }
    if (code / 100 == 3) {
      throw new Failure(Kind.REFUSED, "the server redirects (" + code + "), which is not followed");
    }
    // A proxy says 503, too, for a server that had the request and died of it.
    if (code / 100 == 4 && code != 408) {
      throw new Failure(Kind.REFUSED, "the server refuses (" + code + ")");
    }
    throw new Failure(Kind.CUT, "the server failed (" + code + ")");
  }

  /** The protocol says 404; servers made like the TypeScript SDK's examples say 400 and why. */
  private static boolean isAboutTheSession(Response response) throws IOException {
    return response.peekBody(LONGEST_REFUSAL).string().toLowerCase(Locale.ROOT).contains("session");
  }

  /** Hears what the server says unasked, for as long as it lets us. */
  void listen() {
    if (version == null || !listening.compareAndSet(false, true)) return;
    Threads.start(
        () -> {
          try {
            hear();
          } catch (InterruptedException | RuntimeException e) {
            log.write(Level.DEBUG, "nothing more is heard of the server unasked: " + e);
          }
        });
  }

  private void hear() throws InterruptedException {
    String last = null;
    var pause = PAUSE;
    do {
      var request = request(redaction.latest()).header("Accept", EVENTS);
      if (last != null) request.header(LAST_EVENT, last);
      var call = client.newCall(request.build());
      try (var response = execute(call)) {
        int code = response.code();
        if (code == 404 && session != null) lose();
        // The next request of the user's brings a newer token.
        if (code == 401) listening.set(false);
        if (code != 200 && code / 100 != 5) return;
        var events = new EventStream(response.body().source(), LONGEST_MESSAGE);
        for (var data = events.next(); data != null && code == 200; data = events.next()) {
          if (events.lastId() != null) last = events.lastId();
          pause = PAUSE;
          if (events.retry() != null && events.retry().compareTo(pause) > 0) {
            pause = pause(events.retry());
          }
          var message = data.isEmpty() ? null : parsed(data);
          if (message != null) deliver(message);
        }
      } catch (IOException e) {
        log.write(Level.DEBUG, "the server is not heard: " + redaction.clean(e.toString()));
      } finally {
        ended(call);
      }
      // Perhaps it is another by now: then what is kept of its connections would break a call.
      client.connectionPool().evictAll();
      if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) return;
      pause = pause(pause.multipliedBy(2));
    } while (isOpen());
  }
}
