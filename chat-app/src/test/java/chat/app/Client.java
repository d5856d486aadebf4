package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.contract.ContractCheck;
import chat.contract.ServerSentEvents;
import chat.contract.chatkit.ChatKitCheck;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Is a client of one server that takes nothing but what the contract allows, and never retries. */
public final class Client implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Less than the server keeps one, so that it never closes what is about to be used. */
  private static final long KEPT_SECONDS = 10;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .addInterceptor(new ContractCheck())
          .addInterceptor(new ChatKitCheck())
          .readTimeout(PATIENCE)
          .connectionPool(new ConnectionPool(5, KEPT_SECONDS, TimeUnit.SECONDS))
          .retryOnConnectionFailure(false)
          .build();
  private final String url;

  /**
   * @param url of the server, without a path
   */
  Client(String url) {
    this.url = url;
  }

  /** Is what came back. */
  public record Reply(int status, JsonNode body, Headers headers) {
    /** Returns how to prove who one is. */
    String challenge() {
      return header("WWW-Authenticate");
    }

    public String header(String name) {
      return Objects.requireNonNullElse(headers.get(name), "");
    }

    public String text(String field) {
      return body.path(field).asText();
    }
  }

  /** Is thrown when there is no stream but a refusal. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    private Refused(String reply) {
      super(reply);
    }
  }

  /** Logs in as the page does. */
  public String token(String user) throws IOException {
    var reply = reply(request("/dev/token").post(json(Map.of("user_id", user))));
    assertThat(reply.status()).isEqualTo(200);
    return reply.text("token");
  }

  public Reply get(String token, String path) throws IOException {
    return reply(authorized(token, path));
  }

  public Reply delete(String token, String path) throws IOException {
    return reply(authorized(token, path).delete());
  }

  /**
   * Posts JSON.
   *
   * @param headers names and values, by turns
   */
  public Reply post(String token, String path, Map<String, ?> body, String... headers)
      throws IOException {
    var request = authorized(token, path).post(json(body));
    for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
    return reply(request);
  }

  /** Asks a turn to stop. */
  public Reply stop(String token, String turn) throws IOException {
    return reply(authorized(token, turn + "/stop").post(RequestBody.create(new byte[0])));
  }

  /**
   * Begins a turn and follows it.
   *
   * @param headers names and values, by turns
   */
  public Stream stream(String token, String path, Map<String, ?> body, String... headers)
      throws IOException {
    var request = authorized(token, path).post(json(body));
    for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
    return stream(request);
  }

  /** Follows a turn from behind an event. */
  public Stream follow(String token, String turn, long after) throws IOException {
    var request = authorized(token, turn + "/events");
    return stream(request.header("Last-Event-ID", Long.toString(after)));
  }

  private Stream stream(Request.Builder request) throws IOException {
    var reply = send(request.header("Accept", "text/event-stream"));
    if (reply.code() == 200) return new Stream(new ServerSentEvents(reply));
    try (reply) {
      throw new Refused(reply.code() + " " + reply.body().string());
    }
  }

  private Reply reply(Request.Builder request) throws IOException {
    try (var reply = send(request)) {
      return new Reply(reply.code(), JSON.readTree(reply.body().byteStream()), reply.headers());
    }
  }

  private Request.Builder authorized(String token, String path) {
    return request(path).header("Authorization", "Bearer " + token);
  }

  private Request.Builder request(String path) {
    return new Request.Builder().url(url + path);
  }

  private static RequestBody json(Map<String, ?> body) throws IOException {
    return RequestBody.create(JSON.writeValueAsBytes(body), MediaType.get("application/json"));
  }

  private Response send(Request.Builder request) throws IOException {
    return http.newCall(request.build()).execute();
  }

  /** Is one event of a stream. */
  public record Event(String name, JsonNode data) {
    private static Event of(ServerSentEvents.Event event) {
      try {
        return new Event(event.name(), JSON.readTree(event.data()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Is a stream of events, read as they come. */
  public record Stream(ServerSentEvents events) implements AutoCloseable {

    /** Waits for the next event; null at the end. */
    public @Nullable Event next() {
      var event = events.next();
      return event == null ? null : Event.of(event);
    }

    /** Waits for the next event of a kind. */
    public Event next(String name) {
      return Event.of(events.next(name));
    }

    /** Reads to the end. */
    public List<Event> rest() {
      return events.rest().stream().map(Event::of).toList();
    }

    @Override
    public void close() {
      events.close();
    }
  }

  @Override
  public void close() {
    http.connectionPool().evictAll();
  }
}
