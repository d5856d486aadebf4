package chat.engine;

/** Is a thread of a {@link Simulation}, which alone looks into it. */
final class SimulatedThread {
  static final long NEVER = Long.MAX_VALUE;

  /** Is what lives and dies as one: a process. */
  static final class Host {
    final String name;
    boolean dead;
    boolean suspended;

    Host(String name) {
      this.name = name;
    }
  }

  final Host host;
  final String name;
  final Thread thread;

  /** Whether it may go on: it does not wait, or what it waits for is there. */
  boolean ready = true;

  boolean interruptible;
  long deadline = NEVER;
  boolean started;
  boolean directs;
  boolean done;
  volatile boolean hasBaton;

  /** Whether an interrupt came while it had no baton; it is told when it has. */
  volatile boolean interrupted;

  SimulatedThread(Host host, String name, Thread thread) {
    this.host = host;
    this.name = name;
    this.thread = thread;
  }

  boolean isStarted() {
    if (!started) started = thread.getState() != Thread.State.NEW;
    return started;
  }

  /** Tells whether it could go on at a time if it were drawn. */
  boolean isAble(long now) {
    return ready || deadline <= now || (interruptible && isInterrupted());
  }

  /** The order matters: whoever takes the flag off its thread sets its own before. */
  private boolean isInterrupted() {
    return thread.isInterrupted() || interrupted;
  }

  boolean isHeld() {
    return done || host.dead || host.suspended || !isStarted();
  }
}
