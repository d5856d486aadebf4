package chat.app.postgres;

import chat.app.folder.DataFolder;
import chat.app.folder.StartFailure;
import chat.app.postgres.EmbeddedPostgres.Login;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;

/** Is the database in a PostgreSQL that runs, and the two logins that may use it. */
record Logins(String url, Login owner, Login server) {
  static final String OWNER = "postgres";
  private static final String SERVER = "chat_login";
  private static final String DATABASE = "chat";
  private static final String NO_SUCH_DATABASE = "3D000";

  private static final String LOGIN =
      """
      do $$ begin
        if not exists (select from pg_roles where rolname = 'chat_login') then
          create role chat_login login noinherit nobypassrls;
        end if;
      end $$
      """;

  /** Makes what is missing. The server's login gets a new password each time, kept nowhere. */
  static Logins prepare(int port, String password) throws SQLException {
    var server = "jdbc:postgresql://127.0.0.1:" + port + "/";
    var owner = new Login(OWNER, password);
    var login = new Login(SERVER, DataFolder.randomSecret());
    try (var connection = connectToDatabase(server, owner)) {
      requireDurability(connection);
      try (var statement = connection.createStatement()) {
        statement.execute(LOGIN);
        statement.execute("alter role " + SERVER + " password '" + login.password() + "'");
      }
    }
    return new Logins(server + DATABASE, owner, login);
  }

  private static Connection connectToDatabase(String server, Login owner) throws SQLException {
    try {
      return connect(server + DATABASE, owner);
    } catch (SQLException e) {
      if (!NO_SUCH_DATABASE.equals(e.getSQLState())) throw e;
      try (var connection = connect(server + "postgres", owner);
          var statement = connection.createStatement()) {
        statement.execute("create database " + DATABASE);
      }
      return connect(server + DATABASE, owner);
    }
  }

  private static Connection connect(String url, Login login) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password());
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "60");
    return DriverManager.getConnection(url, properties);
  }

  private static void requireDurability(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select name from pg_settings where setting <> 'on'"
                    + " and name in ('fsync', 'full_page_writes', 'synchronous_commit')")) {
      if (row.next()) throw notDurable(row);
    }
  }

  private static StartFailure notDurable(ResultSet row) throws SQLException {
    return new StartFailure(
        "the embedded PostgreSQL runs with %s off: remove that from its settings"
            .formatted(row.getString(1)));
  }
}
