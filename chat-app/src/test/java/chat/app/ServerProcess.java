package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Is the packaged server in a process of its own, as a user starts it, and a client of it. */
final class ServerProcess implements AutoCloseable {
  private static final Path JAR = Path.of("target", "chat-app.jar").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
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
  String token(String user) throws Exception {
    var reply =
        http.send(
            HttpRequest.newBuilder(URI.create(url + "/dev/token"))
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("user_id", user))))
                .header("Content-Type", "application/json")
                .build(),
            BodyHandlers.ofString());
    assertThat(reply.statusCode()).isEqualTo(200);
    return JSON.readTree(reply.body()).get("token").textValue();
  }

  /** Is what came back: the status, the JSON, and how to prove who one is. */
  record Reply(int status, JsonNode body, String challenge) {}

  Reply get(String token, String path) throws Exception {
    return send(token, "GET", path, null);
  }

  Reply post(String token, String path, Map<String, ?> body) throws Exception {
    return send(token, "POST", path, body);
  }

  private Reply send(String token, String method, String path, @Nullable Map<String, ?> body)
      throws Exception {
    var reply = http.send(request(token, method, path, body).build(), BodyHandlers.ofString());
    var challenge = reply.headers().firstValue("WWW-Authenticate").orElse("");
    return new Reply(reply.statusCode(), JSON.readTree(reply.body()), challenge);
  }

  private HttpRequest.Builder request(
      String token, String method, String path, @Nullable Map<String, ?> body) throws IOException {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .method(
            method,
            body == null
                ? BodyPublishers.noBody()
                : BodyPublishers.ofString(JSON.writeValueAsString(body)));
  }

  /** Begins a turn and follows it. */
  Stream stream(String token, String path, Map<String, ?> body) throws Exception {
    var reply =
        http.send(
            request(token, "POST", path, body).header("Accept", "text/event-stream").build(),
            BodyHandlers.ofInputStream());
    assertThat(reply.statusCode()).isEqualTo(200);
    return new Stream(reply);
  }

  /** Is one event of a stream. */
  record Event(String name, JsonNode data) {}

  /** Is a stream of events, read as they come. */
  static final class Stream implements AutoCloseable {
    private final InputStream body;
    private final BufferedReader lines;

    private Stream(HttpResponse<InputStream> reply) {
      this.body = reply.body();
      this.lines = new BufferedReader(new InputStreamReader(body, UTF_8));
    }

    /** Waits for the next event; null at the end. */
    @Nullable Event next() throws IOException {
      String name = "";
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event: ")) name = line.substring("event: ".length());
        if (line.startsWith("data: ")) {
          return new Event(name, JSON.readTree(line.substring("data: ".length())));
        }
      }
      return null;
    }

    /** Reads to the end. */
    List<Event> rest() throws IOException {
      var events = new ArrayList<Event>();
      for (var event = next(); event != null; event = next()) events.add(event);
      return events;
    }

    @Override
    public void close() throws IOException {
      body.close();
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
    http.close();
  }
}
