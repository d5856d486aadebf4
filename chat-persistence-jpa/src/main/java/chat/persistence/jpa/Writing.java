package chat.persistence.jpa;

import chat.model.Message;
import chat.model.ModelCall;
import chat.port.Lease;
import chat.port.TurnJournal;
import chat.port.TurnJournal.Segment;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes what running turns do: one flush each, role, locks, one statement for everything, commit.
 *
 * <p>Whatever is written is selected from {@code held}, the turn's row under a lock and with the
 * lease's fence: when another has the turn, there is nothing to select and nothing is written; nor
 * is it when the segment that the events follow is missing. Locks are taken in the order
 * conversation, turn, message.
 */
final class Writing {
  private static final String HELD =
      """
      with locked as materialized (
        select t.owner, t.id, t.conversation_id from turn t
        where t.owner = :owner and t.id = :turn and t.fence = :fence and t.state = 'running'
        for no key update),
      held as materialized (
        select l.* from locked l
        where :follows = 0 or exists (select from turn_segment p
          where p.owner = l.owner and p.turn_id = l.id and p.first_seq = :follows)),
      """;

  /** Says that the lease does not hold, that what was to be followed is missing, or neither. */
  private static final String OUTCOME = "select exists (select from held) from locked";

  /** Idempotent: a message of this turn is taken again as it now is, another's when it is newer. */
  private static final String MESSAGES =
      """
      stored as (
        insert into message as m (owner, id, conversation_id, seq, turn_id, step, parent_id, role,
          kind, hidden, partial, revision, content, provider, created_at)
        select held.owner, g.id, held.conversation_id, g.seq, held.id, g.step, g.parent, g.role,
          g.kind, g.hidden, g.partial, g.revision, g.content, g.provider, g.at
        from held, jsonb_to_recordset(cast(:messages as jsonb)) as g (id uuid, seq bigint,
          step int, parent uuid, role text, kind text, hidden boolean, partial boolean,
          revision int, content jsonb, provider jsonb, at timestamptz)
        on conflict (owner, id) do update set content = excluded.content,
          kind = excluded.kind, hidden = excluded.hidden, partial = excluded.partial, provider = excluded.provider, revision = excluded.revision
          where m.conversation_id = excluded.conversation_id
            and (m.turn_id = excluded.turn_id or m.revision < excluded.revision)),
      """;

  /** The slot of this day. */
  static final String TODAY =
      "cast(floor(extract(epoch from clock_timestamp()) / 86400) as bigint) % 8";

  /** A segment that was written before may come again with more behind it. */
  private static final String SEGMENT_AGAIN =
      """
      on conflict (owner, turn_id, first_seq, day) do update
        set events = excluded.events, last_seq = excluded.last_seq
        where s.last_seq < excluded.last_seq
      """;

  private static final String SEGMENT =
      """
      logged as (
        insert into turn_segment as s (owner, turn_id, first_seq, last_seq, events, day)
        select held.owner, held.id, :first, :first + jsonb_array_length(e.events) - 1, e.events, %s
        from held, (select cast(:events as jsonb) as events) e
        where jsonb_array_length(e.events) > 0
        %s),
      """
          .formatted(TODAY, SEGMENT_AGAIN);

  private static final Sql STORE =
      Sql.of(
          Sql.AS_ENGINE,
          HELD
              + MESSAGES
              + ModelCalls.ENTERED
              + SEGMENT
              + """
              moved as (
                update turn t set resume_from = greatest(t.resume_from, :resume_from),
                  last_event = greatest(t.last_event, :last_event),
                  %s
                from held, spent where t.owner = held.owner and t.id = held.id)
              """
                  .formatted(ModelCalls.RISES)
              + OUTCOME,
          "commit");

  private static final Sql LEAVE =
      Sql.of(
          Sql.AS_ENGINE,
          PlainTurn.LOCK,
          HELD
              + MESSAGES
              + ModelCalls.ENTERED
              + SEGMENT
              + """
              rested as (
                update turn t set state = :state, end_reason = :end_reason, instance = null,
                  failure = cast(:failure as jsonb), steps = :steps, last_event = :last_event,
                  awaiting = case when :awaits then cast(:awaiting as jsonb) else t.awaiting end,
                  answered = case when :awaits then t.awaiting || t.answered else t.answered end,
                  expires_at = :expires_at,
                  finished_at = case when :awaits then null else clock_timestamp() end,
                  %s
                from held, spent where t.owner = held.owner and t.id = held.id),
              last as (
                select m.seq, m.created_at from message m, held
                where m.owner = held.owner and m.conversation_id = held.conversation_id
                order by m.seq desc limit 1),
              touched as (
                update conversation c set version = c.version + 1,
                  updated_at = greatest(c.updated_at, clock_timestamp()),
                  last_seq = greatest(c.last_seq, (select seq from last), :last_seq),
                  last_at = greatest(c.last_at, (select created_at from last), :last_at)
                from held where c.owner = held.owner and c.id = held.conversation_id)
              """
                  .formatted(ModelCalls.RISES)
              + OUTCOME,
          "commit");

  private static final Sql LEFT =
      Sql.of(
          Sql.AS_ENGINE,
          """
          select 1 from turn where owner = :owner and id = :turn and fence = :fence
            and state = :state and end_reason is not distinct from :end_reason
            and last_event = :last_event
          """);

  /** In a transaction of its own: the one before has ended with its flush. */
  private static final Sql STORED = Sql.of(Sql.AS_ENGINE, Events.HIGHEST, "commit");

  private static final Sql APPEND =
      Sql.of(
          Sql.AS_ENGINE + ", set_config('synchronous_commit', 'off', true)",
          """
          with given as materialized (
            select * from jsonb_to_recordset(cast(:segments as jsonb)) as g (place int, owner text,
              turn uuid, fence bigint, follows bigint, first bigint, last bigint, events jsonb)),
          locked as materialized (
            select g.* from given g
            join turn t on t.owner = g.owner and t.id = g.turn and t.fence = g.fence
            where t.state = 'running' for share of t skip locked),
          held as materialized (
            select l.* from locked l
            where l.follows = 0 or exists (select from turn_segment p
              where p.owner = l.owner and p.turn_id = l.turn and p.first_seq = l.follows)),
          logged as (
            insert into turn_segment as s (owner, turn_id, first_seq, last_seq, events, day)
            select owner, turn, first, last, events, %s from held
            %s)
          select g.place, g.place in (select place from locked), g.place in (select place from held)
          from given g cross join lateral (
            select from turn t where t.owner = g.owner and t.id = g.turn and t.fence = g.fence
              and t.state = 'running' limit 1) t
          """
              .formatted(TODAY, SEGMENT_AGAIN),
          "commit");

  private Writing() {}

  private record MessageRow(
      UUID id,
      long seq,
      int step,
      @Nullable UUID parent,
      String role,
      String kind,
      boolean hidden,
      boolean partial,
      int revision,
      @JsonRawValue String content,
      @JsonRawValue @Nullable String provider,
      Instant at) {
    static MessageRow from(Lease lease, Message message) {
      var row = MessageEntity.from(lease.owner(), message);
      return new MessageRow(
          row.key.id(),
          row.seq,
          row.step,
          row.parentId,
          row.role,
          row.kind,
          row.hidden,
          row.partial,
          row.revision,
          row.content,
          row.provider,
          row.createdAt);
    }
  }

  private record SegmentRow(
      int place,
      String owner,
      UUID turn,
      long fence,
      long follows,
      long first,
      long last,
      @JsonRawValue String events) {}

  static TurnJournal.Appended append(Connection connection, Map<Lease, Segment> segments)
      throws SQLException {
    var leases = List.copyOf(segments.keySet());
    var rows = new ArrayList<SegmentRow>();
    segments.forEach((lease, segment) -> rows.add(row(rows.size(), lease, segment)));
    var lost = new HashSet<>(leases);
    var busy = new HashSet<Lease>();
    var behind = new ArrayList<Lease>();
    try (var run = APPEND.on(connection)) {
      var running = run.set("segments", StoredForm.rows(rows)).rows(1);
      while (running.next()) {
        var lease = leases.get(running.getInt(1));
        lost.remove(lease);
        if (!running.getBoolean(2)) busy.add(lease);
        else if (!running.getBoolean(3)) behind.add(lease);
      }
    }
    var gaps = new HashMap<Lease, Long>();
    for (var lease : behind) gaps.put(lease, stored(connection, lease));
    return new TurnJournal.Appended(lost, busy, gaps);
  }

  private static SegmentRow row(int place, Lease lease, Segment segment) {
    long first = segment.events().get(0).number();
    return new SegmentRow(
        place,
        lease.owner().value(),
        lease.turn().value(),
        lease.fence(),
        segment.follows(),
        first,
        first + segment.events().size() - 1,
        StoredForm.of(segment.events()));
  }

  private static long stored(Connection connection, Lease lease) throws SQLException {
    try (var run = STORED.on(connection)) {
      run.set("owner", lease.owner().value()).set("turn", lease.turn().value());
      var rows = run.rows(1);
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /** Returns whether the lease still holds; else nothing was written. */
  static boolean store(
      Connection connection,
      Lease lease,
      List<Message> messages,
      List<ModelCall.Entry> calls,
      Segment events,
      long resumeFrom)
      throws SQLException {
    try (var run = STORE.on(connection)) {
      give(run, lease, messages, calls, events)
          .set("resume_from", resumeFrom)
          .set("last_event", lastOf(events));
      return held(connection, lease, run.rows(1));
    }
  }

  private static long lastOf(Segment segment) {
    var events = segment.events();
    return events.isEmpty() ? 0 : events.get(events.size() - 1).number();
  }

  private static boolean held(Connection connection, Lease lease, ResultSet outcome)
      throws SQLException {
    if (!outcome.next()) return false;
    if (!outcome.getBoolean(1)) throw new TurnJournal.Gap(lease.turn(), stored(connection, lease));
    return true;
  }

  /** Returns whether the lease still held; else nothing was written. */
  static boolean leave(Connection connection, Lease lease, TurnJournal.Rest rest)
      throws SQLException {
    var last = rest.messages().stream().max((a, b) -> Long.compare(a.seq(), b.seq()));
    boolean awaits = !rest.state().terminal();
    try (var run = LEAVE.on(connection)) {
      give(run, lease, rest.messages(), rest.calls(), rest.events())
          .set("conversation", lease.conversation().value())
          .set("state", Key.word(rest.state()))
          .set("end_reason", Key.wordOrNull(rest.reason()))
          .set("failure", StoredForm.of(rest.failure()))
          .set("steps", rest.steps())
          .set("last_event", rest.lastEvent())
          .set("awaits", awaits)
          .set("awaiting", StoredForm.ofPending(rest.awaiting()))
          .set("expires_at", Answering.earliest(rest.awaiting()))
          .set("last_seq", last.map(Message::seq).orElse(0L))
          .set("last_at", last.map(Message::createdAt).orElse(lease.time()));
      return held(connection, lease, run.rows(2));
    }
  }

  /** Tells whether the turn already rests the way it is to rest: the same call came before. */
  static boolean left(Connection connection, Lease lease, TurnJournal.Rest rest)
      throws SQLException {
    try (var run = LEFT.on(connection)) {
      run.set("owner", lease.owner().value())
          .set("turn", lease.turn().value())
          .set("fence", lease.fence())
          .set("state", Key.word(rest.state()))
          .set("end_reason", Key.wordOrNull(rest.reason()))
          .set("last_event", rest.lastEvent());
      return run.rows(1).next();
    }
  }

  private static Sql.Run give(
      Sql.Run run,
      Lease lease,
      List<Message> messages,
      List<ModelCall.Entry> calls,
      Segment segment)
      throws SQLException {
    return run.set("owner", lease.owner().value())
        .set("turn", lease.turn().value())
        .set("fence", lease.fence())
        .set(
            "messages",
            StoredForm.rows(messages.stream().map(m -> MessageRow.from(lease, m)).toList()))
        .set("calls", ModelCalls.rows(calls))
        .set("follows", segment.follows())
        .set("first", segment.events().isEmpty() ? 0 : segment.events().get(0).number())
        .set("events", StoredForm.of(segment.events()));
  }
}
