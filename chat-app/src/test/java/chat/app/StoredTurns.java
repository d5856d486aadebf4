package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

/** Is what the database holds of one user, past everything that the server says of it. */
record StoredTurns(
    int turns,
    int ends,
    int questions,
    int gaps,
    int lateSegments,
    int wrongSums,
    int eventsTwice) {
  private static final String COUNTS =
      """
      with t as (select * from turn where owner = ?)
      select
        (select count(*) from t),
        (select count(*) from t where state in ('completed', 'failed', 'stopped', 'interrupted')),
        (select count(*) from message m join t on m.owner = t.owner and m.turn_id = t.id
          where m.role = 'user'),
        (select count(*) from (
          select m.seq, row_number() over (partition by m.conversation_id order by m.seq) as place
          from message m where m.owner in (select owner from t)) m where m.seq <> m.place),
        (select count(*) from turn_segment s join t on s.owner = t.owner and s.turn_id = t.id
          where t.finished_at is not null and s.last_seq > t.last_event),
        (select count(*) from t join (
          select owner, turn_id, coalesce(sum(input_tokens), 0) as input,
            coalesce(sum(output_tokens), 0) as output
          from model_call group by owner, turn_id) c on c.owner = t.owner and c.turn_id = t.id
          where t.input_tokens <> c.input or t.output_tokens <> c.output),
        (select count(*) from turn_segment a join turn_segment b
          on a.owner = b.owner and a.turn_id = b.turn_id and a.first_seq < b.first_seq
          where a.owner in (select owner from t) and a.last_seq >= b.first_seq)
      """;

  static StoredTurns of(Connection connection, String user) throws SQLException {
    try (var statement = connection.prepareStatement(COUNTS)) {
      statement.setString(1, user);
      try (var row = statement.executeQuery()) {
        row.next();
        return new StoredTurns(
            row.getInt(1),
            row.getInt(2),
            row.getInt(3),
            row.getInt(4),
            row.getInt(5),
            row.getInt(6),
            row.getInt(7));
      }
    }
  }

  /** Returns when a turn ended, by the database's clock. */
  static Instant end(Connection connection, String user, String turn) throws SQLException {
    try (var statement =
        connection.prepareStatement("select finished_at from turn where owner = ? and id = ?")) {
      statement.setString(1, user);
      statement.setObject(2, UUID.fromString(turn));
      try (var row = statement.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getObject(1, OffsetDateTime.class).toInstant();
      }
    }
  }

  /**
   * Fails unless there are so many turns, each with one question and one end, all in order, and
   * none whose usage is not the sum of its model calls.
   */
  void requireSound(int howMany) {
    assertThat(this).isEqualTo(new StoredTurns(howMany, howMany, howMany, 0, 0, 0, eventsTwice));
  }
}
