package chat.persistence.jpa;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Is one PostgreSQL for all tests of this JVM; each test class takes a database of its own. */
final class Postgres {
  /** Has no rights of its own: what the app logs in as. */
  static final String LOGIN = "chat_login";

  private static final EmbeddedPostgres SERVER = start();
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private Postgres() {}

  private static EmbeddedPostgres start() {
    try {
      var server = EmbeddedPostgres.builder().setServerConfig("max_connections", "100").start();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      server.close();
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }));
      execute(server.getPostgresDatabase(), "create role " + LOGIN + " login noinherit");
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an empty database and returns its name. */
  static String empty() {
    var name = "test_" + DATABASES.incrementAndGet();
    execute(SERVER.getPostgresDatabase(), "create database " + name);
    return name;
  }

  /** Makes a database with the schema and returns its name. */
  static String migrated() {
    var name = empty();
    Migrations.migrate(as("postgres", name), LOGIN);
    return name;
  }

  /** Connects as a user, through no pool. */
  static DataSource as(String user, String database) {
    return at(SERVER.getPort(), user, database);
  }

  static DataSource at(int port, String user, String database) {
    var source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {port});
    source.setUser(user);
    source.setDatabaseName(database);
    source.setSocketTimeout(60);
    source.setSslMode("disable");
    source.setGssEncMode("disable");
    return source;
  }

  static int port() {
    return SERVER.getPort();
  }

  /** Pools connections of the app's login, as the app does. */
  static HikariDataSource pool(DataSource source, int size) {
    var config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(5000);
    return new HikariDataSource(config);
  }

  static void execute(DataSource source, String... statements) {
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      for (var sql : statements) statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
