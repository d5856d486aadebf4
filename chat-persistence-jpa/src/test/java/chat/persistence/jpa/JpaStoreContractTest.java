package chat.persistence.jpa;

import chat.model.UserId;
import chat.port.Store;
import chat.testkit.ConversationRepositoryContract;
import chat.testkit.TurnJournalContract;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** Shows the promises of both ports on PostgreSQL, through a pool as the app has it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JpaStoreContractTest implements ConversationRepositoryContract, TurnJournalContract {
  private final String database = Postgres.migrated();
  private final HikariDataSource pool = Postgres.pool(Postgres.as(Postgres.LOGIN, database), 8);
  private final JpaStore store = JpaStore.open(pool, pool, null);

  @Override
  public Store store() {
    return store;
  }

  @Override
  public void age(UserId owner, int days) {
    Postgres.execute(
        Postgres.as("postgres", database),
        "update turn_segment set day = (day + 8 - %d) %% 8 where owner = '%s'"
            .formatted(days, owner.value()));
  }

  @AfterAll
  void close() {
    store.close();
    pool.close();
  }
}
