package chat.transport.javalin;

import chat.engine.Follower;
import chat.model.TurnEvent;
import chat.transport.javalin.http.OpenStreams;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Streams turns to clients: what is there is written, and flushed when nothing more is ready. A
 * client that has gone shows only when something is written to it; its stream then ends and its
 * turn goes on.
 */
final class EventStream {
  private final OpenStreams streams;
  private final Duration heartbeat;

  EventStream(OpenStreams streams, Duration heartbeat) {
    this.streams = streams;
    this.heartbeat = heartbeat;
  }

  /**
   * Writes a turn's events until its end.
   *
   * @param restsWhereItAwaits whether to end, too, where the turn awaits an answer and nothing
   *     newer has happened
   */
  void run(Context ctx, Follower follower, boolean restsWhereItAwaits) {
    var unused =
        streams.run(
            follower.turn().id(),
            () -> {
              OpenStreams.head(ctx);
              write(ctx.res().getOutputStream(), follower, restsWhereItAwaits);
            });
  }

  private void write(ServletOutputStream out, Follower follower, boolean restsWhereItAwaits)
      throws IOException, InterruptedException {
    var turn = follower.turn();
    var encoder = EventWire.of(turn);
    out.write(EventWire.HEARTBEAT);
    var queued = turn.queued();
    if (queued != null && !turn.state().terminal()) out.write(encoder.queued(queued.position()));
    out.flush();
    while (!follower.ended()) {
      var events = follower.next(heartbeat);
      if (events.isEmpty() && !follower.ended()) out.write(EventWire.HEARTBEAT);
      for (var event : events) out.write(event.frame(encoder));
      out.flush();
      if (restsWhereItAwaits && awaits(events)) return;
    }
  }

  private static boolean awaits(List<TurnEvent.Numbered> events) {
    return !events.isEmpty()
        && events.get(events.size() - 1).event() instanceof TurnEvent.TurnAwaiting;
  }
}
