package chat.app;

import chat.app.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between the server and a database, and can be shut: then nobody gets through. */
final class Gate implements AutoCloseable {
  private final int target;
  private final ServerSocket listening;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean shut;

  private Gate(int target) throws IOException {
    this.target = target;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::accept);
  }

  static Gate before(EmbeddedPostgres postgres) throws IOException {
    return new Gate(addressOf(postgres).getPort());
  }

  private static URI addressOf(EmbeddedPostgres postgres) {
    return URI.create(postgres.url().substring("jdbc:".length()));
  }

  /** Returns what makes a server use the database through this gate, and its owner past it. */
  Map<String, String> settings(EmbeddedPostgres postgres) {
    return Map.of(
        "CHAT_DATABASE_URL", url(postgres, postgres.server(), listening.getLocalPort()),
        "CHAT_DATABASE_DIRECT_URL", url(postgres, postgres.owner(), target));
  }

  private static String url(EmbeddedPostgres postgres, EmbeddedPostgres.Login login, int port) {
    return "postgresql://%s:%s@127.0.0.1:%d%s"
        .formatted(login.user(), login.password(), port, addressOf(postgres).getPath());
  }

  /** Cuts everyone off, and lets nobody in. */
  void shut() throws IOException {
    shut = true;
    for (var socket : sockets) socket.close();
  }

  void open() {
    shut = false;
  }

  private void accept() {
    try {
      while (true) {
        var client = listening.accept();
        if (shut) {
          client.close();
          continue;
        }
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(server);
        Thread.ofPlatform().daemon().start(() -> carry(client, server));
        Thread.ofPlatform().daemon().start(() -> carry(server, client));
      }
    } catch (IOException e) {
      // The gate is closed for good.
    }
  }

  private void carry(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Cut off.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    shut();
  }
}
