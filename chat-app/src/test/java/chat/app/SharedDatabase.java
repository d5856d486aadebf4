package chat.app;

import chat.app.folder.DataFolder;
import chat.app.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/** Is a PostgreSQL that several instances share, with the schema in it. */
final class SharedDatabase implements AutoCloseable {
  private final EmbeddedPostgres postgres;

  private SharedDatabase(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  private static final class InThisJvm {
    static final SharedDatabase ONLY = start(temporary());

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(ONLY::close));
    }

    private static Path temporary() {
      try {
        return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "shared-");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Returns the one that all tests of this JVM use, each with users of its own. */
  static SharedDatabase inThisJvm() {
    return InThisJvm.ONLY;
  }

  static SharedDatabase start(Path folder) {
    var shared = new SharedDatabase(EmbeddedPostgres.start(DataFolder.open(folder)));
    try {
      shared.database().migrate();
      return shared;
    } catch (RuntimeException | Error e) {
      shared.close();
      throw e;
    }
  }

  /** Returns what an instance in this JVM opens its pools to. */
  Database database() {
    var owner = url(postgres.owner());
    return new Database(url(postgres.server()), owner, owner, false);
  }

  /** Returns the same as behind a pooler: there is nothing to be notified through. */
  Database databaseWithoutDirectUrl() {
    return new Database(url(postgres.server()), url(postgres.owner()), null, false);
  }

  /** Returns where the login of an instance connects to, from whatever process. */
  DatabaseUrl serverUrl() {
    return url(postgres.server());
  }

  private DatabaseUrl url(EmbeddedPostgres.Login login) {
    return new DatabaseUrl(postgres.url(), login.user(), login.password());
  }

  /** Returns what makes a server process use it, with a connection past every pooler. */
  Map<String, String> settings() {
    return Map.of(
        "CHAT_DATABASE_URL", libpq(postgres.server()),
        "CHAT_DATABASE_DIRECT_URL", libpq(postgres.owner()));
  }

  /** Returns the same as behind a pooler: there is nothing to be notified through. */
  Map<String, String> settingsWithoutDirectUrl() {
    return Map.of("CHAT_DATABASE_URL", libpq(postgres.server()), "CHAT_MIGRATE", "false");
  }

  /** Makes an empty database for somebody else and returns its URL, in the form of libpq. */
  String makeAnother(String name) throws SQLException {
    try (var connection = owner();
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
    }
    return libpq(postgres.owner(), "/" + name);
  }

  private String libpq(EmbeddedPostgres.Login login) {
    return libpq(login, at().getPath());
  }

  private String libpq(EmbeddedPostgres.Login login, String path) {
    return "postgresql://%s:%s@127.0.0.1:%d%s"
        .formatted(login.user(), login.password(), at().getPort(), path);
  }

  private URI at() {
    return URI.create(postgres.url().substring("jdbc:".length()));
  }

  /** Connects as the owner, whom row-level security does not bind. */
  Connection owner() throws SQLException {
    var owner = postgres.owner();
    return DriverManager.getConnection(postgres.url(), owner.user(), owner.password());
  }

  @Override
  public void close() {
    postgres.close();
  }
}
