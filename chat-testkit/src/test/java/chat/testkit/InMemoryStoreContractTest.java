package chat.testkit;

import chat.memory.InMemoryStore;
import chat.model.UserId;
import chat.port.Store;
import java.time.Duration;
import java.time.Instant;

/** The in-memory adapters keep what the storage ports promise. */
class InMemoryStoreContractTest implements ConversationRepositoryContract, TurnJournalContract {
  private Duration passed = Duration.ZERO;
  private final Store store = new InMemoryStore(() -> Instant.now().plus(passed));

  @Override
  public Store store() {
    return store;
  }

  @Override
  public void age(UserId owner, int days) {
    passed = passed.plusDays(days);
  }
}
