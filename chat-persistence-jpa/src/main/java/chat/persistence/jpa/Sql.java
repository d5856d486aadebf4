package chat.persistence.jpa;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Is one or more SQL statements with named parameters ({@code :owner}) that travel to the server in
 * one flush: several cost one round trip.
 */
final class Sql {
  private static final Pattern NAME = Pattern.compile("(?<!:):([a-z_]+)");

  /** Sets role and owner for the rest of the transaction: the first statement of every one. */
  static final String AS_OWNER =
      "select set_config('role', 'chat_app', true), set_config('chat.owner', :owner, true), "
          + Sql.AWAKE;

  static final String AS_ENGINE = "select set_config('role', 'chat_worker', true), " + Sql.AWAKE;

  /** Whoever falls asleep in a transaction loses it, and others get what it had locked. */
  private static final String AWAKE =
      "set_config('idle_in_transaction_session_timeout', '15s', true)";

  private final String text;
  private final List<String> names = new ArrayList<>();

  private Sql(String named) {
    var matcher = NAME.matcher(named);
    while (matcher.find()) names.add(matcher.group(1));
    text = matcher.replaceAll("?");
  }

  static Sql of(String... statements) {
    return new Sql(String.join(";\n", statements));
  }

  Run on(Connection connection) throws SQLException {
    return new Run(connection.prepareStatement(text));
  }

  /** Is one execution; its results are read in order. */
  final class Run implements AutoCloseable {
    private final PreparedStatement statement;
    private int at = -1;

    private Run(PreparedStatement statement) {
      this.statement = statement;
    }

    Run set(String name, @Nullable Object value) throws SQLException {
      boolean known = false;
      for (int i = 0; i < names.size(); i++) {
        if (!names.get(i).equals(name)) continue;
        known = true;
        if (value == null) statement.setNull(i + 1, Types.NULL);
        else
          statement.setObject(
              i + 1, value instanceof Instant t ? t.atOffset(ZoneOffset.UTC) : value);
      }
      if (!known) throw new IllegalArgumentException("no parameter " + name);
      return this;
    }

    /** Executes, when that has not happened, and moves on to the rows of a statement, from 0. */
    ResultSet rows(int number) throws SQLException {
      skipTo(number);
      return statement.getResultSet();
    }

    /** Returns how many rows a statement wrote. */
    int written(int number) throws SQLException {
      skipTo(number);
      return statement.getUpdateCount();
    }

    private void skipTo(int number) throws SQLException {
      if (at < 0) {
        statement.execute();
        at = 0;
      }
      for (; at < number; at++) statement.getMoreResults();
    }

    @Override
    public void close() throws SQLException {
      statement.close();
    }
  }
}
