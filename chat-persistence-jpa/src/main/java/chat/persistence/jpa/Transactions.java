package chat.persistence.jpa;

import chat.model.ChatException.StorageFailed;
import chat.model.UserId;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.Transaction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work in transactions that have taken a role, and translates what the database says. A
 * transaction that was not given a role sees nothing: the login has no rights of its own.
 */
final class Transactions {
  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
  private static final String UNIQUE_VIOLATION = "23505";

  /**
   * Data exceptions, violated constraints, values beyond its limits: the same again fails again.
   */
  private static final Set<String> REFUSALS = Set.of("22", "23", "54");

  private static final Sql OWNER = Sql.of(Sql.AS_OWNER);
  private static final Sql SNAPSHOT =
      Sql.of("set transaction isolation level repeatable read, read only", Sql.AS_OWNER);
  private static final Sql ENGINE = Sql.of(Sql.AS_ENGINE);
  private final SessionFactory sessions;

  Transactions(SessionFactory sessions) {
    this.sessions = sessions;
  }

  /** Says that a unique key was taken by another transaction; nothing was written. */
  static final class Taken extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Taken(Throwable cause) {
      super("a unique key is taken", cause);
    }
  }

  /** Works as the owner. */
  <T> T as(UserId owner, Function<StatelessSession, T> work) {
    return as(owner, work, result -> false);
  }

  /** Works as the owner; {@code there} as in {@link #doubtful}. */
  <T> T as(UserId owner, Function<StatelessSession, T> work, Predicate<T> there) {
    return doubtful(
        session -> {
          take(session, OWNER, owner);
          return work.apply(session);
        },
        result -> {},
        there);
  }

  /** Reads as the owner, everything as of one moment. */
  <T> T reading(UserId owner, Function<StatelessSession, T> work) {
    return bare(
        session -> {
          take(session, SNAPSHOT, owner);
          return work.apply(session);
        });
  }

  /** Works as the engine, across owners. */
  <T> T asEngine(Function<StatelessSession, T> work) {
    return asEngine(work, result -> false);
  }

  /** Works as the engine; {@code there} as in {@link #doubtful}. */
  <T extends @Nullable Object> T asEngine(Function<StatelessSession, T> work, Predicate<T> there) {
    return doubtful(
        session -> {
          take(session, ENGINE, null);
          return work.apply(session);
        },
        result -> {},
        there);
  }

  /** Works in a transaction whose first statement takes the role itself. */
  <T> T bare(Function<StatelessSession, T> work) {
    return doubtful(work, result -> {}, result -> false);
  }

  /**
   * Works in a transaction whose outcome the caller can look up.
   *
   * @param beforeCommit is told the result when all is written
   * @param there looks, after a commit without a known outcome, whether the result is there
   */
  <T extends @Nullable Object> T doubtful(
      Function<StatelessSession, T> work, Consumer<T> beforeCommit, Predicate<T> there) {
    T result;
    RuntimeException unknown = null;
    var session = sessions.openStatelessSession();
    try {
      var transaction = session.beginTransaction();
      try {
        result = work.apply(session);
        beforeCommit.accept(result);
      } catch (RuntimeException | Error e) {
        rollback(transaction, e);
        throw e;
      }
      try {
        transaction.commit();
      } catch (PersistenceException | IllegalStateException e) {
        unknown = e;
      }
    } catch (PersistenceException e) {
      throw translated(e);
    } finally {
      close(session);
    }
    if (unknown != null && !there.test(result)) throw translated(unknown);
    return result;
  }

  private static void take(StatelessSession session, Sql role, @Nullable UserId owner) {
    session.doWork(
        connection -> {
          try (var run = role.on(connection)) {
            if (owner != null) run.set("owner", owner.value());
            run.rows(0);
          }
        });
  }

  /** What is committed stays so, whatever becomes of the connection. */
  private static void close(StatelessSession session) {
    try {
      session.close();
    } catch (RuntimeException e) {
      LOG.debug("a session does not close", e);
    }
  }

  private static void rollback(Transaction transaction, Throwable because) {
    try {
      transaction.rollback();
    } catch (RuntimeException e) {
      because.addSuppressed(e);
    }
  }

  private static RuntimeException translated(Exception e) {
    var state = sqlState(e);
    if (UNIQUE_VIOLATION.equals(state)) return new Taken(e);
    var known = state == null ? "" : " (SQLState " + state + ")";
    if (state != null && REFUSALS.contains(state.substring(0, 2))) {
      return new IllegalArgumentException("the database refuses what it is given" + known, e);
    }
    return new StorageFailed("the database does not answer as it should" + known, e);
  }

  static @Nullable String sqlState(Throwable e) {
    for (var cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) return sql.getSQLState();
    }
    return null;
  }
}
