package chat.tools.mcp;

/** Says why a request to a server came to nothing. Its message holds nothing of the user's. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what may have become of the request. */
  enum Kind {
    /** The server never had it. */
    NOT_SENT,
    /** The server had it and may have done anything; its answer is lost, or cannot be read. */
    CUT,
    /** The server does not know the session; it did nothing. */
    SESSION_LOST,
    /** The server does not take the credentials, or there are none; it did nothing. */
    UNAUTHORIZED,
    /** The server will not have it; it did nothing. */
    REFUSED,
    /** There are as many sessions as there may be. */
    FULL,
    /** The server had it and did not answer in time. */
    TIMED_OUT,
    /** Whoever asked no longer waits. */
    ABANDONED
  }

  private final Kind kind;
  private final String why;

  Failure(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.why = message;
  }

  Failure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.why = message;
  }

  Kind kind() {
    return kind;
  }

  /** Returns its message. */
  String why() {
    return why;
  }
}
