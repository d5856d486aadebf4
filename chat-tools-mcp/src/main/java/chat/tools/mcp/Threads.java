package chat.tools.mcp;

/** Starts threads that nobody waits for at the end. */
final class Threads {
  /** Before Java 24 a virtual thread that waits in {@code synchronized} holds its carrier. */
  private static final boolean VIRTUAL = Runtime.version().feature() >= 24;

  private Threads() {}

  /** Runs something that waits for sockets, locks or clocks. */
  static Thread start(Runnable deed) {
    if (VIRTUAL) return Thread.startVirtualThread(deed);
    return startPlatform(deed);
  }

  /**
   * Runs something that waits for a program's input or output, where a thread holds its carrier.
   */
  static Thread startPlatform(Runnable deed) {
    return Thread.ofPlatform().daemon().name("chat-mcp-", 0).start(deed);
  }
}
