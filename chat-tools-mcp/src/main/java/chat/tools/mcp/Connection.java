package chat.tools.mcp;

import chat.model.Json;
import chat.model.TurnEvent.Progress;
import chat.tools.mcp.Failure.Kind;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientSession;
import io.modelcontextprotocol.spec.McpClientSession.NotificationHandler;
import io.modelcontextprotocol.spec.McpClientSession.RequestHandler;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import reactor.core.publisher.Mono;

/**
 * Is a session of the protocol with one server, for one user: shakes hands, lists, calls. What the
 * server asks of a client's model or user is declined.
 */
final class Connection {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Some programs are downloaded when they are started for the first time. */
  private static final Duration PATIENCE_WITH_A_PROGRAM = Duration.ofSeconds(60);

  /** Is for all of a list. */
  private static final Duration PATIENCE_WITH_A_LIST = Duration.ofSeconds(15);

  private static final int LONGEST_LIST = 8 << 20;
  private static final int MOST_PAGES = 50;
  private static final int MOST_TOOLS = 1000;

  /** Bounds what the SDK waits for by itself; what we wait for is bounded here. */
  private static final Duration NEVER = Duration.ofDays(1);

  private static final TypeRef<Object> ANYTHING = new TypeRef<>() {};
  private static final String CLIENT = "chat";

  private final Wire wire;
  private final ObjectMapper json;
  private final ServerLog log;
  private final McpClientSession session;
  private final Map<Object, ProgressTeller> calls = new ConcurrentHashMap<>();
  private volatile boolean stale = true;

  private Connection(Wire wire, ObjectMapper json, ServerLog log) {
    this.wire = wire;
    this.json = json;
    this.log = log;
    this.session =
        new McpClientSession(NEVER, wire, requests(), notifications(), connected -> connected);
  }

  /**
   * Shakes hands.
   *
   * @throws Failure if that comes to nothing; the wire is shut then
   */
  static Connection open(Wire wire, @Nullable String bearer, ObjectMapper json, ServerLog log)
      throws InterruptedException {
    var connection = new Connection(wire, json, log);
    try {
      connection.initialize(bearer);
      return connection;
    } catch (McpError e) {
      Threads.start(wire::shut);
      throw new Failure(Kind.REFUSED, "the server declines to begin: " + e.getMessage(), e);
    } catch (InterruptedException | RuntimeException e) {
      Threads.start(wire::shut);
      throw e;
    }
  }

  private void initialize(@Nullable String bearer) throws InterruptedException {
    var latest = Wire.VERSIONS.get(Wire.VERSIONS.size() - 1);
    var capabilities = McpSchema.ClientCapabilities.builder().build();
    var hello =
        McpSchema.InitializeRequest.builder(
                latest, capabilities, McpSchema.Implementation.builder(CLIENT, "1").build())
            .build();
    var patience = wire instanceof StdioWire ? PATIENCE_WITH_A_PROGRAM : PATIENCE;
    var reply = request(McpSchema.METHOD_INITIALIZE, hello, bearer, patience);
    var version = reply.path("protocolVersion").asText();
    if (!Wire.VERSIONS.contains(version)) {
      throw new Failure(Kind.REFUSED, "the server speaks another revision of the protocol");
    }
    var errand = new Errand(bearer);
    await(
        session
            .sendNotification(McpSchema.METHOD_NOTIFICATION_INITIALIZED, Map.of())
            .contextWrite(errand::in),
        errand,
        PATIENCE);
    wire.ready(version);
  }

  boolean isOpen() {
    return wire.isOpen();
  }

  /** Tells whether the server said that its tools are others now, or none were asked for yet. */
  boolean isStale() {
    return stale;
  }

  Wire wire() {
    return wire;
  }

  /** Asks for all tools. */
  List<JsonNode> tools(@Nullable String bearer) throws InterruptedException {
    // Before the question: what changes meanwhile is asked for again.
    stale = false;
    try {
      return pages(bearer);
    } catch (RuntimeException | InterruptedException e) {
      stale = true;
      throw e;
    }
  }

  private List<JsonNode> pages(@Nullable String bearer) throws InterruptedException {
    var tools = new ArrayList<JsonNode>();
    long end = System.nanoTime() + PATIENCE_WITH_A_LIST.toNanos();
    long length = 0;
    String cursor = null;
    for (int page = 0; page < MOST_PAGES; page++) {
      var params = cursor == null ? Map.of() : Map.of("cursor", cursor);
      var left = Duration.ofNanos(Math.max(end - System.nanoTime(), 1));
      var reply = request(McpSchema.METHOD_TOOLS_LIST, params, bearer, left);
      for (var tool : reply.path("tools")) {
        length += tool.toString().length();
        if (tools.size() < MOST_TOOLS && length < LONGEST_LIST) tools.add(tool);
      }
      cursor = reply.path("nextCursor").asText("");
      if (cursor.isEmpty() || tools.size() == MOST_TOOLS || length >= LONGEST_LIST) return tools;
    }
    log.write(Level.WARN, "the server has too many tools; the first are used");
    return tools;
  }

  /**
   * Calls a tool. An interrupt abandons the call, and the server is told.
   *
   * @throws McpError if the server answers with an error of the protocol
   */
  JsonNode call(
      String tool,
      Json arguments,
      @Nullable String bearer,
      Duration timeout,
      Consumer<Progress> progress)
      throws InterruptedException {
    var token = UUID.randomUUID().toString();
    var call =
        new McpSchema.CallToolRequest(tool, members(arguments), Map.of("progressToken", token));
    calls.put(token, new ProgressTeller(progress));
    try {
      return request(McpSchema.METHOD_TOOLS_CALL, call, bearer, timeout);
    } finally {
      calls.remove(token);
    }
  }

  private Map<String, Object> members(Json arguments) {
    try {
      return json.readValue(arguments.text(), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("arguments that are no object", e);
    }
  }

  private JsonNode request(String method, Object params, @Nullable String bearer, Duration patience)
      throws InterruptedException {
    var errand = new Errand(bearer);
    var reply = session.sendRequest(method, params, ANYTHING).contextWrite(errand::in);
    return json.valueToTree(await(reply, errand, patience));
  }

  private static <T> @Nullable T await(Mono<T> reply, Errand errand, Duration patience)
      throws InterruptedException {
    var future = reply.toFuture();
    try {
      return future.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      errand.abandon();
      throw e;
    } catch (TimeoutException e) {
      errand.abandon();
      throw new Failure(Kind.TIMED_OUT, "the server does not answer in time", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) throw failure;
      if (e.getCause() instanceof McpError error) throw error;
      throw new Failure(Kind.CUT, "the request failed", e);
    }
  }

  private static Map<String, RequestHandler<?>> requests() {
    return Map.of(
        McpSchema.METHOD_PING,
        params -> Mono.just(Map.of()),
        McpSchema.METHOD_ELICITATION_CREATE,
        params -> Mono.just(Map.of("action", "decline")),
        McpSchema.METHOD_SAMPLING_CREATE_MESSAGE,
        params ->
            Mono.error(McpError.builder(-1).message("User rejected sampling request").build()),
        McpSchema.METHOD_ROOTS_LIST,
        params -> Mono.just(Map.of("roots", List.of())));
  }

  private Map<String, NotificationHandler> notifications() {
    NotificationHandler ignored = params -> Mono.empty();
    return Map.of(
        McpSchema.METHOD_NOTIFICATION_TOOLS_LIST_CHANGED,
        params -> Mono.fromRunnable(() -> stale = true),
        McpSchema.METHOD_NOTIFICATION_PROGRESS,
        params -> Mono.fromRunnable(() -> progress(json.valueToTree(params))),
        McpSchema.METHOD_NOTIFICATION_MESSAGE,
        params -> Mono.fromRunnable(() -> log.write(json.valueToTree(params))),
        McpSchema.METHOD_NOTIFICATION_RESOURCES_LIST_CHANGED,
        ignored,
        McpSchema.METHOD_NOTIFICATION_RESOURCES_UPDATED,
        ignored,
        McpSchema.METHOD_NOTIFICATION_PROMPTS_LIST_CHANGED,
        ignored,
        McpSchema.METHOD_NOTIFICATION_ELICITATION_COMPLETE,
        ignored,
        Wire.CANCELLED,
        ignored);
  }

  private void progress(JsonNode params) {
    var teller = calls.get(params.path("progressToken").asText());
    if (teller != null) teller.tell(params);
  }
}
