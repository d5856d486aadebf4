package chat.persistence.jpa;

import chat.model.ChatException.StorageFailed;
import chat.model.Turn;
import chat.model.Turn.EndReason;
import chat.model.TurnEvent;
import chat.port.Lease;
import chat.port.TurnJournal.Changes;
import chat.port.TurnJournal.Stop;
import chat.port.TurnJournal.Watched;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks, for a whole instance in one flush, at what others have done. */
final class Looking {
  private static final Logger LOG = LoggerFactory.getLogger(Looking.class);
  static final String STOPS =
      """
      select t.id, t.stop_requested, (select q.id from turn q
          where q.owner = t.owner and q.conversation_id = t.conversation_id and q.state = 'queued'
          order by q.queue_rank limit 1)
      from turn t
      where t.stop_requested is not null and t.state = 'running' and t.instance = :instance
      """;

  private static final String GIVEN =
      """
      with given as materialized (
        select * from jsonb_to_recordset(cast(:watched as jsonb))
          as g (place int, owner text, turn uuid, after bigint, fence bigint))
      """;

  /** Before the events: of a turn that is over now, a later statement sees all of them. */
  static final String GOING_ON =
      GIVEN
          + """
          select g.place from given g cross join lateral (
            select from turn t where t.owner = g.owner and t.id = g.turn
              and t.state in ('queued', 'running', 'awaiting') limit 1) t
          """;

  /** Of the segments that begin at or before a number, only the last can reach beyond it. */
  static final String EVENTS =
      GIVEN
          + """
          select g.place, s.first_seq, s.events from given g
          cross join lateral (
            select coalesce(max(p.first_seq), 0) as first_seq from turn_segment p
            where p.owner = g.owner and p.turn_id = g.turn and p.first_seq <= g.after) known
          cross join lateral (
            select n.first_seq, n.last_seq, n.events from turn_segment n
            where n.owner = g.owner and n.turn_id = g.turn
              and n.first_seq >= known.first_seq and n.last_seq > g.after
            order by n.first_seq, n.last_seq desc limit 200) s
          order by g.place, s.first_seq, s.last_seq desc
          """;

  private static final Sql LOOK =
      Sql.of(Sql.AS_ENGINE, STOPS, GOING_ON, EVENTS, Claiming.CLAIMABLE, "commit");

  private static final Sql HELD =
      Sql.of(
          Sql.AS_ENGINE,
          GIVEN
              + """
              select g.place from given g cross join lateral (
                select from turn t where t.owner = g.owner and t.id = g.turn
                  and t.fence = g.fence and t.state = 'running' limit 1) t
              """,
          "commit");

  private Looking() {}

  private record Given(int place, String owner, UUID turn, long after, long fence) {}

  static Changes look(
      Connection connection, String instance, Collection<Watched> watched, Duration validity)
      throws SQLException {
    var all = List.copyOf(watched);
    var given = new ArrayList<Given>();
    for (var each : all) {
      given.add(
          new Given(given.size(), each.owner().value(), each.turn().value(), each.after(), 0));
    }
    try (var run = LOOK.on(connection)) {
      run.set("instance", instance)
          .set("watched", StoredForm.rows(given))
          .set("micros", validity.toNanos() / 1000)
          .set("alone", false);
      var stops = stops(run.rows(1));
      var over = new HashSet<Turn.Id>();
      for (var each : all) over.add(each.turn());
      for (var goesOn = run.rows(2); goesOn.next(); ) {
        over.remove(all.get(goesOn.getInt(1)).turn());
      }
      var events = events(run.rows(3), all);
      var claimable = run.rows(4);
      return new Changes(stops, events, over, claimable.next() && claimable.getBoolean(1));
    }
  }

  private static List<Stop> stops(ResultSet rows) throws SQLException {
    var stops = new ArrayList<Stop>();
    while (rows.next()) {
      var reason = Key.constant(EndReason.class, rows.getString(2));
      var next = reason == EndReason.SUPERSEDED ? turn(rows.getObject(3, UUID.class)) : null;
      stops.add(new Stop(new Turn.Id(rows.getObject(1, UUID.class)), reason, next));
    }
    return stops;
  }

  private static Turn.@Nullable Id turn(@Nullable UUID id) {
    return id == null ? null : new Turn.Id(id);
  }

  private static Map<Turn.Id, List<TurnEvent.Numbered>> events(
      ResultSet rows, List<Watched> watched) throws SQLException {
    var events = new HashMap<Turn.Id, List<TurnEvent.Numbered>>();
    var unreadable = new HashSet<Turn.Id>();
    while (rows.next()) {
      var of = watched.get(rows.getInt(1));
      if (unreadable.contains(of.turn())) continue;
      var known = events.computeIfAbsent(of.turn(), turn -> new ArrayList<>());
      long last = known.isEmpty() ? of.after() : known.get(known.size() - 1).number();
      try {
        for (var event : StoredForm.events(rows.getString(3), rows.getLong(2))) {
          if (event.number() > last) known.add(event);
        }
      } catch (StorageFailed e) {
        // Of a newer version: what is behind it waits, and the others do not.
        LOG.debug("events of turn {} cannot be read", of.turn(), e);
        unreadable.add(of.turn());
      }
    }
    return events;
  }

  static Set<Lease> lost(Connection connection, Collection<Lease> leases) throws SQLException {
    var all = List.copyOf(leases);
    var given = new ArrayList<Given>();
    for (var lease : all) {
      var owner = lease.owner().value();
      given.add(new Given(given.size(), owner, lease.turn().value(), 0, lease.fence()));
    }
    var lost = new HashSet<>(all);
    try (var run = HELD.on(connection)) {
      for (var held = run.set("watched", StoredForm.rows(given)).rows(1); held.next(); ) {
        lost.remove(all.get(held.getInt(1)));
      }
    }
    return lost;
  }
}
