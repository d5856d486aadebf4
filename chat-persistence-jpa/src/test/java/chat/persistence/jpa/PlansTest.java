package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Conversation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Shows that reading costs the same however long a conversation, or a list of them, is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlansTest {
  private static final String LONG = "00000000-0000-7000-8000-000000000001";
  private Connection connection;

  @BeforeAll
  void aLongConversationAmongMany() throws SQLException {
    var database = Postgres.migrated();
    Postgres.execute(
        Postgres.as("postgres", database),
        "insert into conversation (owner, id, last_at, created_at, updated_at)"
            + " values ('alice', '"
            + LONG
            + "', now(), now(), now())",
        "insert into conversation (owner, id, last_at, created_at, updated_at)"
            + " select 'alice', gen_random_uuid(), now(), now() - i * interval '1 s',"
            + " now() - i * interval '1 s' from generate_series(1, 5000) i",
        "insert into turn (owner, id, conversation_id, user_message_id, origin, state,"
            + " request_hash, created_at, started_at)"
            + " select 'alice', gen_random_uuid(), '"
            + LONG
            + "', gen_random_uuid(), 'send', 'completed', '00', now(), now() + i * interval '1 s'"
            + " from generate_series(1, 5000) i",
        "insert into message (owner, id, conversation_id, seq, turn_id, step, role, kind, hidden,"
            + " partial, content, created_at)"
            + " select 'alice', gen_random_uuid(), '"
            + LONG
            + "', row_number() over (), t.id, 0,"
            + " 'user', 'text', false, false, '{}', now() from turn t, generate_series(1, 6)",
        "insert into turn_segment (owner, turn_id, first_seq, last_seq, events, day)"
            + " select 'alice', t.id, 1 + 10 * i, 10 + 10 * i, '[]', i % 8"
            + " from (select id from turn limit 200) t, generate_series(0, 99) i",
        "analyze");
    connection = Postgres.as(Postgres.LOGIN, database).getConnection();
    connection.setAutoCommit(false);
    plan("select set_config('role', 'chat_app', true), set_config('chat.owner', 'alice', true)");
  }

  @AfterAll
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void aWindowIsAScanOfTheIndexOfActiveMessages() throws SQLException {
    var where = "select * from message where owner = 'alice' and conversation_id = '" + LONG + "'";

    for (var stretch :
        List.of("and seq < 20000 order by seq desc", "and seq > 20000 order by seq")) {
      assertThat(explained(where + " and active " + stretch + " limit 51"))
          .contains("message_active")
          .noneMatch(this::readsItAll);
    }
  }

  @Test
  void aPageOfAListIsAScanOfItsIndex() throws SQLException {
    for (var order : Conversation.Order.values()) {
      for (var behindPlace : List.of(false, true)) {
        var sql =
            Lists.sql(order, behindPlace)
                .replace(":owner", "'alice'")
                .replace(":at", "now()")
                .replace(":id", "'" + LONG + "'");
        assertThat(explained(sql + " limit 51"))
            .contains(
                order == Conversation.Order.ACTIVITY_DESC
                    ? "conversation_by_activity"
                    : "conversation_by_creation")
            .noneMatch(this::readsItAll);
      }
    }
  }

  @Test
  void theHistoryOfATurnReadsNoMoreThanItGives() throws SQLException {
    var turn = "'" + LONG + "'";
    var sql =
        History.SELECT
            .replace(":owner", "'alice'")
            .replace(":conversation", turn)
            .replace(":turn", turn)
            .replace(":texts", "15")
            .replaceFirst("and exists \\(.*\\)", "");

    assertThat(explained(sql))
        .contains("message_active", "message_of_turn")
        .doesNotContain("Seq", "Bitmap");
  }

  @Test
  void theTurnsOfADetailAreFoundByIndex() throws SQLException {
    var where = "select * from turn where owner = 'alice' and conversation_id = '" + LONG + "'";
    assertThat(explained(where + " and state in ('running', 'awaiting') limit 1"))
        .contains("turn_one_at_a_time")
        .noneMatch(this::readsItAll);
    assertThat(explained(where + " and state = 'queued' order by queue_rank"))
        .containsAnyOf("turn_queue", "turn_queued")
        .doesNotContain("Seq");
    assertThat(explained(where + " and started_at is not null order by started_at desc limit 1"))
        .contains("turn_started")
        .noneMatch(this::readsItAll);
  }

  @Test
  void aLookReadsOfAWatchedTurnWhatIsNewAndOfTheOthersNothing() throws SQLException {
    plan("select set_config('role', 'chat_worker', true)");
    try {
      var watched =
          "'[{\"place\": 0, \"owner\": \"alice\", \"after\": 995, \"turn\": \"%s\"}]'"
              .formatted(plan("select turn_id from turn_segment limit 1").get(0));
      var events = "explain (analyze) " + Looking.EVENTS.replace(":watched", watched);
      assertThat(plan(events))
          .anyMatch(line -> line.contains("Index Scan") && line.contains("turn_segment"))
          .noneMatch(line -> line.contains("Seq Scan") || line.contains("Rows Removed"));
      assertThat(explained(Looking.GOING_ON.replace(":watched", watched)))
          .contains("turn_pkey")
          .doesNotContain("Seq");
      assertThat(explained(Looking.STOPS.replace(":instance", "'one'"))).doesNotContain("Seq");
      var claimable =
          Claiming.CLAIMABLE
              .replace(":instance", "'one'")
              .replace(":micros", "15000000")
              .replace(":alone", "false");
      assertThat(plan("explain " + claimable)).noneMatch(line -> line.contains("Seq Scan on turn"));
    } finally {
      plan("select set_config('role', 'chat_app', true), set_config('chat.owner', 'alice', true)");
    }
  }

  private boolean readsItAll(String word) {
    return word.equals("Seq") || word.equals("Sort") || word.equals("Bitmap");
  }

  /** Returns the words of the plan. */
  private List<String> explained(String sql) throws SQLException {
    var words = new ArrayList<String>();
    for (var line : plan("explain " + sql)) words.addAll(List.of(line.strip().split("\\s+", -1)));
    return words;
  }

  private List<String> plan(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var lines = new ArrayList<String>();
      while (rows.next()) lines.add(rows.getString(1));
      return lines;
    }
  }
}
