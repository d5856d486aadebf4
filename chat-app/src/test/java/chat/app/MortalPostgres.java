package chat.app;

import chat.app.folder.DataFolder;
import chat.app.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Is a PostgreSQL as durable as in production that can be killed and started again. It is reached
 * through proxies, which lead to it in its next life, too.
 */
final class MortalPostgres implements AutoCloseable {
  private static final String LOGIN = "chat_server";
  private static final String PASSWORD = "known-to-the-tests-alone";

  private final Path folder;
  private final List<PostgresProxy> proxies = new CopyOnWriteArrayList<>();
  private EmbeddedPostgres postgres;

  private MortalPostgres(Path folder) {
    this.folder = folder;
    this.postgres = EmbeddedPostgres.start(DataFolder.open(folder));
  }

  static MortalPostgres start(Path folder) throws SQLException {
    var started = new MortalPostgres(folder);
    try (var connection = started.owner();
        var statement = connection.createStatement()) {
      // One that keeps its password; the embedded one's is another with every start.
      statement.execute("create role %s login password '%s' noinherit".formatted(LOGIN, PASSWORD));
      return started;
    } catch (SQLException | RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  /** Makes a way to it; whoever asks closes it. */
  PostgresProxy proxy() throws IOException {
    var proxy = new PostgresProxy(port());
    proxies.add(proxy);
    return proxy;
  }

  private URI address() {
    return URI.create(postgres.url().substring("jdbc:".length()));
  }

  private int port() {
    return address().getPort();
  }

  /** Returns what makes a server use it through a proxy, also for what its owner does. */
  Map<String, String> settings(PostgresProxy proxy) {
    var owner = postgres.owner();
    return Map.of(
        "CHAT_DATABASE_URL", url(LOGIN, PASSWORD, proxy),
        "CHAT_DATABASE_DIRECT_URL", url(owner.user(), owner.password(), proxy));
  }

  private String url(String user, String password, PostgresProxy proxy) {
    return "postgresql://%s:%s@127.0.0.1:%d%s"
        .formatted(user, password, proxy.port(), address().getPath());
  }

  /** Connects past every proxy as a superuser, who sees everything. */
  Connection owner() throws SQLException {
    var owner = postgres.owner();
    return DriverManager.getConnection(postgres.url(), owner.user(), owner.password());
  }

  /** Ends it like a power cut: what is not on disk, or at least with the kernel, is gone. */
  void kill() throws IOException {
    try (var lines = Files.lines(folder.resolve("postgres").resolve("postmaster.pid"))) {
      long pid = Long.parseLong(lines.findFirst().orElseThrow().strip());
      var postmaster = ProcessHandle.of(pid).orElseThrow();
      var all = postmaster.descendants().toList();
      postmaster.destroyForcibly();
      for (var each : all) each.destroyForcibly();
    }
  }

  /** Starts it again after {@link #kill}; returns when it has recovered. */
  void startAgain() {
    postgres.close();
    postgres = EmbeddedPostgres.start(DataFolder.open(folder));
    for (var proxy : proxies) proxy.target(port());
  }

  @Override
  public void close() {
    postgres.close();
  }
}
