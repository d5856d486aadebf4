package chat.testkit;

import chat.memory.InMemoryStore;

/** The in-memory adapters keep what the storage ports promise. */
class InMemoryStoreContractTest implements ConversationRepositoryContract, TurnJournalContract {
  private final InMemoryStore store = new InMemoryStore();

  @Override
  public Stores stores() {
    return new Stores(store.conversations(), store.journal());
  }
}
