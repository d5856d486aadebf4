package chat.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Is one stored entry of a conversation.
 *
 * @param seq its place in the conversation's history: 1, 2, 3… without gaps, over all branches
 * @param turn the turn it belongs to
 * @param step the model call within the turn that made it: 1, 2, 3…; 0 for the user's own
 * @param parent the message it follows on its branch: for a user message the last active one before
 *     it, for whatever the agent makes the turn's user message, so that the answers to one question
 *     are siblings as turns; null for a conversation's first
 * @param partial whether it is not complete: still being made, or cut off by a stop, a failure or a
 *     crash
 * @param revision how often it changed since it was first stored; 0 for what never changes
 * @param provider what the model's provider wants back verbatim, such as its id of a call
 * @param createdAt strictly increasing within a conversation; microseconds
 */
public record Message(
    Id id,
    Conversation.Id conversation,
    long seq,
    Turn.Id turn,
    int step,
    @Nullable Id parent,
    Siblings siblings,
    Content content,
    boolean partial,
    int revision,
    @Nullable Json provider,
    Instant createdAt) {

  /** Identifies a message within its owner's; a client may bring one of its own for its input. */
  public record Id(UUID value) {
    public static Id next() {
      return new Id(UuidV7.next());
    }

    @Override
    public String toString() {
      return value.toString();
    }
  }

  /**
   * Says where it stands among the messages of the same parent: a user message among its edits, a
   * message of the agent's by its turn among the turns that answer the same question.
   *
   * @param index 0 for the oldest
   * @param count at least 1
   */
  public record Siblings(int index, int count) {
    public static final Siblings ONLY = new Siblings(0, 1);
  }

  public Message with(Content content, int revision) {
    return with(content, revision, partial);
  }

  public Message with(Content content, int revision, boolean partial) {
    return new Message(
        id,
        conversation,
        seq,
        turn,
        step,
        parent,
        siblings,
        content,
        partial,
        revision,
        provider,
        createdAt);
  }

  public Message with(Siblings siblings) {
    return new Message(
        id,
        conversation,
        seq,
        turn,
        step,
        parent,
        siblings,
        content,
        partial,
        revision,
        provider,
        createdAt);
  }

  public Message with(Instant createdAt) {
    return new Message(
        id,
        conversation,
        seq,
        turn,
        step,
        parent,
        siblings,
        content,
        partial,
        revision,
        provider,
        createdAt);
  }
}
