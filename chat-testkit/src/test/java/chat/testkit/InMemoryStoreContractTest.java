package chat.testkit;

import chat.memory.InMemoryStore;
import chat.model.UserId;
import chat.port.AttachmentStore;
import chat.port.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** The in-memory adapters keep what the storage ports promise. */
class InMemoryStoreContractTest
    implements ConversationRepositoryContract,
        TurnJournalContract,
        AttachmentRepositoryContract,
        AttachmentStoreContract {
  private Duration passed = Duration.ZERO;
  private final Store store = new InMemoryStore(() -> Instant.now().plus(passed));

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
    passed = passed.plusDays(days);
  }
}
