package chat.persistence.jpa;

import chat.model.ChatException.StorageFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the journal's slots whose days are over, each whole and in a transaction of its own: the
 * oldest first, and none after one that has to stay, so that what is left of a turn lacks nothing
 * but its beginning. It waits for nobody: a slot in use is left to the next time.
 */
final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final String LOCKED = "55P03";

  /** Each slot by its own number, so that no other is read. */
  private static final String FILLED =
      IntStream.range(0, 8)
          .mapToObj(
              "select %1$d as slot where exists (select from turn_segment where day = %1$d)"
                  ::formatted)
          .collect(Collectors.joining(" union all "));

  /** The slots that hold anything from more days ago than are kept, the oldest first. */
  private static final Sql OLD =
      Sql.of(
          Sql.AS_ENGINE,
          """
          select slot from (select slot, (%s + 8 - slot) %% 8 as ago from (%s) filled) aged
          where ago > :kept order by ago desc
          """
              .formatted(Writing.TODAY, FILLED),
          "commit");

  private final Transactions transactions;

  Retention(Transactions transactions) {
    this.transactions = transactions;
  }

  void apply(Duration keep) {
    // One more: a turn that ended yesterday may have begun the day before.
    long days = Math.ceilDiv(keep.toSeconds(), Duration.ofDays(1).toSeconds()) + 1;
    for (int slot : old(days)) if (!emptied(slot)) return;
  }

  private List<Integer> old(long days) {
    return transactions.bare(
        session ->
            session.doReturningWork(
                connection -> {
                  var slots = new ArrayList<Integer>();
                  try (var run = OLD.on(connection)) {
                    var rows = run.set("kept", days).rows(1);
                    while (rows.next()) slots.add(rows.getInt(1));
                  }
                  return slots;
                }));
  }

  /** Returns whether a slot is empty now; one that holds events of a turn that goes on stays. */
  private boolean emptied(int slot) {
    try {
      return transactions.bare(
          session -> session.doReturningWork(connection -> emptied(connection, slot)));
    } catch (StorageFailed e) {
      if (!LOCKED.equals(Transactions.sqlState(e))) throw e;
      LOG.debug("slot {} of the journal is in use", slot);
      return false;
    }
  }

  private static boolean emptied(Connection connection, int slot) throws SQLException {
    try (var run = over(slot).on(connection)) {
      var over = run.rows(1);
      if (!over.next() || !over.getBoolean(1)) return false;
    }
    // Nothing is added to an old day, and what is over stays so: only the day itself may change.
    try (var run = empty(slot).on(connection)) {
      return run.written(3) >= 0;
    }
  }

  /** In two parts, each of which an index of the turns that are not over answers. */
  private static Sql over(int slot) {
    return Sql.of(
        Sql.AS_ENGINE,
        """
        select not exists (select from turn t where t.state in ('running', 'awaiting')
            and exists (select from turn_segment s
              where s.owner = t.owner and s.turn_id = t.id and s.day = %1$d))
          and not exists (select from turn t where t.state = 'queued'
            and exists (select from turn_segment s
              where s.owner = t.owner and s.turn_id = t.id and s.day = %1$d))
        """
            .formatted(slot),
        "commit");
  }

  /**
   * Once the lock is there, which whoever writes today's events would wait for, looks at the day
   * again. All in one flush: nobody stops to think while the lock is held.
   */
  private static Sql empty(int slot) {
    return Sql.of(
        Sql.AS_ENGINE,
        "set local lock_timeout = '200ms'",
        "set local statement_timeout = '1s'",
        """
        do $$ begin
          lock table turn_segment_%1$d in access exclusive mode;
          if %2$s <> %1$d then truncate turn_segment_%1$d; end if;
        end $$
        """
            .formatted(slot, Writing.TODAY),
        "commit");
  }
}
