package chat.tools.mcp;

import chat.model.Caller;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.TurnEvent.Progress;
import chat.port.Toolset;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Has the tools of MCP servers. Each user has sessions of their own with each server, opened when
 * they first need them and closed when they have been idle for a while; calls carry the identity
 * that the server's description asks for, and nobody else's.
 *
 * <p>A server that is down has no tools until it is back; all others go on. Closing a toolset ends
 * all sessions.
 */
public final class McpToolset implements Toolset, AutoCloseable {
  private static final Duration IDLE = Duration.ofMinutes(5);
  private static final Duration SWEEP = Duration.ofSeconds(30);

  /** How long a turn waits for servers to say what they have. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ObjectMapper json =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Wire.LONGEST_MESSAGE).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private final Map<String, RemoteServer> servers = new LinkedHashMap<>();
  private final Schemas schemas = new Schemas(json);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Duration idle;

  /** Is the time of day, for what expires, and the time that passes, for what is idle. */
  record Time(InstantSource clock, LongSupplier nanos) {
    static final Time REAL = new Time(InstantSource.system(), System::nanoTime);
  }

  /**
   * Speaks to no server yet.
   *
   * @throws IllegalArgumentException if two servers have the same name
   */
  public McpToolset(List<McpServer> servers) {
    this(servers, IDLE, Time.REAL);
    Threads.start(this::sweepNowAndThen);
  }

  /** Closes idle sessions only when {@link #sweep} is called. */
  McpToolset(List<McpServer> servers, Duration idle, Time time) {
    this.idle = idle;
    var names = new HashSet<String>();
    for (var server : servers) {
      if (!names.add(server.name())) {
        throw new IllegalArgumentException("two servers have the name " + server.name());
      }
      var slug = Names.server(server.name(), this.servers.keySet());
      this.servers.put(slug, new RemoteServer(server, slug, schemas, json, time));
    }
  }

  @Override
  public List<Tool> tools(Caller caller) {
    var known = new HashMap<RemoteServer, List<Tool>>();
    var asked = new HashMap<RemoteServer, CompletableFuture<List<Tool>>>();
    for (var server : servers.values()) {
      var session = server.of(caller.user());
      var tools = session.toolsAtHand();
      if (tools != null) known.put(server, tools);
      else asked.put(server, ask(session, caller));
    }
    collect(asked, known);
    var all = new ArrayList<Tool>();
    for (var server : servers.values()) all.addAll(known.getOrDefault(server, List.of()));
    return List.copyOf(all);
  }

  private static CompletableFuture<List<Tool>> ask(UserSession session, Caller caller) {
    var answer = new CompletableFuture<List<Tool>>();
    Threads.start(
        () -> {
          try {
            answer.complete(session.tools(caller));
          } catch (InterruptedException | RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  /** Waits a while for those asked; who is late is heard the next time. */
  private static void collect(
      Map<RemoteServer, CompletableFuture<List<Tool>>> asked, Map<RemoteServer, List<Tool>> known) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (var entry : asked.entrySet()) {
      var server = entry.getKey();
      try {
        long left = Math.max(end - System.nanoTime(), 0);
        known.put(server, entry.getValue().get(left, TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        server.lines.write(Level.WARN, "it takes long to say what it has; a turn goes on without");
      } catch (ExecutionException e) {
        server.log.warn("the MCP server's tools could not be had", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public @Nullable ToolResult refusal(Tool tool, Json arguments) {
    return schemas.refusal(tool, arguments);
  }

  @Override
  public ToolResult absence(Caller caller, String name) {
    var server = servers.get(Names.serverOf(name));
    if (server == null) return Toolset.super.absence(caller, name);
    return server.of(caller.user()).absence(caller);
  }

  @Override
  public ToolResult call(Caller caller, Tool tool, Json arguments, Consumer<Progress> progress) {
    var server = servers.get(Names.serverOf(tool.name()));
    if (server == null) return Toolset.super.absence(caller, tool.name());
    try {
      return server.of(caller.user()).call(caller, tool, arguments, progress);
    } catch (InterruptedException e) {
      return ToolResult.error("interrupted", "The call was given up; its effect is unknown.");
    }
  }

  private void sweepNowAndThen() {
    try {
      while (!closed.await(SWEEP.toMillis(), TimeUnit.MILLISECONDS)) sweep();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes the sessions that have been idle for too long. */
  void sweep() {
    for (var server : servers.values()) server.sweep(idle);
  }

  @Override
  public void close() {
    closed.countDown();
    var closing = servers.values().stream().map(each -> Threads.start(each::close)).toList();
    try {
      for (var thread : closing) thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
