package chat.persistence.jpa;

import chat.model.Conversation;
import chat.model.Message;
import chat.model.ModelCall;
import chat.port.Lease;
import chat.port.TurnJournal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.jdbc.ReturningWork;

/**
 * Stores what running turns do in PostgreSQL, in the role {@code chat_worker}. Each write is one
 * round trip and at most one commit, fenced by the turn's own row.
 */
final class JpaTurnJournal implements TurnJournal {
  private static final Sql RENEW =
      Sql.of(
          Sql.AS_ENGINE,
          """
          insert into instance (id, lease_until)
          values (:instance, clock_timestamp() + :micros * interval '1 microsecond')
          on conflict (id) do update set lease_until = excluded.lease_until
          """,
          // Some of those that nothing names any more, so that they do not pile up.
          """
          delete from instance where id in (
            select i.id from instance i
            where i.lease_until < clock_timestamp() - interval '1 day'
              and not exists (select from turn t
                where t.instance = i.id and t.state = 'running')
            limit 100 for update skip locked)
          """,
          "commit");

  private static final Sql HOLDS =
      Sql.of(
          """
          select 1 from turn where owner = :owner and id = :turn and fence = :fence
            and state = 'running' for share
          """);

  private final Transactions transactions;
  private final Claiming claiming;
  private final Retention retention;
  private final Hints hints;

  JpaTurnJournal(Transactions transactions, Doubts doubts, Hints hints) {
    this.transactions = transactions;
    this.claiming = new Claiming(transactions, doubts);
    this.retention = new Retention(transactions);
    this.hints = hints;
  }

  @Override
  public void renew(String instance, Duration validity) {
    inOneFlush(
        connection -> {
          try (var run = RENEW.on(connection)) {
            run.set("instance", instance).set("micros", validity.toNanos() / 1000);
            return run.written(1);
          }
        });
  }

  @Override
  public Appended append(Map<Lease, Segment> segments) {
    return inOneFlush(connection -> Writing.append(connection, segments));
  }

  @Override
  public void store(
      Lease lease,
      List<Message> messages,
      List<ModelCall.Entry> calls,
      Segment events,
      long resumeFrom) {
    boolean held =
        inOneFlush(
            connection -> Writing.store(connection, lease, messages, calls, events, resumeFrom));
    if (!held) throw new Lost(lease.turn());
  }

  @Override
  public void leave(Lease lease, Rest rest) {
    boolean held = inOneFlush(connection -> Writing.leave(connection, lease, rest));
    if (!held && !inOneFlush(connection -> Writing.left(connection, lease, rest))) {
      throw new Lost(lease.turn());
    }
  }

  @Override
  public Conversation change(Lease lease, Conversation.Change change) {
    return transactions.asEngine(
        session -> {
          var row = Locks.conversation(session, Key.of(lease.owner(), lease.conversation()));
          boolean holds = session.doReturningWork(connection -> holds(connection, lease));
          if (row == null || !holds) throw new Lost(lease.turn());
          return JpaConversationRepository.change(session, row, change);
        });
  }

  @Override
  public List<Lease.Work> claim(
      String instance, int atMost, int texts, Duration validity, boolean alone) {
    return claiming.claim(instance, atMost, texts, validity, alone);
  }

  @Override
  public Set<Lease> lost(Collection<Lease> leases) {
    return leases.isEmpty() ? Set.of() : inOneFlush(connection -> Looking.lost(connection, leases));
  }

  @Override
  public Changes look(String instance, Collection<Watched> watched, Duration validity) {
    return inOneFlush(connection -> Looking.look(connection, instance, watched, validity));
  }

  @Override
  public void hint(String instance) {
    hints.give(instance);
  }

  @Override
  public AutoCloseable onHint(String instance, Runnable look) {
    return hints.listen(instance, look);
  }

  @Override
  public void retain(Duration keep) {
    if (keep.compareTo(KEPT) > 0) throw new IllegalArgumentException("kept for " + keep);
    retention.apply(keep);
  }

  private static boolean holds(java.sql.Connection connection, Lease lease)
      throws java.sql.SQLException {
    try (var run = HOLDS.on(connection)) {
      run.set("owner", lease.owner().value())
          .set("turn", lease.turn().value())
          .set("fence", lease.fence());
      return run.rows(0).next();
    }
  }

  /** The statement takes its role and commits by itself, unless it is to be rolled back. */
  private <T> T inOneFlush(ReturningWork<T> work) {
    return transactions.bare(session -> session.doReturningWork(work));
  }
}
