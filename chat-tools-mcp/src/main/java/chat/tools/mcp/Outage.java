package chat.tools.mcp;

import java.time.Duration;
import org.slf4j.Logger;

/** Knows whether a server is down, says so once, and when to try it again. */
final class Outage {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Logger log;
  private final McpToolset.Time time;
  private boolean down;
  private Duration pause = FIRST;
  private long until;

  Outage(Logger log, McpToolset.Time time) {
    this.log = log;
    this.time = time;
  }

  /** Tells whether it is too early to try. */
  synchronized boolean isOn() {
    return down && until - time.nanos().getAsLong() > 0;
  }

  synchronized void failed(String why) {
    if (!down) {
      log.warn("the MCP server is down, its tools are absent: {}", ServerLog.line(why));
    } else if (isOn()) {
      return;
    } else {
      var longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
    }
    until = time.nanos().getAsLong() + pause.toNanos();
    down = true;
  }

  synchronized void over() {
    if (!down) return;
    down = false;
    pause = FIRST;
    log.info("the MCP server is back");
  }
}
