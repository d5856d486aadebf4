package chat.testkit;

import chat.port.ConversationRepository;
import chat.port.TurnJournal;

/**
 * Is a store as the test of an adapter brings it: both of its ports, over the same data. It may
 * hold what other tests left behind, since every promise is shown with owners and instances of its
 * own.
 */
public record Stores(ConversationRepository conversations, TurnJournal journal) {}
