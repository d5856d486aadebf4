package chat.persistence.jpa;

import chat.model.ChatException.StorageFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Looks whether the fence stands that keeps one user's rows from another. */
final class RowSecurity {
  private static final Sql EFFECTIVE =
      Sql.of(
          "select set_config('role', :role, true)",
          """
          select current_user, r.rolsuper or r.rolbypassrls from pg_roles r
          where r.rolname = current_user
          """,
          """
          select coalesce(bool_and(c.relrowsecurity and c.relforcerowsecurity), false)
              and count(c.oid) = count(*)
          from (
            select cast(to_regclass(name) as oid) as oid from unnest(
              array['conversation', 'turn', 'message', 'turn_segment', 'model_call', 'feedback', 'instance',
                'attachment', 'attachment_piece', 'attachment_gone', 'signing_key', 'search_entry']) name
            union all
            select inhrelid from pg_inherits where inhparent = to_regclass('turn_segment')) t
          left join pg_class c on c.oid = t.oid
          """);

  private RowSecurity() {}

  static void require(Transactions transactions, List<String> roles) {
    for (var role : roles) {
      transactions.bare(
          session -> {
            session.doWork(connection -> require(connection, role));
            return true;
          });
    }
  }

  private static void require(Connection connection, String role) throws SQLException {
    try (var run = EFFECTIVE.on(connection)) {
      run.set("role", role);
      var effective = run.rows(1);
      if (!effective.next() || !effective.getString(1).equals(role)) {
        throw new StorageFailed("role " + role + " does not take effect on this connection", null);
      }
      if (effective.getBoolean(2)) {
        throw new StorageFailed(
            "role " + role + " is a superuser or bypasses row-level security", null);
      }
      var fenced = run.rows(2);
      if (!fenced.next() || !fenced.getBoolean(1)) {
        throw new StorageFailed("row-level security is not forced on every table", null);
      }
    }
  }
}
