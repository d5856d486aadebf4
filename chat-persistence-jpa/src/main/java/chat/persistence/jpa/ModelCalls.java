package chat.persistence.jpa;

import chat.model.ModelCall;
import chat.model.Turn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes and reads the rows of the usage ledger. */
final class ModelCalls {
  /**
   * Is a part of a statement that has {@code held}: enters the calls that are not there yet, and
   * makes of them what a turn's usage rises by. They are known by the fence of their lease.
   */
  static final String ENTERED =
      """
      entered as (
        insert into model_call (owner, turn_id, fence, number, model, input_tokens, cached_tokens,
          output_tokens, reasoning_tokens, started_at, duration, outcome)
        select held.owner, held.id, :fence, g.number, g.model, g.input, g.cached, g.output,
          g.reasoning, g.started, g.micros * interval '1 microsecond', g.outcome
        from held, jsonb_to_recordset(cast(:calls as jsonb)) as g (number int, model text,
          input bigint, cached bigint, output bigint, reasoning bigint, started timestamptz,
          micros bigint, outcome text)
        on conflict (owner, turn_id, fence, number) do nothing
        returning input_tokens, cached_tokens, output_tokens, reasoning_tokens),
      spent as (
        select coalesce(sum(input_tokens), 0) as input, coalesce(sum(cached_tokens), 0) as cached,
          coalesce(sum(output_tokens), 0) as output, coalesce(sum(reasoning_tokens), 0) as reasoning
        from entered),
      """;

  /** Adds {@code spent} to the usage of the turn {@code t}. */
  static final String RISES =
      """
      input_tokens = t.input_tokens + spent.input,
      cached_tokens = t.cached_tokens + spent.cached,
      output_tokens = t.output_tokens + spent.output,
      reasoning_tokens = t.reasoning_tokens + spent.reasoning
      """;

  private static final Sql SELECT =
      Sql.of(
          """
          select number, model, input_tokens, cached_tokens, output_tokens, reasoning_tokens,
            started_at, cast(extract(epoch from duration) * 1000000 as bigint) as micros, outcome
          from model_call where owner = :owner and turn_id = :turn order by fence, number
          """);

  private ModelCalls() {}

  private record Row(
      int number,
      String model,
      @Nullable Long input,
      @Nullable Long cached,
      @Nullable Long output,
      @Nullable Long reasoning,
      Instant started,
      long micros,
      String outcome) {
    static Row from(ModelCall.Entry entry) {
      var call = entry.call();
      var usage = call.usage();
      return new Row(
          entry.number(),
          call.model(),
          usage == null ? null : (Long) usage.input(),
          usage == null ? null : (Long) usage.cached(),
          usage == null ? null : (Long) usage.output(),
          usage == null ? null : (Long) usage.reasoning(),
          entry.startedAt(),
          call.duration().dividedBy(ChronoUnit.MICROS.getDuration()),
          Key.word(call.outcome()));
    }
  }

  /** Returns the parameter {@code calls} of {@link #ENTERED}. */
  static String rows(List<ModelCall.Entry> entries) {
    return StoredForm.rows(entries.stream().map(Row::from).toList());
  }

  static List<ModelCall.Entry> of(Connection connection, TurnEntity turn) throws SQLException {
    try (var run = SELECT.on(connection)) {
      var rows = run.set("owner", turn.key.owner()).set("turn", turn.key.id()).rows(0);
      var entries = new ArrayList<ModelCall.Entry>();
      while (rows.next()) entries.add(entry(rows));
      return entries;
    }
  }

  private static ModelCall.Entry entry(ResultSet row) throws SQLException {
    var call =
        new ModelCall(
            row.getString("model"),
            usage(row),
            Duration.of(row.getLong("micros"), ChronoUnit.MICROS),
            Key.constant(ModelCall.Outcome.class, row.getString("outcome")));
    var startedAt = row.getObject("started_at", OffsetDateTime.class).toInstant();
    return new ModelCall.Entry(row.getInt("number"), startedAt, call);
  }

  private static Turn.@Nullable Usage usage(ResultSet row) throws SQLException {
    long input = row.getLong("input_tokens");
    if (row.wasNull()) return null;
    return new Turn.Usage(
        input,
        row.getLong("cached_tokens"),
        row.getLong("output_tokens"),
        row.getLong("reasoning_tokens"));
  }
}
