package chat.transport.javalin.chatkit;

import chat.engine.Follower;
import chat.model.Message;
import chat.model.TurnEvent;
import chat.transport.javalin.chatkit.EventWire.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one turn as a client sees it, from some point of the turn on to where it ends or awaits an
 * answer. The turn is followed from its first event all the same: what came before says what the
 * client knows.
 */
final class TurnStream {
  private static final byte[] KEEP_ALIVE = ": ping\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final Duration A_WHILE = Duration.ofSeconds(15);

  private final OutputStream out;
  private final @Nullable Duration keepAlive;

  TurnStream(OutputStream out, @Nullable Duration keepAlive) {
    this.out = out;
    this.keepAlive = keepAlive;
  }

  /**
   * Says where a stream begins: behind an event's number, or, when it is no longer known which,
   * where the turn first awaited an answer to a message.
   */
  record Start(long after, Message.@Nullable Id asked) {
    static final Start FIRST = new Start(0, null);

    private boolean isBehind(TurnEvent.Numbered event) {
      return asked == null && (event.number() > after || event.number() == TurnEvent.Numbered.NONE);
    }

    /** Tells whether what follows this event is to be told. */
    private boolean isAt(TurnEvent event) {
      return event instanceof TurnEvent.TurnAwaiting awaiting
          && awaiting.pending().stream().anyMatch(pending -> pending.message().equals(asked));
    }
  }

  void write(List<Event> events) throws IOException {
    for (var event : events) out.write(ChatKitJson.frame(event));
    out.flush();
  }

  /** Writes what happens from there on. */
  void follow(Follower follower, TurnMapping mapping, Start start)
      throws IOException, InterruptedException {
    boolean begun = false;
    while (!follower.ended()) {
      var events = follower.next(keepAlive == null ? A_WHILE : keepAlive);
      if (events.isEmpty() && !follower.ended() && keepAlive != null) out.write(KEEP_ALIVE);
      boolean rests = false;
      for (var event : events) {
        if (!begun && start.isBehind(event)) {
          // What the client knows is no news.
          var unused = mapping.told();
          begun = true;
        }
        mapping.take(event.event());
        rests = begun && event.event() instanceof TurnEvent.TurnAwaiting;
        if (!begun && start.isAt(event.event())) {
          var unused = mapping.told();
          begun = true;
        }
      }
      if (begun) write(mapping.told());
      else out.flush();
      if (rests) return;
    }
    write(mapping.told());
  }
}
