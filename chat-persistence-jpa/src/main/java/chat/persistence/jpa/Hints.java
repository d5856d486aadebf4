package chat.persistence.jpa;

import chat.model.ChatException.StorageFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other instances that something has changed, by {@code NOTIFY} in a transaction of its own,
 * and hears them on one connection that is kept for that. Without such a connection it does
 * neither.
 */
final class Hints {
  private static final Logger LOG = LoggerFactory.getLogger(Hints.class);
  private static final String CHANNEL = "chat_hint";

  /** How long a dead connection may go unnoticed. */
  private static final int SILENCE_MILLIS = 10_000;

  private static final int ANSWER_SECONDS = 2;
  private static final long RETRY_SECONDS = 2;

  private static final Sql GIVE =
      Sql.of(
          "select set_config('synchronous_commit', 'off', true),"
              + " pg_notify('"
              + CHANNEL
              + "', :instance)",
          "commit");

  private final Transactions transactions;
  private final @Nullable DataSource direct;

  /**
   * @param direct gives connections that are the server's own, not a pooler's; null for none
   */
  Hints(Transactions transactions, @Nullable DataSource direct) {
    this.transactions = transactions;
    this.direct = direct;
  }

  void give(String instance) {
    if (direct == null) return;
    try {
      boolean ignored =
          transactions.bare(
              session ->
                  session.doReturningWork(
                      connection -> {
                        try (var run = GIVE.on(connection)) {
                          return run.set("instance", instance).rows(0).next();
                        }
                      }));
    } catch (StorageFailed e) {
      LOG.debug("a hint is lost", e);
    }
  }

  AutoCloseable listen(String instance, Runnable look) {
    return direct == null ? () -> {} : new Ear(direct, instance, look);
  }

  /** Listens on a thread of its own, again and again until it is closed. */
  private static final class Ear implements AutoCloseable {
    private final DataSource direct;
    private final String instance;
    private final Runnable look;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private boolean deaf;
    private volatile @Nullable Connection current;

    Ear(DataSource direct, String instance, Runnable look) {
      this.direct = direct;
      this.instance = instance;
      this.look = look;
      this.thread = Thread.ofPlatform().daemon().name("chat-hints").start(this::run);
    }

    private void run() {
      try {
        do {
          try (var connection = direct.getConnection()) {
            current = connection;
            if (closed.getCount() > 0) listen(connection);
          } catch (SQLException e) {
            // What was said meanwhile is found by the looks that need no hint.
            if (closed.getCount() > 0 && !deaf) LOG.info("not listening: {}", e.getMessage());
            deaf = true;
          }
        } while (!closed.await(RETRY_SECONDS, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void listen(Connection connection) throws SQLException {
      connection.setAutoCommit(true);
      try (var statement = connection.createStatement()) {
        statement.execute("listen " + CHANNEL);
      }
      deaf = false;
      look.run();
      var heard = connection.unwrap(PGConnection.class);
      while (closed.getCount() > 0) {
        var notifications = heard.getNotifications(SILENCE_MILLIS);
        boolean others = false;
        for (var each : notifications) others |= !each.getParameter().equals(instance);
        if (others) look.run();
        if (notifications.length == 0 && !connection.isValid(ANSWER_SECONDS)) return;
      }
    }

    @Override
    public void close() throws SQLException {
      closed.countDown();
      // Wakes it where it listens.
      var open = current;
      if (open != null) open.abort(Runnable::run);
      try {
        thread.join(SILENCE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
