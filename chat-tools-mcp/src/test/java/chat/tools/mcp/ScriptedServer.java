package chat.tools.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Is an MCP server over Streamable HTTP that does what a script says, keeps what it was asked, and
 * takes {@code token-of-NAME} for NAME. Its faults are a handler that goes before its own.
 */
final class ScriptedServer implements AutoCloseable {
  private static final String TOKEN = "Bearer token-of-";
  private static final String SESSION = "Mcp-Session-Id";
  private static final byte[] NOTHING = {};

  final ToolScript script;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<String> sessions = ConcurrentHashMap.newKeySet();
  private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
  private volatile Fault fault = (request, exchange) -> false;

  /** Is one request. */
  record Request(
      String httpMethod,
      JsonNode body,
      Map<String, List<String>> headers,
      @Nullable String session,
      String user) {
    String method() {
      return body.path("method").asText();
    }

    @Nullable String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> header.getValue().get(0))
          .findFirst()
          .orElse(null);
    }
  }

  private record Listener(OutputStream out, CountDownLatch over) {}

  /** Answers in the server's place, or says no. */
  @FunctionalInterface
  interface Fault {
    boolean answers(Request request, HttpExchange exchange) throws Exception;
  }

  ScriptedServer(ToolScript script) throws IOException {
    this(script, 0);
  }

  ScriptedServer(ToolScript script, int port) throws IOException {
    this.script = script;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/mcp", this::handle);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port() + "/mcp");
  }

  int port() {
    return server.getAddress().getPort();
  }

  void fault(Fault fault) {
    this.fault = fault;
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  List<Request> requests(String method) {
    return requests.stream().filter(request -> request.method().equals(method)).toList();
  }

  /** Forgets all sessions, as a restart does. */
  void forget() {
    sessions.clear();
    for (var session : List.copyOf(listeners.keySet())) leave(session);
  }

  int listeners() {
    return listeners.size();
  }

  /** Says something unasked to all who listen. */
  void say(JsonNode message) throws IOException {
    for (var listener : listeners.values()) write(listener.out(), event(message));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      var authorization = exchange.getRequestHeaders().getFirst("Authorization");
      var user =
          authorization != null && authorization.startsWith(TOKEN)
              ? authorization.substring(TOKEN.length())
              : "";
      var request =
          new Request(
              exchange.getRequestMethod(),
              body.length == 0 ? ToolScript.JSON.missingNode() : ToolScript.JSON.readTree(body),
              Map.copyOf(exchange.getRequestHeaders()),
              exchange.getRequestHeaders().getFirst(SESSION),
              user);
      requests.add(request);
      if (!fault.answers(request, exchange)) answer(request, exchange);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Answers as a server does that has no faults. */
  void answer(Request request, HttpExchange exchange) throws Exception {
    boolean hello = request.method().equals("initialize");
    var session = request.session();
    if (!hello && (session == null || !sessions.contains(session))) {
      end(exchange, session == null ? 400 : 404);
      return;
    }
    switch (request.httpMethod()) {
      case "DELETE" -> {
        sessions.remove(session);
        leave(String.valueOf(session));
        end(exchange, 200);
      }
      case "GET" -> listen(String.valueOf(session), exchange);
      default -> {
        if (hello) {
          var id = UUID.randomUUID().toString();
          sessions.add(id);
          exchange.getResponseHeaders().set(SESSION, id);
        }
        var answer = script.answer(request.body(), request.user());
        if (answer == null) end(exchange, 202);
        else json(exchange, answer.toString());
      }
    }
  }

  private void listen(String session, HttpExchange exchange)
      throws IOException, InterruptedException {
    var listener = new Listener(stream(exchange), new CountDownLatch(1));
    listeners.put(session, listener);
    // The exchange ends when the session does, or the server.
    listener.over().await();
  }

  /** Begins a stream of events. */
  static OutputStream stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    var out = exchange.getResponseBody();
    write(out, ": hello\n\n");
    return out;
  }

  static String event(JsonNode message) {
    return "event: message\ndata: " + message + "\n\n";
  }

  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  static void json(HttpExchange exchange, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    var body = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  static void end(HttpExchange exchange, int code) throws IOException {
    exchange.sendResponseHeaders(code, -1);
    exchange.getResponseBody().write(NOTHING);
  }

  private void leave(String session) {
    var listener = listeners.remove(session);
    if (listener != null) listener.over().countDown();
  }

  @Override
  public void close() {
    for (var session : List.copyOf(listeners.keySet())) leave(session);
    server.stop(0);
    threads.shutdownNow();
  }
}
