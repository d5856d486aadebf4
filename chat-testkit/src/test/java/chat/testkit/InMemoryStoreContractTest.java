package chat.testkit;

import chat.memory.InMemoryStore;
import chat.port.Store;

/** The in-memory adapters keep what the storage ports promise. */
class InMemoryStoreContractTest implements ConversationRepositoryContract, TurnJournalContract {
  private final Store store = new InMemoryStore();

  @Override
  public Store store() {
    return store;
  }
}
