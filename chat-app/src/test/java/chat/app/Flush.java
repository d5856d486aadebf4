package chat.app;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Is what a client sends to PostgreSQL in one go and then waits for: a round trip.
 *
 * @param statements the SQL that is executed
 * @param transaction the SQL that was executed before, since the transaction began
 * @param values what is bound to its parameters, as it is sent
 */
record Flush(List<String> statements, List<String> transaction, Set<String> values) {
  Flush {
    statements = List.copyOf(statements);
    transaction = List.copyOf(transaction);
    values = Set.copyOf(values);
  }

  /** Tells whether it commits a transaction that executes SQL with these words in it. */
  boolean commits(String words) {
    return statements.stream().anyMatch(Flush::isCommit)
        && (executes(words) || transaction.stream().anyMatch(sql -> sql.contains(words)));
  }

  /** Tells whether it is about this: an instance also does what others left behind. */
  boolean binds(String value) {
    return values.contains(value);
  }

  boolean executes(String words) {
    return statements.stream().anyMatch(sql -> sql.contains(words));
  }

  static boolean isCommit(String sql) {
    return sql.strip().toLowerCase(Locale.ROOT).equals("commit");
  }

  static boolean isBegin(String sql) {
    return sql.strip().toLowerCase(Locale.ROOT).startsWith("begin");
  }
}
