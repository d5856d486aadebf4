package chat.engine;

import chat.model.ChatException;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.ConversationRepository;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Follows one turn: an index into its events, live while it runs here, else read from what is
 * stored and, once all of that is known, by looks that it shares with all that follow from here. It
 * never slows the turn. Used by one thread; holds nothing that needs closing.
 */
public final class Follower {
  private static final int PAGE = 1000;

  private final Turn turn;
  private final ConversationRepository conversations;
  private final Function<Turn.Id, @Nullable EventLog> running;
  private final Watches watches;
  private final Scheduler scheduler;
  private final Reply.Builder gathered = new Reply.Builder();
  private @Nullable LiveEvents live;
  private long after;
  private boolean ended;

  Follower(
      Turn turn,
      long after,
      ConversationRepository conversations,
      Function<Turn.Id, @Nullable EventLog> running,
      Watches watches,
      Scheduler scheduler) {
    this.turn = turn;
    this.after = after;
    this.conversations = conversations;
    this.running = running;
    this.watches = watches;
    this.scheduler = scheduler;
    this.ended = turn.state().terminal() && after >= turn.lastEvent();
  }

  /** Returns the turn as it was when following began. */
  public Turn turn() {
    return turn;
  }

  /** Returns the number of the last event that {@link #next} gave. */
  public long after() {
    return after;
  }

  /** Tells whether the turn's end was given, so that nothing follows. */
  public boolean ended() {
    return ended;
  }

  /**
   * Returns what happened since, in order, as soon as there is anything.
   *
   * @param atMost how long to wait; then the list is empty
   */
  public List<TurnEvent.Numbered> next(Duration atMost) throws InterruptedException {
    long deadline = scheduler.nanoTime() + atMost.toNanos();
    while (!ended) {
      long left = deadline - scheduler.nanoTime();
      var log = live();
      var found = log != null ? log.after(after, left) : stored();
      var events = accept(found);
      if (!events.isEmpty()) return events;
      if (log == null) {
        ended = isPast();
        live = watches.watch(turn, after);
      }
      if (left <= 0) return List.of();
    }
    return List.of();
  }

  /**
   * Returns the list that has, or will have, what comes next. One that closed without an end awaits
   * or was lost to another instance: what follows is stored.
   */
  private @Nullable LiveEvents live() {
    var here = running.apply(turn.id());
    if (here != null && here.reaches(after)) live = here;
    return live != null && live.reaches(after) ? live : null;
  }

  /**
   * Follows to the end, or until the turn awaits an answer, and returns what it came to.
   *
   * @param atMost how long to wait; then the reply is null, and may be asked for again
   */
  public @Nullable Reply reply(Duration atMost) throws InterruptedException {
    long deadline = scheduler.nanoTime() + atMost.toNanos();
    while (true) {
      var reply = gathered.reply();
      long left = deadline - scheduler.nanoTime();
      if (reply != null || left <= 0) return reply;
      next(Duration.ofNanos(left));
    }
  }

  /** Tells whether the turn has ended, at or before the number that was asked for. */
  private boolean isPast() {
    var now = conversations.turn(turn.owner(), turn.conversation(), turn.id());
    return now.isPresent() && now.get().state().terminal() && after >= now.get().lastEvent();
  }

  private List<TurnEvent.Numbered> stored() {
    try {
      return conversations.events(turn.owner(), turn.conversation(), turn.id(), after, PAGE);
    } catch (ChatException.NotFound e) {
      var deleted =
          new TurnEvent.TurnEnded(
              Turn.State.STOPPED, Turn.EndReason.DELETED, null, null, Turn.Usage.NONE);
      return List.of(new TurnEvent.Numbered(TurnEvent.Numbered.NONE, deleted));
    }
  }

  /** Leaves out what was given before: stored runs may overlap after a failed write. */
  private List<TurnEvent.Numbered> accept(List<TurnEvent.Numbered> found) {
    var events = new ArrayList<TurnEvent.Numbered>(found.size());
    for (var event : found) {
      if (event.number() != TurnEvent.Numbered.NONE) {
        if (event.number() <= after) continue;
        after = event.number();
      }
      gathered.add(event.event());
      events.add(event);
      if (event.event() instanceof TurnEvent.TurnEnded) ended = true;
    }
    return events;
  }
}
