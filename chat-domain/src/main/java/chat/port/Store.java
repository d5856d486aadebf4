package chat.port;

/**
 * Is a place where conversations are kept: both sides of storage, over the same data. What happens
 * through one is seen through the other.
 */
public interface Store {

  /** Returns the request side. */
  ConversationRepository conversations();

  /** Returns the engine's side. */
  TurnJournal journal();
}
