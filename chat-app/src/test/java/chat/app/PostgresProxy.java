package chat.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a server and PostgreSQL, understands what is sent, and can cut it off, hold it, or
 * lose what is answered.
 */
final class PostgresProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final Set<PostgresLink> links = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable CaughtFlush> trap = new AtomicReference<>();
  private volatile int target;
  private volatile boolean shut;

  PostgresProxy(int target) throws IOException {
    this.target = target;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("proxy").start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Leads to another port from now on. */
  void target(int port) {
    target = port;
  }

  /** Cuts everyone off, and lets nobody in. */
  void shut() {
    shut = true;
    cut();
  }

  void open() {
    shut = false;
  }

  /** Cuts everyone off. */
  void cut() {
    for (var link : links) link.close();
  }

  /** Lies in wait for the next flush of that kind, once. */
  CaughtFlush catchNext(Predicate<Flush> wanted) {
    var caught = new CaughtFlush(wanted);
    trap.set(caught);
    return caught;
  }

  private void accept() {
    try {
      while (true) {
        var client = listening.accept();
        if (shut) client.close();
        else connect(client);
      }
    } catch (IOException e) {
      // Closed for good.
    }
  }

  private void connect(Socket client) throws IOException {
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException nobodyListens) {
      client.close();
      return;
    }
    var link = new PostgresLink(client, server, this::trapped);
    links.add(link);
    link.start(() -> links.remove(link));
    if (shut) link.close();
  }

  private @Nullable CaughtFlush trapped(Flush flush) {
    var set = trap.get();
    return set != null && set.wants(flush) && trap.compareAndSet(set, null) ? set : null;
  }

  @Override
  public void close() throws IOException {
    listening.close();
    shut();
  }
}
