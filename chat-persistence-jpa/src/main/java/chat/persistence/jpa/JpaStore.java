package chat.persistence.jpa;

import chat.model.ChatException.StorageFailed;
import chat.port.AttachmentRepository;
import chat.port.AttachmentStore;
import chat.port.ConversationRepository;
import chat.port.Store;
import chat.port.TurnJournal;
import java.util.List;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Holds all storage ports over a database that {@link Migrations} has prepared: over one pool of
 * connections, or over one for each port, so that a burst of requests takes none from the engine.
 * Opening it touches no connection, so it may be opened while the database is down.
 *
 * <p>The login of the pools needs no rights but membership of {@code chat_app} and {@code
 * chat_worker}. A pool's {@code DataSource} belongs to the caller, who closes it after this.
 */
public final class JpaStore implements Store, AutoCloseable {
  private final SessionFactory requests;
  private final SessionFactory engine;
  private final Transactions transactions;
  private final JpaConversationRepository conversations;
  private final JpaTurnJournal journal;
  private final JpaAttachmentRepository attachments;
  private final JpaAttachmentStore files;

  private JpaStore(SessionFactory requests, SessionFactory engine, @Nullable DataSource direct) {
    this.requests = requests;
    this.engine = engine;
    transactions = new Transactions(requests);
    var doubts = new Doubts(transactions);
    conversations = new JpaConversationRepository(transactions, doubts);
    attachments = new JpaAttachmentRepository(transactions);
    files = new JpaAttachmentStore(transactions);
    var engines = new Transactions(engine);
    journal = new JpaTurnJournal(engines, doubts, new Hints(engines, direct));
  }

  /** Opens a store over one pool. */
  public static JpaStore open(DataSource pool) {
    var sessions = sessions(pool);
    return new JpaStore(sessions, sessions, null);
  }

  /**
   * Brings the database up to date and opens a store over it, for a service whose pool logs in as
   * the tables' owner.
   *
   * @param pool gives at least three connections at a time
   * @throws StorageFailed if {@link Migrations#migrate(DataSource)} or {@link #requireRowSecurity}
   *     refuses
   */
  public static JpaStore migrated(DataSource pool) {
    Migrations.migrate(pool);
    var store = open(pool);
    try {
      store.requireRowSecurity();
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /**
   * Opens a store over two pools to the same database.
   *
   * @param requests for {@link #conversations} and files
   * @param engine for {@link #journal}
   * @param direct gives connections past any pooler, for one that listens to other instances; null
   *     if there is none: then they are noticed a little later
   */
  public static JpaStore open(DataSource requests, DataSource engine, @Nullable DataSource direct) {
    return new JpaStore(sessions(requests), sessions(engine), direct);
  }

  private static SessionFactory sessions(DataSource pool) {
    return new HibernatePersistenceConfiguration("chat")
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
  }

  @Override
  public ConversationRepository conversations() {
    return conversations;
  }

  @Override
  public TurnJournal journal() {
    return journal;
  }

  @Override
  public AttachmentRepository attachments() {
    return attachments;
  }

  @Override
  public AttachmentStore files() {
    return files;
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
    requests.close();
    if (!engine.isClosed()) engine.close();
  }
}
