package chat.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Is what a message says. Its role, its kind and whether clients may see it follow from the type.
 */
public sealed interface Content {

  /** Who says it. */
  enum Role {
    USER,
    ASSISTANT
  }

  /** Names the types of content where a word is needed: in lists, events and rows. */
  enum Kind {
    TEXT,
    REASONING,
    TOOL_CALL,
    WIDGET,
    WORKFLOW,
    STRUCTURED_INPUT,
    IMAGE,
    HIDDEN_CONTEXT
  }

  Kind kind();

  default Role role() {
    return Role.ASSISTANT;
  }

  /** Tells whether only the model sees it. */
  default boolean hidden() {
    return false;
  }

  /** Returns what there is to read: the text of input, answer or reasoning, else nothing. */
  default String text() {
    return "";
  }

  /** What the user sent. Never changes. */
  record UserInput(
      List<Part> parts, List<Attachment> attachments, @Nullable String quoted, Options options)
      implements Content {
    public UserInput {
      parts = List.copyOf(parts);
      attachments = List.copyOf(attachments);
    }

    public static UserInput of(String text) {
      return new UserInput(List.of(new Part.Text(text)), List.of(), null, Options.NONE);
    }

    public UserInput with(List<Attachment> attachments) {
      return new UserInput(parts, attachments, quoted, options);
    }

    @Override
    public Kind kind() {
      return Kind.TEXT;
    }

    @Override
    public Role role() {
      return Role.USER;
    }

    @Override
    public String text() {
      if (parts.size() == 1) return parts.get(0).text();
      var all = new StringBuilder();
      for (var part : parts) all.append(part.text());
      return all.toString();
    }
  }

  /** What the assistant answered. Never changes once it is final. */
  record AssistantText(String text, List<Source> sources) implements Content {
    public AssistantText {
      sources = List.copyOf(sources);
    }

    @Override
    public Kind kind() {
      return Kind.TEXT;
    }
  }

  /** What the model thought on the way, as far as it is shown. */
  record Reasoning(String text) implements Content {
    @Override
    public Kind kind() {
      return Kind.REASONING;
    }
  }

  /**
   * A call of a tool and, once there, its result: one value, so that the pair cannot be split. The
   * model's own id of the call stands in {@link Message#provider()}.
   *
   * @param server where the tool comes from, null when it is the agent's own
   * @param decidedBy who approved or denied it
   * @param decidedAt when that was
   * @param startedAt when it began to run
   * @param duration how long it ran
   */
  record ToolCall(
      String name,
      @Nullable String server,
      Json arguments,
      State state,
      @Nullable ToolResult result,
      @Nullable UserId decidedBy,
      @Nullable Instant decidedAt,
      @Nullable Instant startedAt,
      @Nullable Duration duration)
      implements Content {
    public ToolCall {
      name = chat.model.Text.storable(name);
      server = chat.model.Text.storableOrNull(server);
    }

    /**
     * {@link #UNKNOWN}: it ran when a stop, a crash or the loss of its server came, and may or may
     * not have had effect.
     */
    public enum State {
      PENDING,
      AWAITING,
      RUNNING,
      SUCCEEDED,
      FAILED,
      DENIED,
      UNKNOWN;

      public boolean terminal() {
        return compareTo(RUNNING) > 0;
      }
    }

    public static ToolCall pending(String name, @Nullable String server, Json arguments) {
      return new ToolCall(name, server, arguments, State.PENDING, null, null, null, null, null);
    }

    public ToolCall awaiting() {
      return new ToolCall(name, server, arguments, State.AWAITING, null, null, null, null, null);
    }

    public ToolCall running(Instant now) {
      return new ToolCall(
          name, server, arguments, State.RUNNING, null, decidedBy, decidedAt, now, null);
    }

    public ToolCall ended(State state, ToolResult result, @Nullable Duration took) {
      return new ToolCall(
          name, server, arguments, state, result, decidedBy, decidedAt, startedAt, took);
    }

    public ToolCall decided(UserId by, Instant at) {
      return new ToolCall(name, server, arguments, state, result, by, at, startedAt, duration);
    }

    public ToolCall with(Json arguments) {
      return new ToolCall(
          name, server, arguments, state, result, decidedBy, decidedAt, startedAt, duration);
    }

    @Override
    public Kind kind() {
      return Kind.TOOL_CALL;
    }
  }

  /** Something to look at and to press, described by the front end's own vocabulary. */
  record Widget(Json root, @Nullable String copyText) implements Content {
    @Override
    public Kind kind() {
      return Kind.WIDGET;
    }
  }

  /** The steps of some longer work, as they go on. */
  record Workflow(Json body) implements Content {
    @Override
    public Kind kind() {
      return Kind.WORKFLOW;
    }
  }

  /** Questions to the user, and whether they were answered. */
  record StructuredInput(Json inputs, Status status) implements Content {
    /** A pending form makes its turn await. */
    public enum Status {
      PENDING,
      ANSWERED,
      SKIPPED
    }

    @Override
    public Kind kind() {
      return Kind.STRUCTURED_INPUT;
    }
  }

  /**
   * An image that the agent made.
   *
   * @param image null until there is something to see
   * @param progress 0 to 1
   */
  record GeneratedImage(@Nullable Json image, double progress) implements Content {
    @Override
    public Kind kind() {
      return Kind.IMAGE;
    }
  }

  /** What the model is told and no client sees. */
  record HiddenContext(Json body) implements Content {
    @Override
    public Kind kind() {
      return Kind.HIDDEN_CONTEXT;
    }

    @Override
    public boolean hidden() {
      return true;
    }
  }

  /** A piece of the user's input. */
  sealed interface Part {
    String text();

    /** Plain words. */
    record Text(String text) implements Part {}

    /** A mention of something the front end knows, standing in the text under {@code text}. */
    record Tag(String id, String text, Json data, @Nullable String group, boolean interactive)
        implements Part {}
  }

  /** A file that came with the input; {@code size} in bytes. */
  record Attachment(UUID id, String name, String mimeType, long size) {
    /** What browsers and models both show; nothing in them runs. */
    private static final Set<String> IMAGES =
        Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

    /** Announces one, under an id of its own. */
    public static Attachment of(String name, String mimeType, long size) {
      return new Attachment(UuidV7.next(), name, mimeType, size);
    }

    /** Names one by its id, as a client does; whoever stores the input fills in the rest. */
    public static Attachment named(UUID id) {
      return new Attachment(id, "", "", 0);
    }

    /** Tells whether it is a raster image. */
    public boolean isImage() {
      return IMAGES.contains(mimeType);
    }

    /** Tells whether a model can read it as it is. */
    public boolean isText() {
      return mimeType.startsWith("text/")
          || mimeType.equals("application/json")
          || mimeType.equals("application/xml")
          || mimeType.equals("application/yaml");
    }
  }

  /**
   * A citation.
   *
   * @param index the position in the text, in UTF-16 units; null when it concerns all of it
   */
  record Source(Json body, @Nullable Integer index) {}

  /** What the sender asked of this turn; null leaves it to the server's settings. */
  record Options(@Nullable String model, @Nullable Json toolChoice) {
    public static final Options NONE = new Options(null, null);
  }
}
