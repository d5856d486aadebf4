package chat.model;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Is something that happens in a turn. Every wire protocol, and the journal, is a mapping of these
 * and of nothing else.
 *
 * <p>A turn's events are numbered 1, 2, 3… The first is {@link TurnStarted}, the last {@link
 * TurnEnded}. Every message ends with one {@link MessageDone}, and is stored before it.
 */
public sealed interface TurnEvent {

  /** The turn runs. */
  record TurnStarted(Message.@Nullable Id userMessage, Message.@Nullable Id parent)
      implements TurnEvent {}

  /**
   * A message begins; a tool call begins with {@link ToolStarted} instead. What is neither text nor
   * reasoning is stored from its beginning, and {@link MessageUpdated} tells how it begins.
   */
  record MessageStarted(Message.Id message, Content.Kind kind) implements TurnEvent {}

  /** The assistant's text goes on. */
  record MessageDelta(Message.Id message, String content) implements TurnEvent {}

  /**
   * The assistant's text has another source.
   *
   * @param place how many it had before
   */
  record SourceAdded(Message.Id message, int place, Content.Citation source) implements TurnEvent {}

  /** The reasoning goes on. */
  record ReasoningDelta(Message.Id message, String content) implements TurnEvent {}

  /** The model begins to ask for a tool. */
  record ToolStarted(Message.Id message, String name, @Nullable String server)
      implements TurnEvent {
    public ToolStarted {
      name = Text.storable(name);
      server = Text.storableOrNull(server);
    }
  }

  /** The arguments of a call go on: a piece of JSON text. */
  record ToolArgumentsDelta(Message.Id message, String name, String content) implements TurnEvent {
    public ToolArgumentsDelta {
      name = Text.storable(name);
    }
  }

  /**
   * The call waits for its user.
   *
   * @param hash names what is asked, as {@link Seal#hash()}
   */
  record ToolAwaiting(
      Message.Id message, String name, Json arguments, Instant expiresAt, @Nullable String hash)
      implements TurnEvent {}

  /** The call has its result. */
  record ToolFinished(Message.Id message, String name, Content.ToolCall call)
      implements TurnEvent {}

  /** A message has changed: one that is not final, or something to look at of an earlier turn. */
  record MessageUpdated(Message message) implements TurnEvent {}

  /**
   * A text within a widget goes on.
   *
   * @param component the id of the text's component
   * @param done whether it is complete with this
   */
  record WidgetDelta(Message.Id message, String component, String content, boolean done)
      implements TurnEvent {}

  /** A component of a widget has become another one. */
  record WidgetComponentUpdated(Message.Id message, String component, Json content)
      implements TurnEvent {}

  /** The message is final, and stored. */
  record MessageDone(Message message) implements TurnEvent {}

  /** A message that was never stored is taken back. */
  record MessageRemoved(Message.Id message) implements TurnEvent {}

  /** The conversation's title, status or other properties have changed. */
  record ConversationUpdated(Conversation conversation) implements TurnEvent {}

  /** The turn waits for its user. */
  record TurnAwaiting(List<Turn.Pending> pending) implements TurnEvent {
    public TurnAwaiting {
      pending = List.copyOf(pending);
    }
  }

  /** The turn goes on after its user answered. */
  record TurnResumed() implements TurnEvent {}

  /**
   * The turn is over: one type for its four ends, told apart by the state.
   *
   * @param next the turn that superseded it
   */
  record TurnEnded(
      Turn.State state,
      Turn.@Nullable EndReason reason,
      Turn.@Nullable Id next,
      Turn.@Nullable Failure failure,
      Turn.Usage usage)
      implements TurnEvent {
    // Spelled out: javac loses the annotation of a nested type in a compact constructor.
    public TurnEnded(
        Turn.State state,
        Turn.@Nullable EndReason reason,
        Turn.@Nullable Id next,
        Turn.@Nullable Failure failure,
        Turn.Usage usage) {
      if (!state.terminal()) throw new IllegalArgumentException("a turn does not end " + state);
      this.state = state;
      this.reason = reason;
      this.next = next;
      this.failure = failure;
      this.usage = usage;
    }
  }

  /** Is something an agent tells whoever follows; it makes no message. */
  sealed interface Told extends TurnEvent {}

  /** What is going on, in a few words. */
  record Progress(String text, @Nullable String icon) implements Told {
    public Progress {
      text = Text.storable(text);
      icon = Text.storableOrNull(icon);
    }
  }

  /** Something the user should know. */
  record Notice(Level level, String message, @Nullable String title) implements Told {
    public Notice {
      message = Text.storable(message);
      title = Text.storableOrNull(title);
    }

    /** Says how serious it is. */
    public enum Level {
      INFO,
      WARNING,
      DANGER
    }
  }

  /** Something for the front end to do. */
  record Effect(String name, Json data) implements Told {
    public Effect {
      name = Text.storable(name);
    }
  }

  /** Turns an event into the bytes of one protocol. Equal encoders make the same bytes of it. */
  @FunctionalInterface
  interface Encoder {
    byte[] encode(Numbered event);
  }

  /**
   * Is an event with its number. It keeps the bytes that an {@link Encoder} made of it, so that a
   * frame is encoded once for all its followers.
   */
  final class Numbered {
    /** Is the number of an event that has none: it was made up from what is stored. */
    public static final long NONE = 0;

    private final long number;
    private final TurnEvent event;
    private volatile @Nullable Frame frames;

    private static final class Frame {
      final Encoder encoder;
      final byte[] bytes;
      final @Nullable Frame next;

      Frame(Encoder encoder, byte[] bytes, @Nullable Frame next) {
        this.encoder = encoder;
        this.bytes = bytes;
        this.next = next;
      }
    }

    public Numbered(long number, TurnEvent event) {
      if (number < 0) throw new IllegalArgumentException("number " + number);
      this.number = number;
      this.event = event;
    }

    public long number() {
      return number;
    }

    public TurnEvent event() {
      return event;
    }

    /** Returns the event's bytes in one protocol; nobody changes them. */
    public byte[] frame(Encoder encoder) {
      var known = frames;
      for (var frame = known; frame != null; frame = frame.next) {
        if (frame.encoder.equals(encoder)) return frame.bytes;
      }
      var bytes = encoder.encode(this);
      frames = new Frame(encoder, bytes, known);
      return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Numbered that && number == that.number && event.equals(that.event);
    }

    @Override
    public int hashCode() {
      return Objects.hash(number, event);
    }

    @Override
    public String toString() {
      return number + " " + event;
    }
  }
}
