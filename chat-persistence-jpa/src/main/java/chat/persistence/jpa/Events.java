package chat.persistence.jpa;

import chat.model.Message;
import chat.model.TurnEvent;
import chat.model.TurnEvent.Numbered;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.StatelessSession;

/** Reads the stored events of a turn, and makes up what is no longer kept. */
final class Events {
  /** Of the segments that begin at or before a number, only the last can reach beyond it. */
  private static final Sql AFTER =
      Sql.of(
          """
          select first_seq, events from turn_segment
          where owner = :owner and turn_id = :turn and last_seq > :after and first_seq >= coalesce(
            (select max(first_seq) from turn_segment
              where owner = :owner and turn_id = :turn and first_seq <= :after), 0)
          order by first_seq, last_seq desc limit :limit
          """);

  static final String HIGHEST =
      """
      select last_seq from turn_segment where owner = :owner and turn_id = :turn
      order by first_seq desc, last_seq desc limit 1
      """;
  private static final Sql END = Sql.of(HIGHEST);

  private Events() {}

  static List<Numbered> read(StatelessSession session, TurnEntity turn, long after, int limit) {
    if (!turn.state().terminal()) return stored(session, turn, after, limit);
    if (after >= turn.lastEvent) return List.of();
    return isWhole(session, turn) ? stored(session, turn, after, limit) : madeUp(session, turn);
  }

  /** Tells whether events are stored from the first to the last: what is lost is at either end. */
  private static boolean isWhole(StatelessSession session, TurnEntity turn) {
    if (highest(session, turn) != turn.lastEvent) return false;
    var first = stored(session, turn, 0, 1).get(0);
    // A turn whose first events a crash took is begun once more.
    return first.number() == 1 || first.event() instanceof TurnEvent.TurnStarted;
  }

  /** Returns the stored events above {@code after}, ascending and each once. */
  static List<Numbered> stored(StatelessSession session, TurnEntity turn, long after, int limit) {
    return session.doReturningWork(
        connection -> {
          try (var run = AFTER.on(connection)) {
            run.set("owner", turn.key.owner())
                .set("turn", turn.key.id())
                .set("after", after)
                .set("limit", limit);
            return gathered(run.rows(0), after, limit);
          }
        });
  }

  private static List<Numbered> gathered(ResultSet rows, long after, int limit)
      throws SQLException {
    var events = new ArrayList<Numbered>();
    long last = after;
    while (events.size() < limit && rows.next()) {
      for (var event : StoredForm.events(rows.getString(2), rows.getLong(1))) {
        if (event.number() <= last) continue;
        events.add(event);
        last = event.number();
      }
    }
    return events;
  }

  /** Returns the number of the last event that is stored, 0 without one. */
  static long highest(StatelessSession session, TurnEntity turn) {
    return session.doReturningWork(
        connection -> {
          try (var run = END.on(connection)) {
            run.set("owner", turn.key.owner()).set("turn", turn.key.id());
            var rows = run.rows(0);
            return rows.next() ? rows.getLong(1) : 0;
          }
        });
  }

  private static List<Numbered> madeUp(StatelessSession session, TurnEntity turn) {
    var rows =
        session
            .createSelectionQuery(
                "from Message where key.owner = :owner and conversationId = :conversation"
                    + " and turnId = :turn order by seq",
                MessageEntity.class)
            .setParameter("owner", turn.key.owner())
            .setParameter("conversation", turn.conversationId)
            .setParameter("turn", turn.key.id())
            .getResultList();
    var messages = rows.stream().map(MessageEntity::toDomain).toList();
    var ended = turn.toDomain(0);
    var events = new ArrayList<Numbered>();
    for (Message message : Siblings.counted(session, turn.key.user(), true, messages)) {
      events.add(new Numbered(Numbered.NONE, new TurnEvent.MessageDone(message)));
    }
    events.add(
        new Numbered(
            turn.lastEvent,
            new TurnEvent.TurnEnded(
                ended.state(), ended.endReason(), null, ended.failure(), ended.usage())));
    return events;
  }
}
