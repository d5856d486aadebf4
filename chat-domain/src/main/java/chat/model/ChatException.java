package chat.model;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Is everything the domain refuses or fails with. Its {@link #code()} is API; its message is lower
 * case, for people, and holds neither secrets nor the user's text.
 */
public abstract sealed class ChatException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String code;

  private ChatException(String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  private ChatException(String code, String message) {
    this(code, message, null);
  }

  public String code() {
    return code;
  }

  /** The request itself is wrong. */
  public static final class InvalidInput extends ChatException {
    private static final long serialVersionUID = 1;
    private final String field;

    public InvalidInput(String field, String message) {
      super("invalid_input", message);
      this.field = field;
    }

    /** Returns which part of the request is wrong, by its name on the wire. */
    public String field() {
      return field;
    }
  }

  /** Nobody known is asking. */
  public static final class Unauthenticated extends ChatException {
    private static final long serialVersionUID = 1;

    public Unauthenticated(String message) {
      super("unauthenticated", message);
    }
  }

  /** The caller asks in another user's name. */
  public static final class Forbidden extends ChatException {
    private static final long serialVersionUID = 1;

    public Forbidden(String message) {
      super("forbidden", message);
    }
  }

  /** It is absent, or another's: the two are never told apart. */
  public static final class NotFound extends ChatException {
    private static final long serialVersionUID = 1;

    public NotFound(String what) {
      super("not_found", "no such " + what);
    }
  }

  /** The request is right but does not fit what is there. */
  public static final class Conflict extends ChatException {
    private static final long serialVersionUID = 1;
    private final transient Turn.@Nullable Id turn;

    /** Says what is in the way. */
    public enum Reason {
      TURN_RUNNING,
      TURN_AWAITING,
      ALREADY_ANSWERED,
      CALL_CHANGED,
      ALREADY_UPLOADED,
      ATTACHMENT_SENT,
      QUEUE_FULL,
      REQUEST_KEY_REUSED,
      CONVERSATION_LOCKED
    }

    public Conflict(Reason reason, Turn.@Nullable Id turn) {
      super(reason.name().toLowerCase(Locale.ROOT), messageOf(reason));
      this.turn = turn;
    }

    /** Returns the turn that is in the way. */
    public Turn.@Nullable Id turn() {
      return turn;
    }

    private static String messageOf(Reason reason) {
      return switch (reason) {
        case TURN_RUNNING -> "a turn is running in this conversation";
        case TURN_AWAITING -> "a turn of this conversation awaits an answer";
        case ALREADY_ANSWERED -> "this was answered before, with another answer";
        case CALL_CHANGED -> "the call is not the one that this answers";
        case ALREADY_UPLOADED -> "this attachment has its bytes already";
        case ATTACHMENT_SENT -> "this attachment was sent, and goes with its conversation";
        case QUEUE_FULL -> "too many turns wait in this conversation";
        case REQUEST_KEY_REUSED -> "this request key or message id belongs to another request";
        case CONVERSATION_LOCKED -> "this conversation takes no new turns";
      };
    }
  }

  /** There is too much of it. */
  public static final class TooLarge extends ChatException {
    private static final long serialVersionUID = 1;

    public TooLarge(String message) {
      super("too_large", message);
    }
  }

  /** The caller asks too often. */
  public static final class RateLimited extends ChatException {
    private static final long serialVersionUID = 1;
    private final Duration retryAfter;

    public RateLimited(Duration retryAfter) {
      super("rate_limited", "too many requests");
      this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /** This instance takes no work now; another one, or a later moment, may. */
  public static final class Unavailable extends ChatException {
    private static final long serialVersionUID = 1;
    private final Duration retryAfter;

    /** Says why. */
    public enum Reason {
      OVERLOADED,
      DRAINING,
      /** Whether a token is good cannot be told: the issuer's keys are out of reach. */
      KEYS_UNAVAILABLE
    }

    public Unavailable(Reason reason, Duration retryAfter) {
      super(reason.name().toLowerCase(Locale.ROOT), messageOf(reason));
      this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
      return retryAfter;
    }

    private static String messageOf(Reason reason) {
      return switch (reason) {
        case OVERLOADED -> "the server is overloaded";
        case DRAINING -> "the server is shutting down";
        case KEYS_UNAVAILABLE -> "the keys that tokens are checked with are out of reach";
      };
    }
  }

  /** The agent cannot go on; thrown out of its {@code run}. */
  public static final class AgentFailed extends ChatException {
    private static final long serialVersionUID = 1;
    private final Reason reason;
    private final @Nullable Duration retryAfter;

    /** Says why, in the words of the wire. */
    public enum Reason {
      MODEL_UNREACHABLE(true),
      MODEL_REFUSED(false),
      MODEL_BAD_REPLY(true),
      MODEL_RATE_LIMITED(true),
      MODEL_OVERLOADED(true),
      MODEL_TIMEOUT(true),
      /** It asks for ever more calls of tools. */
      LIMIT_REACHED(false);

      private final boolean retryable;

      Reason(boolean retryable) {
        this.retryable = retryable;
      }

      public String code() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    public AgentFailed(Reason reason, String message, @Nullable Duration retryAfter) {
      this(reason, message, retryAfter, null);
    }

    public AgentFailed(
        Reason reason, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
      super(reason.code(), message, cause);
      this.reason = reason;
      this.retryAfter = retryAfter;
    }

    public Reason reason() {
      return reason;
    }

    /** Returns when the model's provider wants to be asked again, where it says so. */
    public @Nullable Duration retryAfter() {
      return retryAfter;
    }

    /** Returns this failure as the turn keeps it. */
    public Turn.Failure failure() {
      return new Turn.Failure(code(), String.valueOf(getMessage()), reason.retryable);
    }
  }

  /** The store does not answer, or gave up; nothing is known to be wrong with the request. */
  public static final class StorageFailed extends ChatException {
    private static final long serialVersionUID = 1;

    public StorageFailed(String message, @Nullable Throwable cause) {
      super("storage_unavailable", message, cause);
    }
  }
}
