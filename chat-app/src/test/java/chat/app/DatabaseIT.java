package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;

/** Shows the server with a database that others run, and that goes away for a while. */
@Timeout(120)
final class DatabaseIT {
  private static final String CHAT = "/api/alice/chat";
  @TempDir private Path folder;

  @Test
  void aDatabaseThatGoesAwayIsUnavailableAndComesBackWithoutARestart() throws Exception {
    try (var postgres = MortalPostgres.start(folder.resolve("theirs"));
        var proxy = postgres.proxy();
        var server = ServerProcess.start(folder, postgres.settings(proxy))) {
      var alice = server.token("alice");
      assertThat(server.post(alice, CHAT, Map.of("message", "hi")).status()).isEqualTo(200);
      assertThat(server.get(alice, "/health/ready").status()).isEqualTo(200);

      proxy.shut();
      var refused = server.post(alice, CHAT, Map.of("message", "still there?"));
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body().get("code").textValue()).isEqualTo("storage_unavailable");
      assertThat(server.get(alice, "/health/ready").status()).isEqualTo(503);
      assertThat(server.get(alice, "/health/live").status()).isEqualTo(200);

      proxy.open();
      Awaitility.await().until(() -> server.get(alice, "/health/ready").status() == 200);
      assertThat(server.post(alice, CHAT, Map.of("message", "again")).status()).isEqualTo(200);
      assertThat(server.get(alice, "/api/alice/conversations").body().get("data")).hasSize(2);
    }
  }

  @Test
  void theServersOwnPoolSeesNothingWithoutARoleAndNobodyElsesWithOne() throws Exception {
    try (var resources = new Resources()) {
      var settings =
          Settings.read(
              setting ->
                  setting == Setting.CHAT_DATA_DIR ? folder.resolve("data").toString() : null);
      var database = Database.open(settings, resources);
      database.migrate();
      var pool = resources.add(database.requests());
      try (var connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        insert(connection, "alice", "11111111-1111-7111-8111-111111111111");
        insert(connection, "bob", "22222222-2222-7222-8222-222222222222");
        connection.commit();

        assertThat(refusal(connection, "select * from conversation")).isEqualTo("42501");
        connection.rollback();
        become(connection, "");
        assertThat(text(connection, "select count(*) from conversation")).isEqualTo("0");
        become(connection, "alice");
        assertThat(text(connection, "select current_user")).isEqualTo("chat_app");
        assertThat(text(connection, "select row_security_active('conversation')")).isEqualTo("t");
        assertThat(text(connection, "select string_agg(owner, ',') from conversation"))
            .isEqualTo("alice");
        var intoBobs =
            "insert into turn (owner, id, conversation_id, user_message_id, origin, state,"
                + " instance, request_hash, created_at) values ('bob', gen_random_uuid(),"
                + " '22222222-2222-7222-8222-222222222222', gen_random_uuid(), 'send', 'running',"
                + " 'x', '00', now())";
        assertThat(refusal(connection, intoBobs)).isEqualTo("42501");
        connection.rollback();
      }
    }
  }

  private static void become(Connection connection, String owner) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "select set_config('role', 'chat_app', true), set_config('chat.owner', ?, true)")) {
      statement.setString(1, owner);
      statement.execute();
    }
  }

  private static void insert(Connection connection, String owner, String id) throws SQLException {
    become(connection, owner);
    try (var statement = connection.createStatement()) {
      statement.execute(
          "insert into conversation (owner, id, last_at, created_at, updated_at) values ('%s', '%s', now(), now(), now())"
              .formatted(owner, id));
    }
  }

  private static String text(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static String refusal(Connection connection, String statement) {
    try (var run = connection.createStatement()) {
      run.execute(statement);
      return "not refused";
    } catch (PSQLException e) {
      return String.valueOf(e.getSQLState());
    } catch (SQLException e) {
      return e.toString();
    }
  }
}
