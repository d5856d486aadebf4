package chat.persistence.jpa;

import chat.model.UserId;
import chat.port.AttachmentStore;
import chat.port.Store;
import chat.testkit.AttachmentRepositoryContract;
import chat.testkit.AttachmentStoreContract;
import chat.testkit.ConversationRepositoryContract;
import chat.testkit.TurnJournalContract;
import com.zaxxer.hikari.HikariDataSource;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** Shows the promises of both ports on PostgreSQL, through a pool as the app has it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JpaStoreContractTest
    implements ConversationRepositoryContract,
        TurnJournalContract,
        AttachmentRepositoryContract,
        AttachmentStoreContract {
  private final String database = Postgres.migrated();
  private final HikariDataSource pool = Postgres.pool(Postgres.as(Postgres.LOGIN, database), 8);
  private final JpaStore store = JpaStore.open(pool, pool, null);

  @Override
  public Store store() {
    return store;
  }

  @Override
  public AttachmentStore files() {
    return store.files();
  }

  @Override
  public UUID announced(UserId owner) {
    return store.attachments().create(owner, "a.txt", "text/plain", 1).file().id();
  }

  @Override
  public void age(UserId owner, int days) {
    Postgres.execute(
        Postgres.as("postgres", database),
        "update turn_segment set day = (day + 8 - %d) %% 8 where owner = '%s'"
            .formatted(days, owner.value()),
        "update attachment set created_at = created_at - interval '%d days' where owner = '%s'"
            .formatted(days, owner.value()));
  }

  @AfterAll
  void close() {
    store.close();
    pool.close();
  }
}
