package chat.port;

import chat.model.Conversation;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.model.Turn.EndReason;
import chat.model.Turn.Failure;
import chat.model.TurnEvent;
import chat.model.UserId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
   * Finds out which leases no longer hold.
   *
   * <ol>
   *   <li>Those whose turn has changed hands, has ended or is gone; no others.
   * </ol>
   */
  Set<Lease> lost(Collection<Lease> leases);

  /**
   * Stores events of many turns in one commit that does not wait for the disk.
   *
   * <ol>
   *   <li>They are found by {@link ConversationRepository#events} in the order of their numbers.
   *   <li>Returns the leases that are lost; the others' events are stored all the same.
   *   <li>Waits for nobody who is at work on a turn: its segment is returned as busy, and not
   *       stored.
   *   <li>Returns where the store lacks what a segment follows; nothing of that one is stored, and
   *       the others are.
   *   <li>The same segment again changes nothing.
   *   <li>When it fails, none are stored: the caller tries turn by turn to find the guilty one.
   * </ol>
   *
   * @param segments not empty
   */
  Appended append(Map<Lease, Segment> segments);

  /**
   * Is a run of one turn's events with consecutive numbers.
   *
   * <p>A store that crashes forgets what was appended last, for that did not wait for the disk. So
   * a segment names the one it follows; when that is missing, it is not stored, and the writer
   * gives all of it again: what is stored has no hole.
   *
   * @param follows the number of the first event of the segment that was appended before it; 0 if
   *     all before it is stored for good
   */
  record Segment(long follows, List<TurnEvent.Numbered> events) {
    public static final Segment EMPTY = new Segment(0, List.of());

    public Segment {
      events = List.copyOf(events);
    }

    /** Returns a segment that follows nothing that could be missing. */
    public static Segment of(List<TurnEvent.Numbered> events) {
      return new Segment(0, events);
    }
  }

  /**
   * Is what became of segments.
   *
   * @param lost the leases that are lost
   * @param busy the leases of turns that somebody else is at work on just now
   * @param gaps the leases whose segments follow what is missing, each with the highest number that
   *     is stored of its turn
   */
  record Appended(Set<Lease> lost, Set<Lease> busy, Map<Lease, Long> gaps) {
    public Appended {
      lost = Set.copyOf(lost);
      busy = Set.copyOf(busy);
      gaps = Map.copyOf(gaps);
    }
  }

  /**
   * Stores messages of a running turn, durably, with the events up to them and the model calls that
   * it has made meanwhile.
   *
   * <ol>
   *   <li>A new message is at the end of the active history as it is given, its sequence and time
   *       included.
   *   <li>One that was stored before takes the new content, {@code partial}, provider item and
   *       revision; one of another turn of the conversation only if its revision is lower.
   *   <li>The events are stored and {@code resumeFrom} moves in the same commit.
   *   <li>So are the calls, behind those that the turn has made before, and its usage rises by what
   *       they used; one that is stored already is left out.
   *   <li>A lost lease is {@link Lost}, and nothing was written.
   *   <li>A segment that follows what is missing is a {@link Gap}, and nothing was written.
   *   <li>The same again changes nothing.
   *   <li>JSON in it comes back in whatever order and notation, and in the same {@link
   *       chat.model.Json#canonical() canonical form}.
   * </ol>
   *
   * @param calls may be empty; known by lease and number
   * @param events may be empty
   */
  void store(
      Lease lease,
      List<Message> messages,
      List<ModelCall.Entry> calls,
      Segment events,
      long resumeFrom);

  /**
   * Ends a running turn, or lets it await: its last messages, model calls, events and state in one
   * durable commit.
   *
   * <ol>
   *   <li>The turn has the state, reason, failure and last event given; the conversation's activity
   *       is now.
   *   <li>The calls are stored and its usage rises, as by {@link #store}.
   *   <li>The lease is gone: a later write with it is {@link Lost}. Leaving again the same way
   *       changes nothing and is not lost.
   *   <li>A lost lease is {@link Lost}, and nothing was written.
   *   <li>A segment that follows what is missing is a {@link Gap}, and nothing was written.
   *   <li>An awaiting turn waits for the answers given, and is no instance's.
   * </ol>
   */
  void leave(Lease lease, Rest rest);

  /**
   * Is what a turn comes to rest with.
   *
   * @param state terminal, or {@code AWAITING} and then with something to wait for
   * @param calls those that were not stored before
   * @param events may be empty
   * @param lastEvent the number of the turn's last event
   */
  record Rest(
      Turn.State state,
      @Nullable EndReason reason,
      @Nullable Failure failure,
      List<ModelCall.Entry> calls,
      int steps,
      List<Turn.Pending> awaiting,
      List<Message> messages,
      Segment events,
      long lastEvent) {
    public Rest {
      calls = List.copyOf(calls);
      awaiting = List.copyOf(awaiting);
      messages = List.copyOf(messages);
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

  /**
   * Looks, for a whole instance at once, at what others have done.
   *
   * <ol>
   *   <li>Tells which running turns of this instance were asked to stop, and why; of a superseded
   *       one also which turn comes next.
   *   <li>Gives what is stored of each watched turn above the number given, ascending, without a
   *       hole; perhaps not all of it.
   *   <li>Tells which watched turns are over: terminal or gone. All that is stored of such a turn
   *       is among the events given, then or at later looks.
   *   <li>Tells whether there is anything to {@link #claim}.
   * </ol>
   *
   * @param validity as for {@link #claim}
   */
  Changes look(String instance, Collection<Watched> watched, Duration validity);

  /** Is a turn that is followed from here, and up to which number its events are known. */
  record Watched(UserId owner, Turn.Id turn, long after) {}

  /** Is what a look has found. */
  record Changes(
      List<Stop> stops,
      Map<Turn.Id, List<TurnEvent.Numbered>> events,
      Set<Turn.Id> over,
      boolean claimable) {
    public Changes {
      stops = List.copyOf(stops);
      events = Map.copyOf(events);
      over = Set.copyOf(over);
    }
  }

  /**
   * Is a wish that a turn ends.
   *
   * @param next the turn that supersedes it, if it is to make way for one
   */
  record Stop(Turn.Id turn, EndReason reason, Turn.@Nullable Id next) {}

  /**
   * Lets other instances know that a look is worth it now. A hint may get lost, and a store may
   * have none: nothing depends on it but the time that something takes.
   */
  void hint(String instance);

  /**
   * Calls back soon after another instance has given a {@link #hint}, on a thread of the store's.
   *
   * @param look does not block
   * @return ends it
   */
  AutoCloseable onHint(String instance, Runnable look);

  /**
   * Lets go of the events of turns that have ended.
   *
   * <ol>
   *   <li>Those stored longer than {@code keep} ago are gone at the latest two days later.
   *   <li>What is younger stays, and so does everything of a turn that is not terminal.
   * </ol>
   *
   * @param keep at most {@link #KEPT}
   */
  void retain(Duration keep);

  /** Bounds how long events can be kept. */
  Duration KEPT = Duration.ofDays(5);

  /** Says that a lease no longer holds: somebody else has the turn, it has ended, or it is gone. */
  final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Lost(Turn.Id turn) {
      super("the lease of turn " + turn + " is lost", null, false, false);
    }
  }

  /** Says that the store lacks what a segment follows: it has crashed meanwhile. */
  final class Gap extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final long stored;

    /**
     * @param stored the highest number that is stored of the turn
     */
    public Gap(Turn.Id turn, long stored) {
      super("turn " + turn + " is stored up to " + stored + " only", null, false, false);
      this.stored = stored;
    }

    public long stored() {
      return stored;
    }
  }
}
