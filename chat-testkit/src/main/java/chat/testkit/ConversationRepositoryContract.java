package chat.testkit;

/**
 * Shows every promise of {@link chat.port.ConversationRepository}, in its order. The test of an
 * adapter implements this and {@link TurnJournalContract}, and brings the store.
 */
public interface ConversationRepositoryContract
    extends ConversationPromises, HistoryPromises, AcceptPromises, QueuePromises, TurnPromises {

  /** Returns a store that is up; called once per test, and may give the same one again. */
  @Override
  Stores stores();
}
