package chat.tools.mcp;

import chat.model.Caller;
import chat.model.UserId;
import chat.tools.mcp.Failure.Kind;
import chat.tools.mcp.McpServer.Endpoint;
import chat.tools.mcp.McpServer.Identity;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Is one server with the sessions of its users, which share nothing but the way to it. */
final class RemoteServer {
  private static final Duration FORGOTTEN = Duration.ofDays(1);
  private static final Duration PLACE = Duration.ofSeconds(5);
  private static final int LISTINGS = 32;
  private static final int WARNED = 1000;

  final McpServer settings;
  final String slug;
  final Logger log;
  final ServerLog lines;
  final Schemas schemas;
  private final Outage outage;
  private final ObjectMapper json;
  private final McpJsonMapper messages;
  private final OkHttpClient client = HttpWire.client();
  private final @Nullable TokenExchange exchange;
  private final McpToolset.Time time;
  private final Semaphore free;
  private final Map<UserId, UserSession> users = new ConcurrentHashMap<>();
  private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
  private final Set<String> warned = ConcurrentHashMap.newKeySet();
  private final Deque<Listing> listings = new ArrayDeque<>();
  private volatile boolean closing;

  RemoteServer(
      McpServer settings, String slug, Schemas schemas, ObjectMapper json, McpToolset.Time time) {
    this.settings = settings;
    this.slug = slug;
    this.schemas = schemas;
    this.log = LoggerFactory.getLogger("chat.mcp." + slug);
    this.lines = new ServerLog(log, time.nanos());
    this.outage = new Outage(log, time);
    this.json = json;
    this.messages = new JacksonMcpJsonMapper(json);
    this.time = time;
    this.free = new Semaphore(settings.sessions());
    this.exchange =
        identity() instanceof Identity.Exchange how
            ? new TokenExchange(how, client, json, time.clock(), log)
            : null;
  }

  private Identity identity() {
    return settings.endpoint() instanceof Endpoint.Http http
        ? http.identity()
        : new Identity.None();
  }

  UserSession of(UserId user) {
    return users.computeIfAbsent(user, id -> new UserSession(this, id, outage(), time));
  }

  /** Says of a server when to try it again; programs are each user's own. */
  private Outage outage() {
    return settings.endpoint() instanceof Endpoint.Stdio ? new Outage(log, time) : outage;
  }

  /** Tells whether it makes a difference to the server who asks. */
  boolean wantsCredentials() {
    return !(identity() instanceof Identity.None);
  }

  /**
   * Returns the token that speaks for this caller; null where the server is asked in nobody's name.
   *
   * @throws Failure {@code UNAUTHORIZED} if there is none that is still good
   */
  @Nullable String bearer(Caller caller) {
    if (!wantsCredentials()) return null;
    var own = own(caller);
    return exchange == null ? own : exchange.token(caller, own);
  }

  /** Returns the caller's own token, if it is still good. */
  private String own(Caller caller) {
    var bearer = caller.bearer();
    if (bearer == null || !hasGoodToken(caller)) {
      throw new Failure(Kind.UNAUTHORIZED, "the caller has no token that is still good");
    }
    return bearer;
  }

  boolean hasGoodToken(Caller caller) {
    var expiry = caller.expiresAt();
    return caller.bearer() != null && (expiry == null || time.clock().instant().isBefore(expiry));
  }

  /** Drops a token that the server did not take; tells whether there may be another one. */
  boolean renews(UserId user) {
    if (exchange == null) return false;
    exchange.forget(user);
    return true;
  }

  boolean isClosing() {
    return closing;
  }

  /** Opens a session for a user; it takes a place until {@link #closed}. */
  Connection open(UserId user, @Nullable String bearer) throws InterruptedException {
    takePlace();
    boolean opened = false;
    Wire wire = null;
    try {
      wire = wire(user);
      wires.add(wire);
      if (closing) throw new Failure(Kind.ABANDONED, "the toolset is closed");
      var connection = Connection.open(wire, bearer, json, lines);
      opened = true;
      return connection;
    } catch (Failure e) {
      var words = wire instanceof StdioWire stdio ? stdio.lastWords() : "";
      throw words.isEmpty() ? e : new Failure(e.kind(), e.why() + "; its last words: " + words, e);
    } finally {
      if (!opened) leave(wire);
    }
  }

  private void takePlace() throws InterruptedException {
    if (free.tryAcquire()) return;
    users.values().stream()
        .filter(UserSession::isIdle)
        .max(Comparator.comparingLong(UserSession::idleNanos))
        .ifPresent(UserSession::close);
    if (free.tryAcquire(PLACE.toNanos(), TimeUnit.NANOSECONDS)) return;
    lines.write(Level.WARN, "too many sessions at once; a user goes without");
    throw new Failure(Kind.FULL, "too many sessions at once");
  }

  private void leave(@Nullable Wire wire) {
    if (wire == null) {
      free.release();
      return;
    }
    Threads.start(
        () -> {
          try {
            wire.shut();
          } finally {
            wires.remove(wire);
            free.release();
          }
        });
  }

  /** A session is over, and lets another one be. */
  void closed(Connection connection) {
    leave(connection.wire());
  }

  private Wire wire(UserId user) {
    return switch (settings.endpoint()) {
      case Endpoint.Stdio stdio ->
          StdioWire.start(stdio, user, messages, new Redaction(Map.of()), lines);
      case Endpoint.Http http ->
          new HttpWire(http, user, client, messages, new Redaction(http.headers()), lines);
    };
  }

  /** Makes of what the server lists what users are offered: most are offered the same. */
  Listing listing(List<JsonNode> tools) {
    var listing = Listing.of(settings, slug, tools, lines);
    synchronized (listings) {
      for (var known : listings) {
        if (known.equals(listing)) return known;
      }
      if (listings.size() == LISTINGS) listings.removeFirst();
      listings.addLast(listing);
    }
    for (var rule : settings.tools().keySet()) {
      boolean fits = listing.entries().stream().anyMatch(entry -> entry.remote().equals(rule));
      if (!fits) warnOnce("there is a rule for a tool that the server has not: " + rule);
    }
    return listing;
  }

  void warnOnce(String words) {
    if (warned.size() < WARNED && warned.add(words)) log.warn("{}", ServerLog.line(words));
  }

  /** Closes what nobody has used for so long. */
  void sweep(Duration idle) {
    users.forEach(
        (user, session) -> {
          if (session.isUnusedFor(idle)) {
            session.close();
            if (exchange != null) exchange.forget(user);
          }
        });
    users.values().removeIf(session -> session.isUnusedFor(FORGOTTEN));
  }

  /** Ends all sessions, also those that are about to begin, and waits for it a little. */
  void close() {
    closing = true;
    var ending = new ArrayList<Thread>();
    for (var wire : wires) ending.add(Threads.start(wire::shut));
    try {
      for (var thread : ending) thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.connectionPool().evictAll();
  }
}
