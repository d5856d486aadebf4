package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Is the packaged server in a process of its own, as a user starts it, with a client of it. */
final class ServerProcess implements AutoCloseable {
  static final Path JAR = Path.of("target", "chat-app.jar").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path data;
  private final Process process;
  private final String url;
  private final Client client;

  private ServerProcess(Path data, Process process, String url) {
    this.data = data;
    this.process = process;
    this.url = url;
    this.client = new Client(url);
  }

  /** Is how a command ended that does not serve. */
  record Ended(int code, String out, String err) {}

  /** Starts the server on a free port; it is ready when this returns. */
  static ServerProcess start(Path data, Map<String, String> settings) throws Exception {
    return start(JAR, data, settings);
  }

  static ServerProcess start(Path jar, Path data, Map<String, String> settings) throws Exception {
    var process = launch(jar, data, settings, "serve", "--port", "0");
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
    var process = launch(JAR, data, settings, arguments);
    var out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), out, err(data));
  }

  /** Starts a command; what it says on stderr is in {@code err.txt}. */
  static Process launch(Path jar, Path data, Map<String, String> settings, String... arguments)
      throws IOException {
    Files.createDirectories(data);
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // It starts in half the time when it is not compiled for speed.
    var quick = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    var command = new ArrayList<>(List.of(java));
    command.addAll(quick);
    command.addAll(List.of("-jar", jar.toString()));
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

  String url() {
    return url;
  }

  Client client() {
    return client;
  }

  /** Logs in as the page does. */
  String token(String user) throws IOException {
    return client.token(user);
  }

  Client.Reply get(String token, String path) throws IOException {
    return client.get(token, path);
  }

  Client.Reply post(String token, String path, Map<String, ?> body) throws IOException {
    return client.post(token, path, body);
  }

  /** Begins a turn and follows it. */
  Client.Stream stream(String token, String path, Map<String, ?> body) throws IOException {
    return client.stream(token, path, body);
  }

  /** Asks it to stop, as Ctrl-C does; returns how it ended. */
  int stop() {
    process.destroy();
    return ended();
  }

  /** Sends it a signal, by its name. */
  void signal(String name) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
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
    client.close();
  }
}
