package chat.testkit;

import chat.model.UserId;
import chat.port.Store;

/**
 * Shows every promise of {@link chat.port.TurnJournal}, in its order. The test of an adapter
 * implements this and {@link ConversationRepositoryContract}, and brings the store.
 */
public interface TurnJournalContract
    extends EventPromises, JournalPromises, ClaimPromises, LookPromises {

  /**
   * Returns a store that is up; called often, and may give the same one again. It may hold what
   * other tests left behind: every promise is shown with owners and instances of its own.
   */
  @Override
  Store store();

  /**
   * Makes all that is stored of an owner so many days older, as far as {@link
   * chat.port.TurnJournal#retain} can tell; what others have may stay as it is.
   */
  @Override
  void age(UserId owner, int days);
}
