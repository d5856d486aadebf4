package chat.app;

import chat.app.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.LoggerFactory;

/**
 * Is a PgBouncer in transaction mode before a database: each transaction may get another
 * connection. Where it is not installed, the test that starts one is skipped, and says so.
 */
final class PgBouncer implements AutoCloseable {
  private final Process process;
  private final int port;

  private PgBouncer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one through which everybody is the owner of the tables. */
  static PgBouncer before(EmbeddedPostgres postgres, Path folder) throws IOException {
    var at = URI.create(postgres.url().substring("jdbc:".length()));
    var owner = postgres.owner();
    int port = freePort();
    // It does not run as root; as anybody else it cannot change who it is.
    boolean root = System.getProperty("user.name").equals("root");
    var settings =
        """
        [databases]
        chat = host=127.0.0.1 port=%d dbname=%s user=%s password=%s
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = 4
        %s
        """
            .formatted(
                at.getPort(),
                at.getPath().substring(1),
                owner.user(),
                owner.password(),
                port,
                root ? "user = nobody" : "");
    var file = Files.writeString(folder.resolve("pgbouncer.ini"), settings);
    var bouncer = new PgBouncer(launched(file), port);
    Awaitility.await().ignoreExceptions().until(bouncer::listens);
    return bouncer;
  }

  private static Process launched(Path settings) {
    try {
      return new ProcessBuilder("pgbouncer", "--quiet", settings.toString())
          .redirectErrorStream(true)
          .redirectOutput(settings.resolveSibling("pgbouncer.log").toFile())
          .start();
    } catch (IOException e) {
      var line = "pgbouncer is not installed: NOT TESTED is a transaction pooler";
      LoggerFactory.getLogger(PgBouncer.class).error(line);
      Assumptions.abort(line);
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean listens() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  /** Returns the database as one URL through it, with nothing past it. */
  Database database() {
    // This one keeps no prepared statements.
    var url = "jdbc:postgresql://127.0.0.1:" + port + "/chat?prepareThreshold=0";
    var through = new DatabaseUrl(url, "anybody", "nothing");
    return new Database(through, through, null, false);
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
