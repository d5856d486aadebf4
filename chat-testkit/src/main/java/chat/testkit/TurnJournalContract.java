package chat.testkit;

/**
 * Shows every promise of {@link chat.port.TurnJournal}, in its order. The test of an adapter
 * implements this and {@link ConversationRepositoryContract}, and brings the store.
 */
public interface TurnJournalContract extends EventPromises, JournalPromises, ClaimPromises {

  /** Returns a store that is up; called once per test, and may give the same one again. */
  @Override
  Stores stores();
}
