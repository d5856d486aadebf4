package chat.persistence.jpa;

import chat.model.Message;
import chat.model.UserId;
import chat.port.Lease;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.StatelessSession;

/** Reads the active messages that a turn's work comes with. */
final class History {
  private static final String OTHERS =
      """
      (select o.seq, o.kind from message o
       where o.owner = :owner and o.conversation_id = :conversation and o.active
         and o.turn_id <> :turn
       order by o.seq desc limit %d) others
      """
          .formatted(Lease.Work.HISTORY);

  /**
   * Selects from the wanted number of texts on, and all of the turn's own, which are the newest;
   * nothing when there is no such turn. Takes {@code :owner :conversation :turn :texts}. The inner
   * limits are what keeps the planner on the indexes.
   */
  static final String SELECT =
      """
      select %1$s from (
        (select * from message o
         where o.owner = :owner and o.conversation_id = :conversation and o.active
           and o.turn_id <> :turn
           and o.seq >= coalesce(
             (select seq from %2$s where kind = 'text'
              order by seq desc limit 1 offset greatest(:texts, 1) - 1),
             (select min(seq) from %2$s),
             0)
         order by o.seq desc limit %3$d)
        union all
        select * from message own
        where own.owner = :owner and own.conversation_id = :conversation and own.active
          and own.turn_id = :turn) m
      where exists (select from turn t where t.owner = :owner and t.id = :turn)
      order by m.seq
      """
          .formatted(MessageEntity.COLUMNS, OTHERS, Lease.Work.HISTORY);

  private static final Sql ALONE = Sql.of(SELECT);

  private History() {}

  static List<Message> of(
      StatelessSession session, UserId owner, UUID conversation, UUID turn, int texts) {
    return session.doReturningWork(
        connection -> {
          try (var run = ALONE.on(connection)) {
            run.set("owner", owner.value())
                .set("conversation", conversation)
                .set("turn", turn)
                .set("texts", texts);
            return read(run.rows(0));
          }
        });
  }

  static List<Message> read(ResultSet rows) throws SQLException {
    var messages = new ArrayList<Message>();
    while (rows.next()) messages.add(MessageEntity.from(rows).toDomain());
    return messages;
  }
}
