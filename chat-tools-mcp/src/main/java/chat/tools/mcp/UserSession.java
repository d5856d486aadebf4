package chat.tools.mcp;

import chat.model.Caller;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.TurnEvent.Progress;
import chat.model.UserId;
import chat.tools.mcp.Failure.Kind;
import io.modelcontextprotocol.spec.McpError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Is what one user has with one server: at most one session of the protocol, opened when it is
 * needed, and what the server last offered. Nobody else's calls ever go through it.
 *
 * <p>The lock is held while a session is opened or a list is asked for, so that both happen once;
 * whoever waits for it can be interrupted.
 */
final class UserSession {
  private final RemoteServer server;
  private final UserId user;
  private final Outage outage;
  private final McpToolset.Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile long lastUsed;
  private volatile @Nullable Connection connection;
  private volatile @Nullable Offer offer;

  /** What the server offered first: what it adds or changes later is not what was consented to. */
  private @Nullable Listing first;

  /** Is a listing, and the tools of it as this user may call them. */
  private record Offer(Listing listing, List<Tool> tools) {}

  private record Ready(Connection connection, Listing listing) {}

  UserSession(RemoteServer server, UserId user, Outage outage, McpToolset.Time time) {
    this.server = server;
    this.user = user;
    this.outage = outage;
    this.time = time;
    this.lastUsed = time.nanos().getAsLong();
  }

  /** Returns the tools as far as that takes no question; null if the server must be asked. */
  @Nullable List<Tool> toolsAtHand() {
    touch();
    if (outage.isOn()) return List.of();
    var live = connection;
    var known = offer;
    if (live == null || known == null || !live.isOpen() || live.isStale()) return null;
    return known.tools();
  }

  /** Asks for the tools; none while the server is down. */
  List<Tool> tools(Caller caller) throws InterruptedException {
    try {
      ready(server.bearer(caller));
    } catch (Failure e) {
      var known = offer;
      // Without a token they can be seen and not called, which the model is told by the call.
      if (e.kind() == Kind.UNAUTHORIZED && known != null) return known.tools();
      server.log.debug("no tools: {}", e.why());
      return List.of();
    }
    var fresh = offer;
    return fresh == null ? List.of() : fresh.tools();
  }

  /** Says why a tool is not offered, as the result of its call. */
  ToolResult absence(Caller caller) {
    if (server.wantsCredentials() && !server.hasGoodToken(caller)) {
      return failed(new Failure(Kind.UNAUTHORIZED, "no token"));
    }
    if (connection == null || outage.isOn()) return failed(new Failure(Kind.REFUSED, "absent"));
    return ToolResult.error("unknown_tool", "The server has no such tool.");
  }

  /** Calls a tool, a second time only if the first did nothing or may be repeated. */
  ToolResult call(Caller caller, Tool tool, Json arguments, Consumer<Progress> progress)
      throws InterruptedException {
    calls.incrementAndGet();
    try {
      touch();
      try {
        return callOnce(caller, tool, arguments, progress);
      } catch (Failure e) {
        if (server.isClosing() || !mayRepeat(e, tool)) throw e;
        server.log.debug("a call is repeated: {}", e.why());
        return callOnce(caller, tool, arguments, progress);
      }
    } catch (Failure e) {
      if (e.kind() == Kind.NOT_SENT) outage.failed(e.why());
      return failed(e);
    } catch (McpError e) {
      return ToolResult.error("tool_error", String.valueOf(e.getMessage()));
    } finally {
      touch();
      calls.decrementAndGet();
    }
  }

  private ToolResult callOnce(Caller caller, Tool tool, Json arguments, Consumer<Progress> progress)
      throws InterruptedException {
    var bearer = server.bearer(caller);
    var ready = ready(bearer);
    var entry = ready.listing().named(tool.name());
    if (entry == null) {
      return ToolResult.error("unknown_tool", "The server has no such tool any more.");
    }
    if (!entry.tool().revision().equals(tool.revision())) {
      return ToolResult.error(
          "tool_changed", "The tool is no longer what it was when it was offered.");
    }
    var refusal = server.schemas.refusal(tool, arguments);
    if (refusal != null) return refusal;
    return Results.of(
        ready.connection().call(entry.remote(), arguments, bearer, tool.timeout(), progress));
  }

  private boolean mayRepeat(Failure failure, Tool tool) {
    return switch (failure.kind()) {
      case NOT_SENT, SESSION_LOST -> true;
      case UNAUTHORIZED -> server.renews(user);
      case CUT -> tool.repeatable();
      case REFUSED, FULL, TIMED_OUT, ABANDONED -> false;
    };
  }

  /** Says it to the model; what only an operator should read is logged. */
  private ToolResult failed(Failure failure) {
    server.log.debug("a call failed: {}", failure.why());
    return switch (failure.kind()) {
      case UNAUTHORIZED ->
          server.wantsCredentials()
              ? ToolResult.error(
                  "credentials_expired",
                  "The user has to sign in again before this tool can be used.")
              : ToolResult.error("unavailable", "The tool's server refuses us.");
      case NOT_SENT, SESSION_LOST, FULL ->
          ToolResult.error("unavailable", "The tool's server cannot be reached; nothing was done.");
      case REFUSED ->
          ToolResult.error("unavailable", "The tool's server refused the call; nothing was done.");
      case CUT, ABANDONED ->
          ToolResult.error("interrupted", "The call was cut off; its effect is unknown.");
      case TIMED_OUT ->
          ToolResult.error("timeout", "The tool did not answer in time; its effect is unknown.");
    };
  }

  /** Makes sure of a session and of what the server offers now. */
  private Ready ready(@Nullable String bearer) throws InterruptedException {
    var live = connection;
    var known = offer;
    if (live != null && known != null && live.isOpen() && !live.isStale()) {
      return new Ready(live, known.listing());
    }
    lock.lockInterruptibly();
    try {
      if (outage.isOn()) throw new Failure(Kind.REFUSED, "the server is down");
      try {
        return connected(bearer);
      } catch (Failure e) {
        if (e.kind() != Kind.SESSION_LOST) throw e;
        return connected(bearer);
      }
    } catch (McpError e) {
      outage.failed("it does not say what it offers");
      throw new Failure(Kind.REFUSED, "the server does not say what it offers", e);
    } catch (Failure e) {
      switch (e.kind()) {
        case NOT_SENT, CUT, REFUSED, SESSION_LOST -> outage.failed(e.why());
        case TIMED_OUT -> {
          outage.failed(e.why());
          drop();
        }
        case UNAUTHORIZED -> {
          if (!server.wantsCredentials()) outage.failed(e.why());
        }
        case FULL, ABANDONED -> {}
      }
      // Nothing was called yet, whatever became of the handshake.
      throw e.kind() == Kind.UNAUTHORIZED ? e : new Failure(Kind.REFUSED, e.why(), e);
    } finally {
      lock.unlock();
    }
  }

  private Ready connected(@Nullable String bearer) throws InterruptedException {
    var live = connection;
    if (live != null && !live.isOpen()) {
      drop();
      live = null;
    }
    if (live == null) {
      live = server.open(user, bearer);
      connection = live;
    }
    var known = offer;
    if (known == null || live.isStale()) {
      known = offer(server.listing(live.tools(bearer)));
      offer = known;
    }
    outage.over();
    return new Ready(live, known.listing());
  }

  private Offer offer(Listing listing) {
    var consented = first == null ? listing : first;
    first = consented;
    var tools = listing.entries().stream().map(entry -> asConsented(entry, consented)).toList();
    return new Offer(listing, tools);
  }

  private Tool asConsented(Listing.Entry entry, Listing consented) {
    var tool = entry.tool();
    if (tool.run() != Tool.Run.FREELY || entry.pinned()) return tool;
    if (tool.revision().equals(consented.revisionOf(tool.name()))) return tool;
    server.warnOnce(
        "tool %s is not what it was at first, and asks from now on; revision %s"
            .formatted(tool.name(), tool.revision()));
    return new Tool(
        tool.name(),
        tool.server(),
        tool.description(),
        tool.inputSchema(),
        Tool.Run.AFTER_APPROVAL,
        tool.repeatable(),
        tool.timeout(),
        tool.revision());
  }

  private void drop() {
    var live = connection;
    connection = null;
    if (live != null) server.closed(live);
  }

  private void touch() {
    lastUsed = time.nanos().getAsLong();
  }

  private boolean isInUse() {
    return calls.get() > 0 || lock.isLocked();
  }

  boolean isUnusedFor(Duration time) {
    return !isInUse() && idleNanos() >= time.toNanos();
  }

  /** Tells whether there is a session that nobody needs at the moment. */
  boolean isIdle() {
    return connection != null && !isInUse();
  }

  long idleNanos() {
    return time.nanos().getAsLong() - lastUsed;
  }

  /** Closes the session if nobody needs it; what was offered stays known. */
  void close() {
    if (!lock.tryLock()) return;
    try {
      // A call that begins from here on waits for the lock, and opens another.
      if (calls.get() == 0) drop();
    } finally {
      lock.unlock();
    }
  }
}
