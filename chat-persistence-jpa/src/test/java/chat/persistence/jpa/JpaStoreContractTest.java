package chat.persistence.jpa;

import chat.port.Store;
import chat.testkit.ConversationRepositoryContract;
import chat.testkit.TurnJournalContract;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** Shows the promises of both ports on PostgreSQL, through a pool as the app has it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JpaStoreContractTest implements ConversationRepositoryContract, TurnJournalContract {
  private final HikariDataSource pool =
      Postgres.pool(Postgres.as(Postgres.LOGIN, Postgres.migrated()), 8);
  private final JpaStore store = JpaStore.open(pool, pool);

  @Override
  public Store store() {
    return store;
  }

  @AfterAll
  void close() {
    store.close();
    pool.close();
  }
}
