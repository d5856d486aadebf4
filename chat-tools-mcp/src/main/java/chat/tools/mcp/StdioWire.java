package chat.tools.mcp;

import chat.model.UserId;
import chat.tools.mcp.Failure.Kind;
import chat.tools.mcp.McpServer.Endpoint;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Speaks to a program of its own, one message a line, over the program's standard input and output
 * (MCP 2025-11-25, Transports). What the program writes to its standard error goes to the log.
 */
final class StdioWire extends Wire {
  private static final Duration FAREWELL = Duration.ofSeconds(2);
  private static final int LAST_WORDS = 5;
  private static final int LONGEST_WORDS = 500;

  /** Is how many messages wait for a program that reads nothing. */
  private static final int MOST_WAITING = 1000;

  private static final String ENDED = "the program ended before its answer";

  /** Stands for the end of all messages. */
  private static final String END = "";

  private final Process process;
  private final ServerLog log;
  private final BlockingQueue<String> out = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Map<Object, MonoSink<Void>> waiting = new ConcurrentHashMap<>();
  private final Deque<String> lastWords = new ArrayDeque<>();
  private volatile boolean over;

  private StdioWire(Process process, McpJsonMapper json, Redaction redaction, ServerLog log) {
    super(json, redaction);
    this.process = process;
    this.log = log;
  }

  /** Starts the program. */
  static StdioWire start(
      Endpoint.Stdio endpoint,
      UserId user,
      McpJsonMapper json,
      Redaction redaction,
      ServerLog log) {
    var command = new ArrayList<String>();
    command.add(endpoint.command());
    command.addAll(endpoint.arguments());
    var builder = new ProcessBuilder(command);
    var environment = builder.environment();
    var path = environment.get("PATH");
    environment.clear();
    if (path != null) environment.put("PATH", path);
    endpoint
        .environment()
        .forEach((name, value) -> environment.put(name, UserText.plain(value, user)));
    try {
      var wire = new StdioWire(builder.start(), json, redaction, log);
      Threads.startPlatform(wire::readAll);
      Threads.startPlatform(wire::writeAll);
      Threads.startPlatform(wire::logAll);
      return wire;
    } catch (IOException e) {
      throw new Failure(Kind.NOT_SENT, "the program does not start: " + e.getMessage(), e);
    }
  }

  @Override
  boolean isOpen() {
    return !over;
  }

  @Override
  void ready(String version) {}

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.deferContextual(
        context -> {
          var errand = Errand.of(context);
          return Mono.create(done -> send(message, errand, done));
        });
  }

  private void send(JSONRPCMessage message, @Nullable Errand errand, MonoSink<Void> done) {
    String line;
    try {
      line = json.writeValueAsString(message);
    } catch (IOException e) {
      done.error(new Failure(Kind.NOT_SENT, "the message cannot be written", e));
      return;
    }
    if (!(message instanceof McpSchema.JSONRPCRequest request)) {
      if (!out.offer(line)) log.write(Level.DEBUG, "the program reads nothing");
      done.success();
      return;
    }
    waiting.put(request.id(), done);
    // So that the notice of a cancelled request cannot come before it.
    synchronized (out) {
      if (errand != null && !errand.begins(() -> abandon(request))) {
        end(request.id(), new Failure(Kind.ABANDONED, "nobody waits for it"));
      } else if (over || !out.offer(line)) {
        end(request.id(), new Failure(Kind.NOT_SENT, "the program takes nothing"));
      }
    }
    if (over) endAll(ENDED);
  }

  private void end(Object request, Failure failure) {
    var done = waiting.remove(request);
    if (done != null) done.error(failure);
  }

  private void abandon(McpSchema.JSONRPCRequest request) {
    var done = waiting.remove(request.id());
    if (done == null) return;
    done.error(new Failure(Kind.ABANDONED, "nobody waits for it"));
    if (request.method().equals(McpSchema.METHOD_INITIALIZE)) return;
    try {
      var notice = json.writeValueAsString(cancelled(request.id()));
      synchronized (out) {
        if (!out.offer(notice)) log.write(Level.DEBUG, "the program reads nothing");
      }
    } catch (IOException e) {
      log.write(Level.DEBUG, "a cancelled call could not be told");
    }
  }

  private void writeAll() {
    try (var input = process.getOutputStream()) {
      for (var line = out.take(); !line.equals(END); line = out.take()) {
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
      }
    } catch (IOException | InterruptedException e) {
      log.write(Level.DEBUG, "the program takes nothing more: " + e);
    }
  }

  private void readAll() {
    try (var lines = reader(process.getInputStream())) {
      for (var line = line(lines, LONGEST_MESSAGE); line != null; ) {
        receive(line);
        line = line(lines, LONGEST_MESSAGE);
      }
    } catch (IOException e) {
      log.write(Level.DEBUG, "the program is not heard: " + e);
    } finally {
      over = true;
      endAll(ENDED);
      endOfMessages();
      process.destroy();
    }
  }

  private void receive(String line) {
    if (line.isBlank()) return;
    JSONRPCMessage message;
    try {
      message = read(line);
    } catch (IOException e) {
      log.write(Level.WARN, "the server wrote a line that is no message of the protocol");
      // Some programs log on their standard output; but what looks like an answer was one.
      if (line.contains("\"jsonrpc\"")) endAll("the server's answer cannot be read");
      return;
    }
    deliver(message);
    if (!(message instanceof McpSchema.JSONRPCResponse response)) return;
    var done = waiting.remove(response.id());
    if (done != null) done.success();
  }

  private void logAll() {
    try (var lines = reader(process.getErrorStream())) {
      for (var line = line(lines, LONGEST_WORDS); line != null; ) {
        log.write(Level.DEBUG, line);
        remember(line);
        line = line(lines, LONGEST_WORDS);
      }
    } catch (IOException e) {
      log.write(Level.DEBUG, "the program's log is not heard: " + e);
    }
  }

  private void remember(String line) {
    synchronized (lastWords) {
      if (lastWords.size() == LAST_WORDS) lastWords.removeFirst();
      lastWords.addLast(line);
    }
  }

  /** Returns the end of what the program wrote to its standard error. */
  String lastWords() {
    synchronized (lastWords) {
      return String.join(" | ", lastWords);
    }
  }

  private void endAll(String why) {
    for (var id : List.copyOf(waiting.keySet())) end(id, new Failure(Kind.CUT, why));
  }

  private void endOfMessages() {
    if (out.offer(END)) return;
    out.clear();
    out.add(END);
  }

  @Override
  void shut() {
    over = true;
    endAll(ENDED);
    var all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    // The end of its input asks a program to end.
    endOfMessages();
    try {
      if (!process.waitFor(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
        for (var each : all) each.destroy();
        process.waitFor(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (var each : all) each.destroyForcibly();
  }

  private static BufferedReader reader(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /** Reads a line; what is beyond the longest of it is left out. */
  private static @Nullable String line(BufferedReader in, int longest) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') return line.toString();
      if (line.length() < longest) line.append((char) c);
    }
    return line.isEmpty() ? null : line.toString();
  }
}
