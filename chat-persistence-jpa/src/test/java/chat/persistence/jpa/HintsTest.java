package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows that instances hear of each other, and do without where they cannot. */
class HintsTest {
  private final String database = Postgres.migrated();
  private final DataSource direct = Postgres.as(Postgres.LOGIN, database);
  private final HikariDataSource pool = Postgres.pool(direct, 2);
  private final AtomicInteger heard = new AtomicInteger();

  private JpaStore open(@Nullable DataSource direct) {
    return JpaStore.open(pool, pool, direct);
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void aHintOfAnotherInstanceIsHeardAndNoneOfItsOwn() throws Exception {
    try (var store = open(direct);
        var ear = store.journal().onHint("one", heard::incrementAndGet)) {
      assertThat(ear).isNotNull();
      // Once it listens, it looks: something may have been said before.
      Awaitility.await().until(() -> heard.get() == 1);
      store.journal().hint("one");
      store.journal().hint("another");
      Awaitility.await().until(() -> heard.get() == 2);
      store.journal().hint("one");
      store.journal().hint("another");
      Awaitility.await().until(() -> heard.get() == 3);
    }
  }

  @Test
  void aConnectionThatIsCutIsMadeAgain() throws Exception {
    try (var store = open(direct);
        var ear = store.journal().onHint("one", heard::incrementAndGet)) {
      assertThat(ear).isNotNull();
      Awaitility.await().until(() -> heard.get() == 1);
      Postgres.execute(
          Postgres.as("postgres", database),
          "select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'");
      Awaitility.await().until(() -> heard.get() == 2);
      store.journal().hint("another");
      Awaitility.await().until(() -> heard.get() == 3);
    }
  }

  @Test
  void withoutAConnectionOfItsOwnNothingIsSaidOrHeard() throws Exception {
    try (var deaf = open(null);
        var listening = open(direct);
        var none = deaf.journal().onHint("deaf", heard::decrementAndGet);
        var ear = listening.journal().onHint("one", heard::incrementAndGet)) {
      assertThat(none).isNotNull();
      assertThat(ear).isNotNull();
      Awaitility.await().until(() -> heard.get() == 1);
      deaf.journal().hint("deaf");
      listening.journal().hint("another");
      Awaitility.await().until(() -> heard.get() == 2);
      assertThat(listeners()).isEqualTo(1);
    }
    Awaitility.await().until(() -> listeners() == 0);
  }

  private int listeners() throws SQLException {
    try (var connection = Postgres.as("postgres", database).getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select count(*) from pg_stat_activity where query like 'listen%'")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
