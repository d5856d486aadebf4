package chat.persistence.jpa;

import chat.model.ChatException.StorageFailed;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database to the schema of this version: roles, then tables. May be run by many instances
 * at once, and again: one migrates, under a lock, and the others find it done.
 */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final long LOCK = 0x63686174_0001L;
  private static final String ROLES =
      """
      create role chat_app nologin noinherit nobypassrls;
      create role chat_worker nologin noinherit nobypassrls;
      """;

  /** Bounds what is entered for the search in one transaction. */
  private static final int CONVERSATIONS = 100;

  private static final String ENTERED =
      """
      drop policy filling on conversation;
      drop policy filling on message;
      drop policy filling on search_entry;
      drop function search_fill;
      drop table search_filling;
      """;

  private Migrations() {}

  /**
   * Migrates as the schema's owner, who also serves.
   *
   * @param pool gives at least three connections at a time
   * @throws StorageFailed as {@link #migrate(DataSource, String)} does
   */
  public static void migrate(DataSource pool) {
    migrate(pool, login(pool));
  }

  /** Behind a pooler a user may have another name in the database. */
  private static String login(DataSource pool) {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select session_user")) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new StorageFailed("the database cannot be reached: " + e.getMessage(), e);
    }
  }

  /**
   * Migrates as the schema's owner, or as whoever may become it.
   *
   * @param owner gives at least three connections at a time
   * @param login whose connections the app serves with; it is made a member of both roles
   * @throws StorageFailed if the database does not answer, or if roles or membership are missing
   *     and this login may not mend it: then the message is the SQL that somebody else has to run
   */
  public static void migrate(DataSource owner, String login) {
    try (var connection = owner.getConnection()) {
      // Held until all is done, and by a transaction, so that it holds behind a pooler too.
      connection.setAutoCommit(false);
      execute(connection, "select pg_advisory_xact_lock(" + LOCK + ")");
      requireRoles(owner, login);
      migrateTables(owner);
      enterForSearch(owner);
      connection.commit();
    } catch (SQLException e) {
      throw new StorageFailed("the database cannot be reached: " + e.getMessage(), e);
    }
  }

  private static void requireRoles(DataSource owner, String login) throws SQLException {
    try (var connection = owner.getConnection()) {
      connection.setAutoCommit(true);
      requireRoles(connection, login);
    }
  }

  /** A schema with other things in it is welcome: the tables come beside them. */
  private static void migrateTables(DataSource owner) {
    try {
      Flyway.configure(Migrations.class.getClassLoader())
          .dataSource(owner)
          .locations("classpath:chat/persistence/jpa/migration")
          .table("chat_schema_history")
          .baselineOnMigrate(true)
          .baselineVersion("0")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StorageFailed("the schema cannot be migrated: " + e.getMessage(), e);
    }
  }

  /** Enters what was there before there was a search; what was cut off goes on. */
  private static void enterForSearch(DataSource owner) throws SQLException {
    try (var connection = owner.getConnection()) {
      connection.setAutoCommit(true);
      if (!is(connection, "select to_regclass('search_filling') is not null")) return;
      for (int entered = 0; is(connection, "select search_fill(" + CONVERSATIONS + ")"); ) {
        entered += CONVERSATIONS;
        if (entered % 1000 == 0) LOG.info("{} conversations are entered for the search", entered);
      }
      connection.setAutoCommit(false);
      execute(connection, ENTERED);
      connection.commit();
    }
  }

  private static boolean is(Connection connection, String question) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(question)) {
      return row.next() && row.getBoolean(1);
    }
  }

  private static void requireRoles(Connection connection, String login) throws SQLException {
    var quoted = "\"" + login.replace("\"", "\"\"") + "\"";
    var grant = "grant chat_app, chat_worker to " + quoted + ";\n";
    boolean there = rolesExist(connection);
    if (there && mayTakeBoth(connection, login)) return;
    try {
      if (!there) createRoles(connection);
      if (!mayTakeBoth(connection, login)) execute(connection, grant);
    } catch (SQLException e) {
      if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) throw e;
      throw new StorageFailed(
          "this login may not make the roles that keep users apart; run this as one that may:\n"
              + (there ? "" : ROLES)
              + grant,
          e);
    }
  }

  /** Roles are the whole server's: another database's migration may make them at the same time. */
  private static void createRoles(Connection connection) throws SQLException {
    for (var create : ROLES.strip().lines().toList()) {
      execute(
          connection,
          "do $$ begin "
              + create
              + " exception when duplicate_object or unique_violation then null; end $$");
    }
  }

  private static boolean rolesExist(Connection connection) throws SQLException {
    try (var statement =
            connection.prepareStatement(
                "select count(*) from pg_roles where rolname in ('chat_app', 'chat_worker')");
        var rows = statement.executeQuery()) {
      return rows.next() && rows.getInt(1) == 2;
    }
  }

  /** From version 16 on, membership and the right to take the role are two things. */
  private static boolean mayTakeBoth(Connection connection, String login) throws SQLException {
    var right = connection.getMetaData().getDatabaseMajorVersion() >= 16 ? "SET" : "MEMBER";
    try (var statement =
        connection.prepareStatement(
            "select pg_has_role(r.oid, 'chat_app', ?) and pg_has_role(r.oid, 'chat_worker', ?)"
                + " from pg_roles r where r.rolname = ?")) {
      statement.setString(1, right);
      statement.setString(2, right);
      statement.setString(3, login);
      try (var rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
