package chat.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Is a user message, or an action, and everything the agent does about it, as a client sees it.
 *
 * @param userMessage the message it answers; null while a sent one waits in the queue
 * @param endReason why it stopped; there exactly when it is {@link State#STOPPED}
 * @param failure what went wrong; there when it {@link State#FAILED}
 * @param awaiting the calls and forms that wait for the user; empty unless it is {@link
 *     State#AWAITING}
 * @param queued its place and input while it was never started, else null
 * @param lastEvent the number of the last event that is known to be stored; of a terminal turn that
 *     of its end
 * @param resumeFrom the number after which to follow so that nothing of an unfinished message is
 *     missed
 */
public record Turn(
    UserId owner,
    Id id,
    Conversation.Id conversation,
    Message.@Nullable Id userMessage,
    State state,
    @Nullable EndReason endReason,
    @Nullable Failure failure,
    Usage usage,
    List<Pending> awaiting,
    @Nullable Queued queued,
    long lastEvent,
    long resumeFrom,
    Instant createdAt,
    @Nullable Instant finishedAt) {
  // Spelled out: javac loses the annotation of a nested type in a compact constructor.
  public Turn(
      UserId owner,
      Id id,
      Conversation.Id conversation,
      Message.@Nullable Id userMessage,
      State state,
      @Nullable EndReason endReason,
      @Nullable Failure failure,
      Usage usage,
      List<Pending> awaiting,
      @Nullable Queued queued,
      long lastEvent,
      long resumeFrom,
      Instant createdAt,
      @Nullable Instant finishedAt) {

    if ((state == State.STOPPED) != (endReason != null)) {
      throw new IllegalArgumentException(state + " because of " + endReason);
    }
    this.owner = owner;
    this.id = id;
    this.conversation = conversation;
    this.userMessage = userMessage;
    this.state = state;
    this.endReason = endReason;
    this.failure = failure;
    this.usage = usage;
    this.awaiting = List.copyOf(awaiting);
    this.queued = queued;
    this.lastEvent = lastEvent;
    this.resumeFrom = resumeFrom;
    this.createdAt = createdAt;
    this.finishedAt = finishedAt;
  }

  /** Identifies a turn within its owner's. */
  public record Id(UUID value) {
    public static Id next() {
      return new Id(UuidV7.next());
    }

    @Override
    public String toString() {
      return value.toString();
    }
  }

  /** {@code queued → running ⇄ awaiting → completed | failed | stopped | interrupted}. */
  public enum State {
    QUEUED,
    RUNNING,
    AWAITING,
    COMPLETED,
    FAILED,
    STOPPED,
    INTERRUPTED;

    public boolean terminal() {
      return compareTo(AWAITING) > 0;
    }
  }

  /**
   * Says why a turn was stopped: by its user, by a newer message, by an answer that never came, or
   * with its conversation.
   */
  public enum EndReason {
    USER,
    SUPERSEDED,
    EXPIRED,
    DELETED
  }

  /** Says what becomes of a request while another turn runs, awaits or waits. */
  public enum OnBusy {
    /** It is refused. */
    REJECT,
    /** It waits its turn. */
    ENQUEUE,
    /** It goes first, and the running one is stopped. */
    INTERRUPT
  }

  /**
   * Says what went wrong.
   *
   * @param code one of {@link ChatException.AgentFailed.Reason}'s codes, or {@code internal}
   * @param message for people; holds no secret
   * @param retryable whether the same again may succeed
   */
  public record Failure(String code, String message, boolean retryable) {
    public Failure {
      message = Text.storable(message);
    }
  }

  /** Counts tokens over all model calls of a turn; {@code cached} is part of {@code input}. */
  public record Usage(long input, long cached, long output, long reasoning) {
    public static final Usage NONE = new Usage(0, 0, 0, 0);

    public Usage plus(Usage more) {
      return new Usage(
          input + more.input,
          cached + more.cached,
          output + more.output,
          reasoning + more.reasoning);
    }
  }

  /**
   * Is a call or a form that waits for the user.
   *
   * @param seal what an approval is given for; null for a form, and for a call that waited before
   *     there were seals
   * @param answer null until the first answer, which wins
   * @param answeredAt when it came, by the store's clock
   */
  public record Pending(
      Message.Id message,
      Instant expiresAt,
      @Nullable Seal seal,
      @Nullable Answer answer,
      @Nullable Instant answeredAt) {
    /** Waits for an answer. */
    public Pending(Message.Id message, Instant expiresAt, @Nullable Seal seal) {
      this(message, expiresAt, seal, null, null);
    }

    public Pending with(Answer answer, Instant now) {
      return new Pending(message, expiresAt, seal, answer, now);
    }

    /**
     * Tells whether an answer is to this. One that does not say is taken for it, but for an
     * approval of what is asked again: that may be the earlier one, sent once more.
     *
     * @param hash the {@link Seal#hash()} that the client saw; null if it does not say
     * @param again whether the same call was asked about before
     */
    public boolean isMeantBy(Answer answer, @Nullable String hash, boolean again) {
      if (hash != null) return seal != null && hash.equals(seal.hash());
      return !again || !(answer instanceof Answer.Approve);
    }
  }

  /** Is a turn's place in the queue, 1 for the next one, and what it will begin with. */
  public record Queued(int position, Input input) {}

  /** Is what a user says to a call or a form that waits. */
  public sealed interface Answer {
    /** Lets the call run, with other arguments where they are given. */
    record Approve(@Nullable Json arguments) implements Answer {}

    /** Refuses the call. */
    record Deny() implements Answer {}

    /** Is the result of a tool that the client itself ran. */
    record Result(Json result) implements Answer {}

    /** Is a filled-in form: what was answered, by the questions' ids. */
    record Form(Map<String, Question.Given> answers, boolean skipped) implements Answer {
      public Form {
        answers = Map.copyOf(answers);
      }
    }
  }

  /** Is what starts a turn. */
  public sealed interface Input {
    /** Returns the conversation it goes to; null makes a new one. */
    Conversation.@Nullable Id conversation();

    /**
     * Is a new message, or an edit.
     *
     * @param message the client's own id for it, null to have one made
     * @param replaces the user message that this one is an edit of
     */
    record Send(
        Conversation.@Nullable Id conversation,
        Message.@Nullable Id message,
        Content.UserInput content,
        Message.@Nullable Id replaces)
        implements Input {
      public Send with(Content.UserInput content) {
        return new Send(conversation, message, content, replaces);
      }
    }

    /**
     * Asks for another answer.
     *
     * @param message a user message, or any message of an answer to it
     */
    record Retry(Conversation.Id conversation, Message.Id message, Content.Options options)
        implements Input {}

    /** Is something that a user did with what the agent has shown. */
    record Act(Conversation.Id conversation, Content.Action action) implements Input {}
  }

  /**
   * Is an input with what makes it repeatable.
   *
   * @param key unique per owner for as long as its turn exists, 1–200 characters; null if the
   *     client gave none
   * @param hash SHA-256 over the input in hexadecimal: the same key or message id with another hash
   *     is another request
   * @param title what a conversation without a title is called from now on; null leaves it without
   * @param evenLocked whether a locked or closed conversation takes it, too
   */
  public record Request(
      Input input,
      OnBusy onBusy,
      @Nullable String key,
      String hash,
      @Nullable String title,
      boolean evenLocked) {
    public Request {
      if (key != null && (key.isEmpty() || key.length() > 200)) {
        throw new IllegalArgumentException("a request key has 1 to 200 characters");
      }
    }

    public Request with(Input input) {
      return new Request(input, onBusy, key, hash, title, evenLocked);
    }
  }
}
