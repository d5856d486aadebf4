package chat.persistence.jpa;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.Lease;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * Begins the turn of a plain new message in one round trip: role and owner, the conversation's
 * lock, one statement that writes everything, the history.
 *
 * <p>The lock is a statement of its own before the one that writes: a single one would look at a
 * snapshot older than its lock. What is not plain (the key is known, the conversation is missing,
 * locked or busy, the message id is taken) writes nothing, and is left to {@link Accepting}, in the
 * same transaction and under the same lock.
 */
final class PlainTurn {
  /** Locks a conversation against every other change; foreign keys still pass. */
  static final String LOCK =
      "select 1 from conversation where owner = :owner and id = :conversation for no key update";

  private static final String UNKNOWN =
      """
      not exists (select from turn t where t.owner = :owner and t.request_key = :key)
        and not exists (select from turn t
          where t.owner = :owner and t.user_message_id = :message and t.origin = 'send')
        and not exists (select from message m where m.owner = :owner and m.id = :message)
      """;

  private static final String WRITTEN =
      """
      turned as (
        insert into turn (owner, id, conversation_id, user_message_id, origin, state, options,
          request_key, request_hash, instance, fence, created_at, started_at)
        select :owner, :turn, :conversation, :message, 'send', 'running', cast(:options as jsonb),
          :key, :hash, :instance, 1, plain.at, plain.at from plain),
      said as (
        insert into message (owner, id, conversation_id, seq, turn_id, step, parent_id, role, kind,
          hidden, partial, content, created_at)
        select :owner, :message, :conversation, plain.seq, :turn, 0, plain.parent, 'user', 'text',
          false, false, cast(:content as jsonb), plain.at from plain)
      select plain.seq, plain.at, plain.branched from plain
      """;

  private static final Sql IN_A_CONVERSATION =
      Sql.of(
          Sql.AS_OWNER,
          LOCK,
          """
          with plain as materialized (
            select c.last_seq + 1 as seq, c.branched,
              greatest(clock_timestamp(), c.last_at + interval '1 microsecond') as at,
              (select m.id from message m
               where m.owner = :owner and m.conversation_id = :conversation and m.active
               order by m.seq desc limit 1) as parent
            from conversation c
            where c.owner = :owner and c.id = :conversation and (c.status = 'active' or :even_locked)
              and not exists (select from turn t where t.owner = :owner
                and t.conversation_id = :conversation and t.state in ('running', 'awaiting'))
              and not exists (select from turn t where t.owner = :owner
                and t.conversation_id = :conversation and t.state = 'queued')
              and %s),
          moved as (
            update conversation c set last_seq = plain.seq, last_at = plain.at,
              title = coalesce(c.title, :title), version = c.version + 1,
              updated_at = greatest(c.updated_at, plain.at)
            from plain where c.owner = :owner and c.id = :conversation),
          %s
          """
              .formatted(UNKNOWN, WRITTEN),
          History.SELECT);

  private static final Sql IN_A_NEW_CONVERSATION =
      Sql.of(
          Sql.AS_OWNER,
          """
          with plain as materialized (
            select cast(1 as bigint) as seq, false as branched, clock_timestamp() as at,
              cast(null as uuid) as parent
            where %s),
          opened as (
            insert into conversation (owner, id, title, last_seq, last_at, version, created_at,
              updated_at)
            select :owner, :conversation, :title, plain.seq, plain.at, 1, plain.at, plain.at
            from plain),
          %s
          """
              .formatted(UNKNOWN, WRITTEN),
          History.SELECT);

  private PlainTurn() {}

  /** Returns the work, or null when nothing was written: the role is taken and the lock held. */
  static Lease.@Nullable Work begin(
      StatelessSession session,
      UserId owner,
      Turn.Request request,
      Turn.Input.Send send,
      String instance,
      int texts) {
    var id = Turn.Id.next();
    var message = send.message() == null ? Message.Id.next() : send.message();
    var known = send.conversation();
    var conversation = known == null ? Conversation.Id.next().value() : known.value();
    var row = TurnEntity.from(owner, id, conversation, message.value(), request);
    row.handTo(instance);
    var written =
        session.doReturningWork(
            connection -> write(connection, row, request, send.content(), known == null, texts));
    if (written == null) return null;
    var turn = row.toDomain(0);
    return new Lease.Work(
        new Lease(owner, turn.conversation(), id, row.fence, written.seq, written.at),
        Lease.Why.RUN,
        turn,
        send.content().options(),
        0,
        null,
        Siblings.counted(session, owner, written.branched, written.history),
        List.of());
  }

  private record Written(long seq, Instant at, boolean branched, List<Message> history) {}

  private static @Nullable Written write(
      Connection connection,
      TurnEntity turn,
      Turn.Request request,
      Content content,
      boolean opens,
      int texts)
      throws SQLException {
    UUID message = turn.userMessageId;
    int first = opens ? 1 : 2;
    try (var run = (opens ? IN_A_NEW_CONVERSATION : IN_A_CONVERSATION).on(connection)) {
      run.set("owner", turn.key.owner())
          .set("turn", turn.key.id())
          .set("conversation", turn.conversationId)
          .set("message", message)
          .set("content", StoredForm.of(content))
          .set("options", turn.options)
          .set("title", turn.title)
          .set("key", turn.requestKey)
          .set("hash", turn.requestHash)
          .set("instance", turn.instance)
          .set("texts", texts);
      if (!opens) run.set("even_locked", request.evenLocked());
      var plain = run.rows(first);
      if (!plain.next()) return null;
      long seq = plain.getLong(1);
      var at = plain.getObject(2, OffsetDateTime.class).toInstant();
      boolean branched = plain.getBoolean(3);
      turn.createdAt = at;
      turn.startedAt = at;
      return new Written(seq, at, branched, History.read(run.rows(first + 1)));
    }
  }
}
