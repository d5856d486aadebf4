package chat.persistence.jpa;

import chat.model.ChatException.StorageFailed;
import chat.model.UserId;
import chat.port.Lease;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.LockMode;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes turns that can go on: looks for them without a lock, then takes each in a transaction of
 * its own, in which the reason is looked at again under the locks of conversation and turn. What is
 * locked is somebody else's business, and is left to the next time.
 */
final class Claiming {
  private static final Logger LOG = LoggerFactory.getLogger(Claiming.class);
  private static final String CANDIDATES =
      """
      select t.owner, t.id, t.conversation_id, t.created_at, 'recover' as why from turn t
      where :alone and t.state = 'running' and t.instance <> :instance
      union all
      select t.owner, t.id, t.conversation_id, t.created_at, 'recover' from instance i
      join turn t on t.instance = i.id and t.state = 'running'
      where not :alone and i.id <> :instance and i.lease_until <= clock_timestamp()
        and clock_timestamp() >=
          pg_postmaster_start_time() + :micros * interval '1 microsecond'
      union all
      select t.owner, t.id, t.conversation_id, t.created_at, 'stop' from turn t
      where t.state = 'awaiting' and t.stop_requested is not null
      union all
      select t.owner, t.id, t.conversation_id, t.created_at, 'expire' from turn t
      where t.state = 'awaiting' and t.expires_at <= clock_timestamp() and t.stop_requested is null
      union all
      select t.owner, t.id, t.conversation_id, t.created_at, 'run' from turn t
      where t.state = 'queued'
        and not exists (select from turn o where o.owner = t.owner
          and o.conversation_id = t.conversation_id and o.state in ('running', 'awaiting'))
        and not exists (select from turn o where o.owner = t.owner
          and o.conversation_id = t.conversation_id and o.state = 'queued'
          and o.queue_rank < t.queue_rank)
      """;

  /** Tells whether there is a candidate; takes the parameters of all of them. */
  static final String CLAIMABLE = "select exists (" + CANDIDATES + ")";

  private static final Sql LOOK =
      Sql.of(
          Sql.AS_ENGINE,
          "select owner, id, conversation_id from ("
              + CANDIDATES
              + ") c order by created_at, id limit :at_most");
  private static final Sql WHY =
      Sql.of("select why from (" + CANDIDATES + ") c where owner = :owner and id = :turn");

  private final Transactions transactions;
  private final Doubts doubts;

  /** Are the turns that could not be taken, each reported once. */
  private final Set<Key> broken = ConcurrentHashMap.newKeySet();

  Claiming(Transactions transactions, Doubts doubts) {
    this.transactions = transactions;
    this.doubts = doubts;
  }

  private record Candidate(Key turn, Key conversation) {}

  /** Says who claims, and what others' leases are worth. */
  private record Terms(String instance, int texts, long micros, boolean alone) {
    Sql.Run on(Sql.Run run) throws java.sql.SQLException {
      return run.set("instance", instance).set("micros", micros).set("alone", alone);
    }
  }

  List<Lease.Work> claim(String instance, int atMost, int texts, Duration validity, boolean alone) {
    var terms = new Terms(instance, texts, validity.toNanos() / 1000, alone);
    var works = new ArrayList<Lease.Work>();
    try {
      for (var doubt : doubts.all()) {
        var work = tried(new Candidate(doubt.turn(), doubt.conversation()), terms, true);
        if (work == null) continue;
        doubts.resolved(doubt.turn());
        works.add(work);
      }
      // Those that break must not stand in the way of the others.
      for (var candidate : look((long) atMost + broken.size(), terms)) {
        if (works.size() >= atMost) break;
        var work = tried(candidate, terms, false);
        if (work != null) works.add(work);
      }
    } catch (RuntimeException e) {
      // What was taken is this instance's now, so it must be handed out.
      if (works.isEmpty()) throw e;
    }
    return works;
  }

  private List<Candidate> look(long atMost, Terms terms) {
    return transactions.bare(
        session ->
            session.doReturningWork(
                connection -> {
                  var found = new ArrayList<Candidate>();
                  try (var run = LOOK.on(connection)) {
                    var rows = terms.on(run).set("at_most", atMost).rows(1);
                    while (rows.next()) {
                      var owner = rows.getString(1);
                      found.add(
                          new Candidate(
                              new Key(owner, rows.getObject(2, UUID.class)),
                              new Key(owner, rows.getObject(3, UUID.class))));
                    }
                  }
                  return found;
                }));
  }

  /** Takes a turn; one that cannot be taken is passed over, and does no harm to the others. */
  private Lease.@Nullable Work tried(Candidate candidate, Terms terms, boolean own) {
    try {
      var work = taken(candidate, terms, own);
      if (work != null) broken.remove(candidate.turn);
      return work;
    } catch (RuntimeException e) {
      boolean down = e instanceof StorageFailed && e.getCause() instanceof PersistenceException;
      if (down) throw e;
      if (broken.add(candidate.turn)) {
        LOG.warn("turn {} cannot be taken: {}", candidate.turn.id(), e.toString());
      }
      return null;
    }
  }

  private Lease.@Nullable Work taken(Candidate candidate, Terms terms, boolean own) {
    return transactions.asEngine(
        session -> take(session, candidate, terms, own),
        work -> doubts.committed(work == null ? null : work.lease()));
  }

  private Lease.@Nullable Work take(
      StatelessSession session, Candidate candidate, Terms terms, boolean own) {
    var conversation =
        session.get(ConversationEntity.class, candidate.conversation, LockMode.UPGRADE_SKIPLOCKED);
    if (conversation == null) return null;
    var turn = session.get(TurnEntity.class, candidate.turn, LockMode.UPGRADE_SKIPLOCKED);
    if (turn == null) return null;
    if (own && !doubts.has(turn.key)) return null;
    var why =
        own && terms.instance.equals(turn.instance) ? Lease.Why.RECOVER : why(session, turn, terms);
    if (why == null) return null;
    // What is anybody's to take is not what a commit in doubt would have made of it.
    if (!own) doubts.resolved(turn.key);
    if (why == Lease.Why.RUN) return run(session, conversation, turn, terms);
    if (why == Lease.Why.RECOVER) bringUp(session, conversation, turn);
    turn.handTo(terms.instance);
    session.update(turn);
    var now = Starting.now(session);
    var work = Starting.work(session, conversation, turn, why, now, terms.texts);
    return why == Lease.Why.RECOVER ? withEvents(session, turn, work) : work;
  }

  private static Lease.Work run(
      StatelessSession session, ConversationEntity conversation, TurnEntity turn, Terms terms) {
    if (turn.input == null)
      throw new IllegalStateException("turn " + turn.key.id() + " waits without input");
    var input = StoredForm.input(turn.input);
    return new Starting(session, new UserId(turn.key.owner()), conversation)
        .start(turn, input, true, terms.instance, terms.texts);
  }

  private static Lease.@Nullable Why why(StatelessSession session, TurnEntity turn, Terms terms) {
    return session.doReturningWork(
        connection -> {
          try (var run = WHY.on(connection)) {
            terms.on(run).set("owner", turn.key.owner()).set("turn", turn.key.id());
            var rows = run.rows(0);
            return rows.next() ? Key.constant(Lease.Why.class, rows.getString(1)) : null;
          }
        });
  }

  /** Brings conversation and turn up to what their dead holder stored last. */
  private static void bringUp(
      StatelessSession session, ConversationEntity conversation, TurnEntity turn) {
    var last =
        session
            .createSelectionQuery(
                "from Message where key.owner = :owner and conversationId = :conversation"
                    + " order by seq desc",
                MessageEntity.class)
            .setParameter("owner", turn.key.owner())
            .setParameter("conversation", turn.conversationId)
            .setMaxResults(1)
            .getSingleResultOrNull();
    if (last != null && last.seq > conversation.lastSeq) {
      conversation.lastSeq = last.seq;
      if (last.createdAt.isAfter(conversation.lastAt)) conversation.lastAt = last.createdAt;
      session.update(conversation);
    }
    turn.lastEvent = Math.max(turn.lastEvent, Events.highest(session, turn));
  }

  private static Lease.Work withEvents(StatelessSession session, TurnEntity turn, Lease.Work work) {
    return new Lease.Work(
        work.lease(),
        work.why(),
        work.turn(),
        work.options(),
        work.steps(),
        work.stop(),
        work.history(),
        Events.stored(session, turn, turn.resumeFrom, Integer.MAX_VALUE));
  }
}
