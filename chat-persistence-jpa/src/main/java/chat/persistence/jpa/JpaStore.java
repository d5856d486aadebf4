package chat.persistence.jpa;

import chat.model.ChatException.StorageFailed;
import chat.port.ConversationRepository;
import chat.port.TurnJournal;
import java.util.List;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl;
import org.hibernate.jpa.HibernatePersistenceConfiguration;

/**
 * Holds both storage ports over one pool of connections to a database that {@link Migrations} has
 * prepared. Opening it touches no connection, so it may be opened while the database is down.
 *
 * <p>The login of the pool needs no rights but membership of {@code chat_app} and {@code
 * chat_worker}. The pool's {@code DataSource} belongs to the caller, who closes it after this.
 */
public final class JpaStore implements AutoCloseable {
  private final SessionFactory sessions;
  private final Transactions transactions;
  private final JpaConversationRepository conversations;
  private final JpaTurnJournal journal;

  private JpaStore(SessionFactory sessions) {
    this.sessions = sessions;
    transactions = new Transactions(sessions);
    var doubts = new Doubts(transactions);
    conversations = new JpaConversationRepository(transactions, doubts);
    journal = new JpaTurnJournal(transactions, doubts);
  }

  /** Opens a store over a pool. */
  public static JpaStore open(DataSource pool) {
    var sessions =
        new HibernatePersistenceConfiguration("chat")
            .managedClasses(ConversationEntity.class, MessageEntity.class, TurnEntity.class)
            .property("hibernate.connection.datasource", pool)
            .property("hibernate.boot.allow_jdbc_metadata_access", false)
            .property("jakarta.persistence.database-product-name", "PostgreSQL")
            .property("jakarta.persistence.database-product-version", "14.0")
            .property("jakarta.persistence.database-major-version", 14)
            .property("jakarta.persistence.database-minor-version", 0)
            .property(
                "hibernate.physical_naming_strategy",
                PhysicalNamingStrategySnakeCaseImpl.class.getName())
            .property("hibernate.jdbc.time_zone", "UTC")
            .property("hibernate.jdbc.log.errors", false)
            .property("hibernate.jdbc.log.warnings", false)
            .property("hibernate.hbm2ddl.auto", "none")
            .createEntityManagerFactory();
    return new JpaStore(sessions);
  }

  /** Returns the request side. */
  public ConversationRepository conversations() {
    return conversations;
  }

  /** Returns the engine side. */
  public TurnJournal journal() {
    return journal;
  }

  /**
   * Refuses a database whose row-level security would not hold: called before serving.
   *
   * @throws StorageFailed if a role cannot be taken, is a superuser or bypasses row-level security,
   *     if a table is without it, or if the database does not answer
   */
  public void requireRowSecurity() {
    RowSecurity.require(transactions, List.of("chat_app", "chat_worker"));
  }

  @Override
  public void close() {
    sessions.close();
  }
}
