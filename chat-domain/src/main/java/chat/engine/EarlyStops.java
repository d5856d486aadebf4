package chat.engine;

import chat.model.Conversation;
import chat.model.Turn;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps stops that found nothing to stop: asked for between the commit that gave a turn to this
 * instance and its start, by turn or, where a newer one supersedes whatever runs, by conversation.
 *
 * <p>Whoever asks does so before looking for the turn among the running ones, and whoever starts
 * one looks here after putting it there: one of the two sees the other.
 */
final class EarlyStops {
  private static final Duration KEPT = Duration.ofMinutes(1);
  private final Map<Object, Stop> asked = new ConcurrentHashMap<>();

  private final Scheduler scheduler;

  EarlyStops(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  private record Stop(RunningTurn.End why, long since) {}

  void ask(Turn.Id turn, RunningTurn.End why) {
    asked.put(turn, new Stop(why, scheduler.nanoTime()));
  }

  void ask(Conversation.Id conversation, RunningTurn.End why) {
    asked.put(conversation, new Stop(why, scheduler.nanoTime()));
  }

  void carriedOut(Turn.Id turn) {
    asked.remove(turn);
  }

  void carriedOut(Conversation.Id conversation) {
    asked.remove(conversation);
  }

  void stopIfAsked(RunningTurn turn) {
    stop(turn, asked.remove(turn.turn().id()));
    stop(turn, asked.remove(turn.turn().conversation()));
  }

  /** The turn that supersedes is not superseded by itself. */
  private static void stop(RunningTurn turn, @Nullable Stop stop) {
    if (stop != null && !turn.turn().id().equals(stop.why().next())) turn.stop(stop.why());
  }

  /** A turn that was to start here has started long ago, or runs elsewhere. */
  void forgetOld() {
    long now = scheduler.nanoTime();
    asked.values().removeIf(stop -> now - stop.since() > KEPT.toNanos());
  }
}
