package chat.app;

import chat.app.folder.DataFolder;
import chat.app.folder.StartFailure;
import chat.app.postgres.EmbeddedPostgres;
import chat.model.ChatException.StorageFailed;
import chat.persistence.jpa.Migrations;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Is where the server keeps everything, and how it gets there.
 *
 * @param serving what the pool connects to
 * @param owning the same database, as whoever owns its tables
 * @param listening what can be listened on past any pooler; null for none
 * @param ours whether it is embedded: then no other instance shares it
 */
record Database(
    DatabaseUrl serving, DatabaseUrl owning, @Nullable DatabaseUrl listening, boolean ours) {
  private static final int REQUESTS_POOL = 2 * Runtime.getRuntime().availableProcessors() + 1;
  private static final int JOURNAL_POOL = 4;
  private static final int MIGRATION_POOL = 4;
  private static final Duration REQUESTS_WAIT = Duration.ofSeconds(5);
  private static final Duration OWN_WAIT = Duration.ofSeconds(2);
  private static final Duration FIRST_CONNECTION = Duration.ofSeconds(5);
  private static final String CONNECT_SECONDS = "5";
  private static final String ANSWER_SECONDS = "30";
  private static final String NO_LIMIT = "0";

  /** Finds it, and starts it if it is one of our own. */
  static Database open(Settings settings, Resources resources) {
    var given = settings.database();
    if (given != null) {
      var direct = settings.direct();
      return new Database(given, direct == null ? given : direct, direct, false);
    }
    var postgres = resources.add(EmbeddedPostgres.start(DataFolder.open(settings.dataDir())));
    return new Database(
        at(postgres.url(), postgres.server()), at(postgres.url(), postgres.owner()), null, true);
  }

  private static DatabaseUrl at(String url, EmbeddedPostgres.Login login) {
    return new DatabaseUrl(url, login.user(), login.password());
  }

  /** Brings the schema up to date, and lets the server's login take its roles. */
  void migrate() {
    try (var owner = reached(owning, connections(owning, 1, MIGRATION_POOL, OWN_WAIT, NO_LIMIT))) {
      Migrations.migrate(owner, login());
    } catch (StorageFailed e) {
      throw new StartFailure(
          "the database " + owning + " cannot be migrated: " + e.getMessage(), e);
    }
  }

  /** Behind a pooler a user may have another name in the database. */
  private String login() {
    if (ours) return String.valueOf(serving.user());
    try (var server = reached(serving, connections(serving, 1, 1, OWN_WAIT, ANSWER_SECONDS));
        var connection = server.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select session_user")) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw unreachable(serving, e);
    }
  }

  /** Opens the pool of the requests; the database answers when this returns. */
  HikariDataSource requests() {
    return reached(
        serving, connections(serving, REQUESTS_POOL, REQUESTS_POOL, REQUESTS_WAIT, ANSWER_SECONDS));
  }

  /** Opens the engine's pool, for which no request can queue. */
  HikariDataSource journal() {
    return reached(
        serving, connections(serving, JOURNAL_POOL, JOURNAL_POOL, OWN_WAIT, ANSWER_SECONDS));
  }

  /** Opens what gives the connection to listen on; null for none. It may be down for now. */
  @Nullable HikariDataSource direct() {
    if (listening == null) return null;
    var config = connections(listening, 0, 1, OWN_WAIT, ANSWER_SECONDS);
    config.setInitializationFailTimeout(-1);
    return reached(listening, config);
  }

  /** What the URL says wins over what is said here. */
  private static HikariConfig connections(
      DatabaseUrl url, int idle, int connections, Duration wait, String answerSeconds) {
    var config = new HikariConfig();
    config.setPoolName("chat");
    config.setJdbcUrl(url.jdbc());
    config.setUsername(url.user());
    config.setPassword(url.password());
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(idle);
    config.setConnectionTimeout(wait.toMillis());
    config.setInitializationFailTimeout(FIRST_CONNECTION.toMillis());
    config.addDataSourceProperty("ApplicationName", "chat");
    config.addDataSourceProperty("connectTimeout", CONNECT_SECONDS);
    config.addDataSourceProperty("socketTimeout", answerSeconds);
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("prepareThreshold", "1");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    return config;
  }

  private HikariDataSource reached(DatabaseUrl url, HikariConfig config) {
    try {
      return new HikariDataSource(config);
    } catch (PoolInitializationException e) {
      throw unreachable(url, e.getCause());
    } catch (RuntimeException e) {
      // Quotes the URL with all that is in it: neither shown nor kept as the cause.
      throw new StartFailure(
          "the driver cannot read the database's URL (%s): correct %s"
              .formatted(url, settingOf(url)));
    }
  }

  private String settingOf(DatabaseUrl url) {
    return url.equals(serving) ? "CHAT_DATABASE_URL" : "CHAT_DATABASE_DIRECT_URL";
  }

  private StartFailure unreachable(DatabaseUrl url, @Nullable Throwable cause) {
    var why = cause == null ? "no answer" : cause.getMessage();
    return new StartFailure(
        "the database %s cannot be reached (%s): start it, or correct %s"
            .formatted(url, why, settingOf(url)),
        cause);
  }
}
