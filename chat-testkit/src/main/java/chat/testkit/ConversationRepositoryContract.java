package chat.testkit;

import chat.port.Store;

/**
 * Shows every promise of {@link chat.port.ConversationRepository}, in its order. The test of an
 * adapter implements this and {@link TurnJournalContract}, and brings the store.
 */
public interface ConversationRepositoryContract
    extends ConversationPromises,
        SearchPromises,
        HistoryPromises,
        FeedbackPromises,
        AcceptPromises,
        AttachingPromises,
        QueuePromises,
        TurnPromises,
        AnswerPromises,
        LedgerPromises {

  /**
   * Returns a store that is up; called often, and may give the same one again. It may hold what
   * other tests left behind: every promise is shown with owners and instances of its own.
   */
  @Override
  Store store();
}
