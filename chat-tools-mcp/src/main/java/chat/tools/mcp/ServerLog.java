package chat.tools.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Writes into our log what servers want logged ({@code notifications/message}) and what they do
 * wrong: a line each, and so many a second at most.
 */
final class ServerLog {
  private static final int LONGEST = 1000;
  private static final int MOST = 20;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Logger log;
  private final LongSupplier nanos;
  private long since;
  private int written;

  ServerLog(Logger log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
    this.since = nanos.getAsLong();
  }

  void write(JsonNode params) {
    var level =
        switch (params.path("level").asText()) {
          case "debug" -> Level.DEBUG;
          case "info", "notice" -> Level.INFO;
          default -> Level.WARN;
        };
    var data = params.path("data");
    write(level, data.isTextual() ? data.textValue() : data.toString());
  }

  void write(Level level, String words) {
    if (log.isEnabledForLevel(level) && mayWrite()) log.atLevel(level).log("{}", line(words));
  }

  private synchronized boolean mayWrite() {
    long now = nanos.getAsLong();
    if (now - since >= SECOND) {
      int left = written - MOST;
      if (left > 0) log.warn("{} lines of the server's were left out", left);
      since = now;
      written = 0;
    }
    return ++written <= MOST;
  }

  /** Returns words that cannot pretend to be another line of the log. */
  static String line(String words) {
    var line = words.length() > LONGEST ? words.substring(0, LONGEST) + "…" : words;
    return line.replaceAll("\\p{Cntrl}+", " ");
  }
}
