package chat.app.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.app.folder.DataFolder;
import chat.app.folder.StartFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class EmbeddedPostgresTest {
  @TempDir private static Path home;

  /** One folder for all tests: the second start is the one that happens every day. */
  private static DataFolder data() {
    return DataFolder.open(home.resolve("data"));
  }

  @Test
  void whatIsCommittedIsWrittenToDiskBeforeTheClientKnows() throws Exception {
    try (var postgres = EmbeddedPostgres.start(data())) {
      for (var setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
        assertThat(ask(postgres, "show " + setting)).as(setting).containsExactly("on");
      }
      assertThat(ask(postgres, "show data_checksums")).containsExactly("on");
    }
  }

  @Test
  void theDatabaseSortsAndReadsTextTheSameOnEveryMachine() throws Exception {
    try (var postgres = EmbeddedPostgres.start(data())) {
      assertThat(
              ask(
                  postgres,
                  "select concat_ws(' ', pg_encoding_to_char(encoding), datlocprovider, datlocale)"
                      + " from pg_database where datname = current_database()"))
          .containsExactly("UTF8 b C.UTF-8");
      assertThat(ask(postgres, "show log_timezone")).containsExactly("UTC");
    }
  }

  @Test
  void whatWasCommittedIsThereAfterARestart() throws Exception {
    try (var postgres = EmbeddedPostgres.start(data())) {
      ask(postgres, "create table restarted as select 'kept' as word");
    }
    try (var postgres = EmbeddedPostgres.start(data())) {
      assertThat(ask(postgres, "select word from restarted")).containsExactly("kept");
    }
  }

  @Test
  void whatWasCommittedIsThereAfterTheServerWasKilled() throws Exception {
    kill(ServerThatIsKilled.start(data().path(), "server"));
    assertThat(postmaster()).as("it outlives the server").isPresent();
    try (var postgres = EmbeddedPostgres.start(data())) {
      assertThat(ask(postgres, "select word from kept")).contains("server");
    }
    assertThat(postmaster()).isEmpty();
  }

  @Test
  void whatWasCommittedIsThereAfterPostgresWasKilledToo() throws Exception {
    var server = ServerThatIsKilled.start(data().path(), "both");
    var postmaster = postmaster().orElseThrow();
    kill(server);
    postmaster.destroyForcibly();
    try (var postgres = EmbeddedPostgres.start(data())) {
      assertThat(ask(postgres, "select word from kept")).contains("both");
    }
  }

  @Test
  void whileAProcessUsesTheDataAnotherIsRefusedInOneLine() throws Exception {
    var server = ServerThatIsKilled.start(data().path(), "first");
    try {
      assertThatThrownBy(() -> EmbeddedPostgres.start(data()).close())
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("process " + server.pid() + " uses the data in " + data().path())
          .hasMessageContaining("CHAT_DATA_DIR")
          .hasNoCause();
      assertThat(postmaster()).as("the first is left in peace").isPresent();
    } finally {
      kill(server);
      EmbeddedPostgres.start(data()).close();
    }
  }

  @Test
  void theSameProcessIsRefusedTooAndTheFirstKeepsItsLock() {
    var postgres = EmbeddedPostgres.start(data());
    for (var time = 0; time < 2; time++) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(data()).close())
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
    postgres.close();
    postgres.close();
    EmbeddedPostgres.start(data()).close();
  }

  @Test
  void dataOfAnotherMajorVersionIsRefusedInOneLine() throws Exception {
    EmbeddedPostgres.start(data()).close();
    var version = data().path().resolve("postgres/PG_VERSION");
    var ours = Files.readString(version);
    Files.writeString(version, "14\n");
    try {
      assertThatThrownBy(() -> EmbeddedPostgres.start(data()).close())
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("is PostgreSQL 14's, this server brings PostgreSQL 18");
    } finally {
      Files.writeString(version, ours);
    }
    EmbeddedPostgres.start(data()).close();
  }

  @Test
  void onlyTheirOwnerReadsTheDataAndTheSecrets() throws Exception {
    EmbeddedPostgres.start(data()).close();
    assertThat(mode("postgres-password")).isEqualTo("rw-------");
    assertThat(mode("postgres.log")).isEqualTo("rw-------");
    for (var folder : List.of("", "postgres", Binaries.FOLDER)) {
      assertThat(mode(folder)).as(folder).isEqualTo("rwx------");
    }
  }

  @Test
  void nobodyConnectsWithoutThePassword() throws Exception {
    try (var postgres = EmbeddedPostgres.start(data())) {
      for (var user : List.of(postgres.owner().user(), postgres.server().user())) {
        for (var password : new String[] {"", "postgres", null}) {
          assertThatThrownBy(
                  () -> DriverManager.getConnection(postgres.url(), user, password).close())
              .as(user + " with " + password)
              .isInstanceOf(SQLException.class);
        }
      }
      assertThat(Files.readString(data().path().resolve("postgres/pg_hba.conf")))
          .doesNotContain("trust", "peer", "local");
      assertThat(postgres.owner().toString()).doesNotContain(postgres.owner().password());
    }
  }

  @Test
  void theServersLoginHasNoRightsOfItsOwn() throws Exception {
    try (var postgres = EmbeddedPostgres.start(data())) {
      ask(postgres, "create table if not exists private as select 1");
      var login = postgres.server();
      try (var connection =
              DriverManager.getConnection(postgres.url(), login.user(), login.password());
          var statement = connection.createStatement()) {
        assertThatThrownBy(() -> statement.execute("select * from private"))
            .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> statement.execute("set role postgres"))
            .hasMessageContaining("permission denied");
      }
      assertThat(
              ask(
                  postgres,
                  "select rolname::text from pg_roles where rolname like 'chat%'"
                      + " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)"))
          .isEmpty();
    }
  }

  @Test
  void theArchiveIsNamedAsTheMachineIs() {
    assertThat(Binaries.resource("Linux", "amd64")).isEqualTo("/postgres-linux-x86_64.txz");
    assertThat(Binaries.resource("Linux", "aarch64")).isEqualTo("/postgres-linux-arm_64.txz");
    assertThat(Binaries.resource("Mac OS X", "aarch64")).isEqualTo("/postgres-darwin-arm_64.txz");
  }

  private static List<String> ask(EmbeddedPostgres postgres, String sql) throws SQLException {
    var owner = postgres.owner();
    try (var connection =
            DriverManager.getConnection(postgres.url(), owner.user(), owner.password());
        var statement = connection.createStatement()) {
      var answers = new ArrayList<String>();
      if (statement.execute(sql)) {
        var rows = statement.getResultSet();
        while (rows.next()) answers.add(rows.getString(1));
      }
      return answers;
    }
  }

  private static Optional<ProcessHandle> postmaster() throws Exception {
    var file = data().path().resolve("postgres/postmaster.pid");
    if (!Files.exists(file)) return Optional.empty();
    return ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst().strip()));
  }

  private static void kill(Process process) throws InterruptedException {
    process.toHandle().destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private static String mode(String name) throws Exception {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(data().path().resolve(name)));
  }
}
