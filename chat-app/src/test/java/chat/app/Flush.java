package chat.app;

import java.util.List;
import java.util.Locale;

/**
 * Is what a client sends to PostgreSQL in one go and then waits for: a round trip.
 *
 * @param statements the SQL that is executed
 * @param transaction the SQL that was executed before, since the transaction began
 */
record Flush(List<String> statements, List<String> transaction) {
  Flush {
    statements = List.copyOf(statements);
    transaction = List.copyOf(transaction);
  }

  /** Tells whether it commits a transaction that executes SQL with these words in it. */
  boolean commits(String words) {
    return statements.stream().anyMatch(Flush::isCommit)
        && (executes(words) || transaction.stream().anyMatch(sql -> sql.contains(words)));
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
