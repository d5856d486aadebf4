package chat.tools.mcp;

import chat.model.TurnEvent.Progress;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Passes on how far a call has come; of a flood of such notices, a few a second. */
final class ProgressTeller {
  private static final long PAUSE = Duration.ofMillis(200).toNanos();
  private static final int LONGEST = 300;

  private final Consumer<Progress> progress;
  private final AtomicLong next = new AtomicLong(System.nanoTime());

  ProgressTeller(Consumer<Progress> progress) {
    this.progress = progress;
  }

  /** Tells of {@code notifications/progress}: its message, and how much of the whole is done. */
  void tell(JsonNode params) {
    long now = System.nanoTime();
    long due = next.get();
    if (now - due < 0 || !next.compareAndSet(due, now + PAUSE)) return;
    var words = new StringBuilder(params.path("message").asText(""));
    if (words.length() > LONGEST) words.setLength(LONGEST);
    var done = params.path("progress");
    var total = params.path("total");
    if (done.isNumber()) {
      if (!words.isEmpty()) words.append(' ');
      words.append('(').append(plain(done));
      if (total.isNumber()) words.append('/').append(plain(total));
      words.append(')');
    }
    if (!words.isEmpty()) progress.accept(new Progress(words.toString(), null));
  }

  private static String plain(JsonNode number) {
    double value = number.doubleValue();
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
