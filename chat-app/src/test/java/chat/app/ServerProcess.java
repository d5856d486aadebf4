package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chat.contract.ContractCheck;
import chat.contract.ServerSentEvents;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Is the packaged server in a process of its own, as a user starts it, and a client of it that
 * takes nothing but what the contract allows.
 */
final class ServerProcess implements AutoCloseable {
  private static final Path JAR = Path.of("target", "chat-app.jar").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .addInterceptor(new ContractCheck())
          .readTimeout(PATIENCE)
          .retryOnConnectionFailure(false)
          .build();
  private final Path data;
  private final Process process;
  private final String url;

  private ServerProcess(Path data, Process process, String url) {
    this.data = data;
    this.process = process;
    this.url = url;
  }

  /** Is how a command ended that does not serve. */
  record Ended(int code, String out, String err) {}

  /** Starts the server on a free port; it is ready when this returns. */
  static ServerProcess start(Path data, Map<String, String> settings) throws Exception {
    var process = launch(data, settings, "serve", "--port", "0");
    var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("chat is ready at ")) {
        return new ServerProcess(data, process, line.substring("chat is ready at ".length()));
      }
    }
    process.waitFor();
    throw new IllegalStateException("it does not start: " + err(data));
  }

  /** Runs a command to its end. */
  static Ended run(Path data, Map<String, String> settings, String... arguments) throws Exception {
    var process = launch(data, settings, arguments);
    var out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), out, err(data));
  }

  private static Process launch(Path data, Map<String, String> settings, String... arguments)
      throws IOException {
    Files.createDirectories(data);
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // It starts in half the time when it is not compiled for speed.
    var quick = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    var command = new ArrayList<>(List.of(java));
    command.addAll(quick);
    command.addAll(List.of("-jar", JAR.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(data.resolve("err.txt").toFile());
    var environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("CHAT_") || name.startsWith("OPENAI_"));
    environment.put("CHAT_DATA_DIR", data.resolve("data").toString());
    environment.putAll(settings);
    return builder.start();
  }

  private static String err(Path data) throws IOException {
    return Files.readString(data.resolve("err.txt"));
  }

  /** Returns what it said on stderr so far. */
  String err() throws IOException {
    return err(data);
  }

  long pid() {
    return process.pid();
  }

  int port() {
    return URI.create(url).getPort();
  }

  /** Logs in as the page does. */
  String token(String user) throws IOException {
    try (var reply = send(request("/dev/token").post(json(Map.of("user_id", user))))) {
      assertThat(reply.code()).isEqualTo(200);
      return JSON.readTree(reply.body().byteStream()).get("token").textValue();
    }
  }

  /** Is what came back: the status, the JSON, and how to prove who one is. */
  record Reply(int status, JsonNode body, String challenge) {}

  Reply get(String token, String path) throws IOException {
    return reply(authorized(token, path));
  }

  Reply post(String token, String path, Map<String, ?> body) throws IOException {
    return reply(authorized(token, path).post(json(body)));
  }

  private Reply reply(Request.Builder request) throws IOException {
    try (var reply = send(request)) {
      var challenge = Objects.requireNonNullElse(reply.header("WWW-Authenticate"), "");
      return new Reply(reply.code(), JSON.readTree(reply.body().byteStream()), challenge);
    }
  }

  private Request.Builder request(String path) {
    return new Request.Builder().url(url + path);
  }

  private Request.Builder authorized(String token, String path) {
    return request(path).header("Authorization", "Bearer " + token);
  }

  private static RequestBody json(Map<String, ?> body) throws IOException {
    return RequestBody.create(JSON.writeValueAsBytes(body), MediaType.get("application/json"));
  }

  private Response send(Request.Builder request) throws IOException {
    return http.newCall(request.build()).execute();
  }

  /** Begins a turn and follows it. */
  Stream stream(String token, String path, Map<String, ?> body) throws IOException {
    var request = authorized(token, path).header("Accept", "text/event-stream").post(json(body));
    var reply = send(request);
    assertThat(reply.code()).isEqualTo(200);
    return new Stream(new ServerSentEvents(reply));
  }

  /** Is one event of a stream. */
  record Event(String name, JsonNode data) {
    private static Event of(ServerSentEvents.Event event) {
      try {
        return new Event(event.name(), JSON.readTree(event.data()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Is a stream of events, read as they come. */
  record Stream(ServerSentEvents events) implements AutoCloseable {

    /** Waits for the next event; null at the end. */
    @Nullable Event next() {
      var event = events.next();
      return event == null ? null : Event.of(event);
    }

    /** Reads to the end. */
    List<Event> rest() {
      return events.rest().stream().map(Event::of).toList();
    }

    @Override
    public void close() {
      events.close();
    }
  }

  /** Asks it to stop, as Ctrl-C does; returns how it ended. */
  int stop() {
    process.destroy();
    return ended();
  }

  void kill() {
    process.toHandle().destroyForcibly();
    ended();
  }

  private int ended() {
    return process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join().exitValue();
  }

  @Override
  public void close() {
    if (process.isAlive()) stop();
    http.connectionPool().evictAll();
  }
}
