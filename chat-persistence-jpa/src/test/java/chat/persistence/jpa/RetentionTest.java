package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shows which slots of the journal are emptied. */
class RetentionTest {
  private static final String TURN =
      """
      insert into turn (owner, id, conversation_id, user_message_id, origin, state, request_hash,
        instance, expires_at, created_at)
      select 'alice', '00000000-0000-7000-8000-00000000000%1$d',
        '00000000-0000-7000-8000-00000000000%1$d', gen_random_uuid(), 'send', '%2$s', '00', %3$s,
        now() + interval '1 hour', now()
      """;
  private final String database = Postgres.migrated();
  private final JpaStore store = JpaStore.open(Postgres.as(Postgres.LOGIN, database));

  @BeforeEach
  void anEventOnEachOfTheLastEightDays() {
    execute(
        """
        insert into conversation (owner, id, last_at, created_at, updated_at)
        select 'alice', ('00000000-0000-7000-8000-00000000000' || i)::uuid, now(), now(), now()
        from generate_series(1, 2) i
        """,
        TURN.formatted(1, "completed", "null"),
        TURN.formatted(2, "awaiting", "null"),
        """
        insert into turn_segment (owner, turn_id, first_seq, last_seq, events, day)
        select 'alice', '00000000-0000-7000-8000-000000000001', 8 - ago, 8 - ago, '[]',
          (%s + 8 - ago) %% 8 from generate_series(0, 7) ago
        """
            .formatted(Writing.TODAY));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatIsOlderThanTheDaysKeptIsEmptied() throws SQLException {
    store.journal().retain(Duration.ofDays(5));
    assertThat(kept()).containsExactly(0, 1, 2, 3, 4, 5, 6);
    store.journal().retain(Duration.ofHours(25));
    assertThat(kept()).containsExactly(0, 1, 2, 3);
    store.journal().retain(Duration.ofDays(1));
    assertThat(kept()).containsExactly(0, 1, 2);
    store.journal().retain(Duration.ofHours(1));
    assertThat(kept()).containsExactly(0, 1, 2);
  }

  @Test
  void aSlotWithATurnThatGoesOnStaysAndSoDoAllYoungerOnes() throws SQLException {
    execute(
        """
        insert into turn_segment (owner, turn_id, first_seq, last_seq, events, day)
        values ('alice', '00000000-0000-7000-8000-000000000002', 1, 1, '[]', (%s + 8 - 5) %% 8)
        """
            .formatted(Writing.TODAY));
    store.journal().retain(Duration.ofDays(1));
    assertThat(kept()).containsExactly(0, 1, 2, 3, 4, 5);
    execute("update turn set state = 'completed' where state = 'awaiting'");
    store.journal().retain(Duration.ofDays(1));
    assertThat(kept()).containsExactly(0, 1, 2);
  }

  @Test
  void aSlotThatIsReadIsLeftToTheNextTime() throws SQLException {
    try (var reader = Postgres.as("postgres", database).getConnection();
        var statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("select * from turn_segment").close();
      store.journal().retain(Duration.ofDays(1));
      reader.commit();
    }
    assertThat(kept()).hasSize(8);
    store.journal().retain(Duration.ofDays(1));
    assertThat(kept()).containsExactly(0, 1, 2);
  }

  private void execute(String... statements) {
    Postgres.execute(Postgres.as("postgres", database), statements);
  }

  /** Returns how many days ago the days are of which something is left. */
  private int[] kept() throws SQLException {
    var kept = IntStream.builder();
    try (var connection = Postgres.as("postgres", database).getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select distinct (%s + 8 - day) %% 8 from turn_segment order by 1"
                    .formatted(Writing.TODAY))) {
      while (rows.next()) kept.add(rows.getInt(1));
    }
    return kept.build().toArray();
  }
}
