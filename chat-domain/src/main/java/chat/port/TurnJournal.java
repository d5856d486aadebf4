package chat.port;

import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.Turn.EndReason;
import chat.model.Turn.Failure;
import chat.model.TurnEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores what running turns do: the engine side, across owners. Every write is fenced: when the
 * turn has changed hands, has ended or is gone, it changes nothing and reports the lease as lost.
 * Called by the engine's threads only. A store that does not answer is {@link
 * chat.model.ChatException.StorageFailed}: whether it wrote is then unknown, and writing the same
 * again does no harm. What can never be stored is an {@link IllegalArgumentException}, and nothing
 * of it is written.
 */
public interface TurnJournal {

  /**
   * Registers an instance, and keeps it alive for a while by the store's clock.
   *
   * <ol>
   *   <li>An instance that was renewed keeps its turns until {@code validity} has passed.
   * </ol>
   */
  void renew(String instance, Duration validity);

  /**
   * Stores events of many turns in one commit that does not wait for the disk.
   *
   * <ol>
   *   <li>They are found by {@link ConversationRepository#events} in the order of their numbers.
   *   <li>Returns the leases that are lost; the others' events are stored all the same.
   *   <li>The same segment again changes nothing.
   *   <li>When it fails, none are stored: the caller tries turn by turn to find the guilty one.
   * </ol>
   */
  Set<Lease> append(List<Segment> segments);

  /** Is a run of one turn's events with consecutive numbers, not empty. */
  record Segment(Lease lease, List<TurnEvent.Numbered> events) {
    public Segment {
      events = List.copyOf(events);
      if (events.isEmpty()) throw new IllegalArgumentException("no events");
    }
  }

  /**
   * Stores messages of a running turn, durably, with the events up to them.
   *
   * <ol>
   *   <li>A new message is at the end of the active history as it is given, its sequence and time
   *       included.
   *   <li>One that was stored before takes the new content, {@code partial}, provider item and
   *       revision.
   *   <li>The events are stored and {@code resumeFrom} moves in the same commit.
   *   <li>A lost lease is {@link Lost}, and nothing was written.
   *   <li>The same again changes nothing.
   * </ol>
   *
   * @param events consecutive, may be empty
   */
  void store(Lease lease, List<Message> messages, List<TurnEvent.Numbered> events, long resumeFrom);

  /**
   * Ends a running turn, or lets it await: its last messages, events and state in one durable
   * commit.
   *
   * <ol>
   *   <li>The turn has the state, reason, failure, usage and last event given; the conversation's
   *       activity is now.
   *   <li>The lease is gone: a later write with it is {@link Lost}. Leaving again the same way
   *       changes nothing and is not lost.
   *   <li>A lost lease is {@link Lost}, and nothing was written.
   *   <li>An awaiting turn waits for the answers given, and is no instance's.
   * </ol>
   */
  void leave(Lease lease, Rest rest);

  /**
   * Is what a turn comes to rest with.
   *
   * @param state terminal, or {@code AWAITING} and then with something to wait for
   * @param events consecutive, may be empty
   * @param lastEvent the number of the turn's last event
   */
  record Rest(
      Turn.State state,
      @Nullable EndReason reason,
      @Nullable Failure failure,
      Turn.Usage usage,
      int steps,
      List<Turn.Pending> awaiting,
      List<Message> messages,
      List<TurnEvent.Numbered> events,
      long lastEvent) {
    public Rest {
      awaiting = List.copyOf(awaiting);
      messages = List.copyOf(messages);
      events = List.copyOf(events);
      boolean awaits = state == Turn.State.AWAITING;
      if (!awaits && !state.terminal()) throw new IllegalArgumentException("no rest: " + state);
      if (awaits == awaiting.isEmpty()) {
        throw new IllegalArgumentException(state + " with " + awaiting.size() + " awaited");
      }
    }
  }

  /**
   * Changes the conversation of a running turn as {@link Conversation#with} says, and returns it.
   *
   * <ol>
   *   <li>A user's title stays.
   *   <li>A lost lease is {@link Lost}, and nothing was written.
   * </ol>
   */
  Conversation change(Lease lease, Conversation.Change change);

  /**
   * Takes turns that can go on, for this instance to act on; each goes to one instance only.
   *
   * <ol>
   *   <li>A queued turn whose conversation is free and which is the first of its queue: it runs,
   *       its message now in the history as by {@link ConversationRepository#accept}: {@code RUN}.
   *   <li>An awaiting turn that was told to stop: {@code STOP}; or whose time to answer has passed:
   *       {@code EXPIRE}. It runs again, under a new fence.
   *   <li>A running turn of an instance whose lease ran out: {@code RECOVER}, with what is stored
   *       of it, its {@code lastEvent} the highest number stored.
   *   <li>A running turn of a living instance, or of its own, is left alone, and so is, unless
   *       {@code alone}, everything of others while the store has been up for less than {@code
   *       validity}.
   * </ol>
   *
   * @param texts how many texts the works' history is to reach back
   * @param validity of a lease; what other instances' leases may still be worth
   * @param alone whether the caller knows that no other instance lives: their turns are free at
   *     once
   */
  List<Lease.Work> claim(String instance, int atMost, int texts, Duration validity, boolean alone);

  /** Says that a lease no longer holds: somebody else has the turn, it has ended, or it is gone. */
  final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Lost(Turn.Id turn) {
      super("the lease of turn " + turn + " is lost", null, false, false);
    }
  }
}
