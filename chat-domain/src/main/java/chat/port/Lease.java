package chat.port;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.Turn.EndReason;
import chat.model.TurnEvent;
import chat.model.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is the right to write a turn. Whoever holds an older fence writes nothing.
 *
 * <p>Its holder alone adds messages to the conversation, so it numbers them itself: the first one
 * it stores is {@code lastSeq + 1}, created after {@code time}.
 *
 * @param fence rises whenever the turn changes hands
 * @param lastSeq the sequence of the conversation's last message when the lease was given
 * @param time the store's clock when the lease was given, never before the conversation's last
 *     message; microseconds
 */
public record Lease(
    UserId owner,
    Conversation.Id conversation,
    Turn.Id turn,
    long fence,
    long lastSeq,
    Instant time) {

  /**
   * Is a lease with what is needed to act on it.
   *
   * @param options what the sender asked of the turn
   * @param steps how many it has taken
   * @param stop why the turn is to stop, if it is
   * @param history the active messages up to now, ascending: at least those since the wanted number
   *     of texts, and all of the turn's own; at most {@link #HISTORY} beside the turn's own
   * @param events for {@link Why#RECOVER} what is stored after {@code turn.resumeFrom()}, else
   *     empty
   */
  public record Work(
      Lease lease,
      Why why,
      Turn turn,
      Content.Options options,
      int steps,
      @Nullable EndReason stop,
      List<Message> history,
      List<TurnEvent.Numbered> events) {
    /** Bounds {@link #history}, whatever was asked for. */
    public static final int HISTORY = 500;

    public Work {
      history = List.copyOf(history);
      events = List.copyOf(events);
    }
  }

  /** Says what is to be done with a turn that was handed out. */
  public enum Why {
    /** It begins. */
    RUN,
    /** All its answers are there: execute them and run the agent again. */
    RESUME,
    /** It awaited and was told to stop. */
    STOP,
    /** It awaited an answer that did not come in time. */
    EXPIRE,
    /** Its instance died. */
    RECOVER
  }
}
