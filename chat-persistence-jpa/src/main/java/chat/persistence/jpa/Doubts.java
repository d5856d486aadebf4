package chat.persistence.jpa;

import chat.model.ChatException.StorageFailed;
import chat.port.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Resolves commits without a known outcome that gave a turn to this process, by looking the turn up
 * on a new connection. When that is not possible either, the turn is remembered: nobody runs it,
 * and as long as this instance lives nobody else would end it, so the next claim takes it.
 */
final class Doubts {
  private static final Duration KEPT = Duration.ofMinutes(10);

  /**
   * Waits for the other transaction to end: one that made the conversation holds its key, another
   * one its lock.
   */
  private static final Sql SETTLE =
      Sql.of(
          Sql.AS_OWNER,
          "set local lock_timeout = '5s'",
          """
          insert into conversation (owner, id, last_at, created_at, updated_at)
          values (:owner, :conversation, now(), now(), now()) on conflict do nothing
          """,
          PlainTurn.LOCK,
          "select 1 from turn where owner = :owner and id = :turn and fence = :fence",
          "rollback");

  private final Transactions transactions;
  private final InstantSource clock = InstantSource.system();
  private final Map<Key, Doubt> all = new ConcurrentHashMap<>();

  Doubts(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Is a turn that may be held, and since when that is not known. */
  record Doubt(Key turn, Key conversation, Instant since) {}

  /** Tells whether the commit that gave this lease took place. */
  boolean committed(@Nullable Lease lease) {
    if (lease == null) return false;
    try {
      return transactions.bare(
          session ->
              session.doReturningWork(
                  c -> {
                    try (var run = SETTLE.on(c)) {
                      run.set("owner", lease.owner().value())
                          .set("conversation", lease.conversation().value())
                          .set("turn", lease.turn().value())
                          .set("fence", lease.fence());
                      return run.rows(4).next();
                    }
                  }));
    } catch (StorageFailed e) {
      var turn = Key.of(lease.owner(), lease.turn());
      var conversation = Key.of(lease.owner(), lease.conversation());
      all.put(turn, new Doubt(turn, conversation, clock.instant()));
      throw e;
    }
  }

  /** Returns what is in doubt, and forgets what has been for so long that it never came to be. */
  List<Doubt> all() {
    if (all.isEmpty()) return List.of();
    var forgotten = clock.instant().minus(KEPT);
    all.values().removeIf(doubt -> doubt.since.isBefore(forgotten));
    return List.copyOf(all.values());
  }

  /** Tells whether a turn is in doubt; under its lock, so that nobody resolves it meanwhile. */
  boolean has(Key turn) {
    return all.containsKey(turn);
  }

  /**
   * Forgets the doubt about a turn: it is handed out, or seen under its lock in a state that shows
   * that the commit in doubt never took place.
   */
  void resolved(Key turn) {
    all.remove(turn);
  }
}
