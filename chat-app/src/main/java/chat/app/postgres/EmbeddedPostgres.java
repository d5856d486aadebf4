package chat.app.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import chat.app.folder.DataFolder;
import chat.app.folder.DataLock;
import chat.app.folder.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Is a PostgreSQL of our own in the data folder, as durable as any: what is committed survives a
 * crash of this process, of PostgreSQL and of the machine. Only this machine reaches it, only with
 * a password.
 *
 * <p>It is no child of the terminal: Ctrl-C reaches the server alone, which closes this when it no
 * longer needs it. It lives on when the server is killed; the next start ends it and starts anew.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Duration INITDB_LIMIT = Duration.ofMinutes(2);
  private static final int START_SECONDS = 120;
  private static final int STOP_SECONDS = 20;
  private static final int PORT_ATTEMPTS = 3;
  private static final long LOG_LIMIT = 10_000_000;

  private final DataLock lock;
  private final Programs programs;
  private final Path cluster;
  private final Logins logins;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedPostgres(DataLock lock, Programs programs, Path cluster, Logins logins) {
    this.lock = lock;
    this.programs = programs;
    this.cluster = cluster;
    this.logins = logins;
  }

  /**
   * Starts it, and makes it first if the folder has none. A folder that another process uses, or
   * with the data of another major version, is refused with a {@link StartFailure}.
   */
  public static EmbeddedPostgres start(DataFolder data) {
    var lock = DataLock.take(data);
    try {
      return start(data, lock);
    } catch (IOException e) {
      lock.close();
      throw new StartFailure("cannot start PostgreSQL in " + data.path() + ": " + e, e);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private static EmbeddedPostgres start(DataFolder data, DataLock lock) throws IOException {
    var cluster = data.path().resolve("postgres");
    var log = log(data);
    Orphans.end(data, cluster, log);
    var programs = new Programs(Binaries.unpacked(data), log);
    var passwordFile = data.path().resolve("postgres-password");
    var password = data.secret("postgres-password");
    if (!Files.exists(cluster)) make(data, programs, cluster, passwordFile);
    refuseOtherVersion(programs, cluster);
    // No "trust" and no "peer": whoever connects knows a password.
    Files.writeString(
        cluster.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n", UTF_8);
    var port = startServer(programs, cluster);
    try {
      return new EmbeddedPostgres(lock, programs, cluster, Logins.prepare(port, password));
    } catch (SQLException e) {
      stop(programs, cluster);
      throw new StartFailure(
          "the embedded PostgreSQL does not let the server in, with the password in %s: %s"
              .formatted(passwordFile, e.getMessage()),
          e);
    } catch (RuntimeException e) {
      stop(programs, cluster);
      throw e;
    }
  }

  private static Path log(DataFolder data) throws IOException {
    var log = data.path().resolve("postgres.log");
    if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
      Files.move(log, log.resolveSibling("postgres.log.old"), StandardCopyOption.REPLACE_EXISTING);
    }
    return data.file("postgres.log");
  }

  /** Made beside its place, so that a start that was cut leaves nothing that looks like data. */
  private static void make(DataFolder data, Programs programs, Path cluster, Path passwordFile)
      throws IOException {
    var unfinished = data.path().resolve("postgres-unfinished");
    DataFolder.delete(unfinished);
    var from = programs.logLength();
    var code =
        programs.run(
            INITDB_LIMIT,
            "initdb",
            "--pgdata=" + unfinished,
            "--username=" + Logins.OWNER,
            "--pwfile=" + passwordFile,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums");
    if (code != 0) {
      throw new StartFailure("PostgreSQL's initdb failed: " + programs.complaint(from));
    }
    Files.move(unfinished, cluster, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void refuseOtherVersion(Programs programs, Path cluster) throws IOException {
    var ours = programs.majorVersion();
    var theirs = Files.readString(cluster.resolve("PG_VERSION"), UTF_8).strip();
    if (!ours.equals(theirs)) {
      throw new StartFailure(
          "the data in %s is PostgreSQL %s's, this server brings PostgreSQL %s: "
                  .formatted(cluster, theirs, ours)
              + "move it with pg_dump and pg_restore, or set CHAT_DATABASE_URL");
    }
  }

  /** Another process may take the free port first, so that alone is tried again. */
  private static int startServer(Programs programs, Path cluster) throws IOException {
    for (var attempt = 1; ; attempt++) {
      var port = freePort();
      var from = programs.logLength();
      var code =
          programs.run(
              Duration.ofSeconds(START_SECONDS + 10),
              "pg_ctl",
              "start",
              "--pgdata=" + cluster,
              "--wait",
              "--timeout=" + START_SECONDS,
              "--log=" + programs.log(),
              "--options=" + options(port));
      if (code == 0) return port;
      var complaint = programs.complaint(from);
      if (attempt == PORT_ATTEMPTS || !complaint.contains("could not create any TCP/IP sockets")) {
        stop(programs, cluster);
        throw new StartFailure("the embedded PostgreSQL does not start: " + complaint);
      }
    }
  }

  /** On the command line they win over every file. */
  private static String options(int port) {
    return String.join(
        " -c ",
        "-c listen_addresses=127.0.0.1",
        "port=" + port,
        "unix_socket_directories=''",
        "fsync=on",
        "full_page_writes=on",
        "synchronous_commit=on",
        "password_encryption=scram-sha-256",
        "timezone=UTC",
        "log_timezone=UTC");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Returns where the database is, as a JDBC URL without a user. */
  public String url() {
    return logins.url();
  }

  /** Returns the login that owns the database: for migrations. */
  public Login owner() {
    return logins.owner();
  }

  /** Returns the login that has no rights but those a migration gives it: for the server's pool. */
  public Login server() {
    return logins.server();
  }

  /** Is a user of the database with the password, which {@link #toString} leaves out. */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return user;
    }
  }

  /**
   * Stops it: what is connected is cut off, what is committed is on disk. Returns when it has
   * stopped; doing it again does nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    try {
      stop(programs, cluster);
    } finally {
      lock.close();
    }
  }

  private static void stop(Programs programs, Path cluster) {
    if (!Files.exists(cluster.resolve("postmaster.pid"))) return;
    if (stop(programs, cluster, "fast") != 0) stop(programs, cluster, "immediate");
  }

  private static int stop(Programs programs, Path cluster, String mode) {
    return programs.run(
        Duration.ofSeconds(STOP_SECONDS + 5),
        "pg_ctl",
        "stop",
        "--pgdata=" + cluster,
        "--wait",
        "--timeout=" + STOP_SECONDS,
        "--mode=" + mode);
  }
}
