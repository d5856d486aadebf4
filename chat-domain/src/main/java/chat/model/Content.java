package chat.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    TASK,
    STRUCTURED_INPUT,
    IMAGE,
    HIDDEN_CONTEXT,
    ACTION
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

  /** Returns about how much it holds, in UTF-16 units. */
  default int length() {
    return text().length();
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
    public int length() {
      int length = text().length() + (quoted == null ? 0 : quoted.length());
      for (var part : parts) {
        if (!(part instanceof Part.Tag tag)) continue;
        length += tag.id().length() + tag.data().text().length();
        if (tag.group() != null) length += tag.group().length();
      }
      return length;
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

  /**
   * What a user did with a widget, or what a front end did by itself. It begins a turn as a message
   * of the user's does, is told to the model, and is not shown.
   *
   * @param name what was done, in the words of whoever made the widget
   * @param payload what was filled in or chosen; a client's word, so not to be trusted
   * @param widget the message with the widget, as it then was; null when there was none
   */
  record Action(String name, Json payload, @Nullable Message widget) implements Content {
    public Action {
      name = chat.model.Text.storable(name);
    }

    /** Returns it with what it is about as that is now. */
    public Action with(Message widget) {
      return new Action(name, payload, widget);
    }

    @Override
    public Kind kind() {
      return Kind.ACTION;
    }

    @Override
    public Role role() {
      return Role.USER;
    }

    @Override
    public boolean hidden() {
      return true;
    }

    @Override
    public int length() {
      return name.length() + payload.text().length();
    }
  }

  /** What the assistant answered. Never changes once it is final. */
  record AssistantText(String text, List<Citation> sources) implements Content {
    public AssistantText {
      sources = List.copyOf(sources);
    }

    @Override
    public Kind kind() {
      return Kind.TEXT;
    }
  }

  /**
   * What the model thought on the way, as far as it is shown.
   *
   * @param duration how long it took, null where that is not known
   */
  record Reasoning(String text, @Nullable Duration duration) implements Content {
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
   * @param client whether the user's own client is to make the call
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
      boolean client,
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
      return new ToolCall(
          name, server, arguments, State.PENDING, false, null, null, null, null, null);
    }

    /**
     * Lets it wait for its user.
     *
     * @param client whether for the result, from the client that makes the call
     */
    public ToolCall awaiting(boolean client) {
      return new ToolCall(
          name, server, arguments, State.AWAITING, client, null, null, null, null, null);
    }

    public ToolCall running(Instant now) {
      return new ToolCall(
          name, server, arguments, State.RUNNING, client, null, decidedBy, decidedAt, now, null);
    }

    public ToolCall ended(State state, ToolResult result, @Nullable Duration took) {
      return new ToolCall(
          name, server, arguments, state, client, result, decidedBy, decidedAt, startedAt, took);
    }

    public ToolCall decided(UserId by, Instant at) {
      return new ToolCall(
          name, server, arguments, state, client, result, by, at, startedAt, duration);
    }

    public ToolCall with(Json arguments) {
      return new ToolCall(
          name, server, arguments, state, client, result, decidedBy, decidedAt, startedAt,
          duration);
    }

    @Override
    public Kind kind() {
      return Kind.TOOL_CALL;
    }
  }

  /** Something to look at and to press, described by the front end's own vocabulary. */
  record Widget(Json root, @Nullable String copyText) implements Content {
    public Widget {
      copyText = chat.model.Text.storableOrNull(copyText);
    }

    @Override
    public Kind kind() {
      return Kind.WIDGET;
    }

    @Override
    public int length() {
      return root.text().length() + (copyText == null ? 0 : copyText.length());
    }
  }

  /**
   * The steps of some longer work, as they go on.
   *
   * @param summary what stands for all of them once it is over
   * @param expanded whether the steps are shown at once
   */
  record Workflow(List<chat.model.Task> tasks, @Nullable Summary summary, boolean expanded)
      implements Content {
    public Workflow {
      tasks = List.copyOf(tasks);
    }

    /** Sums up what was done: in words, or by how long it took. */
    public sealed interface Summary {}

    /** Says it in words. */
    public record Titled(String title, @Nullable String icon) implements Summary {
      public Titled {
        title = chat.model.Text.storable(title);
        icon = chat.model.Text.storableOrNull(icon);
      }
    }

    /** Says how long it took. */
    public record Lasted(Duration duration) implements Summary {}

    @Override
    public Kind kind() {
      return Kind.WORKFLOW;
    }

    @Override
    public int length() {
      return tasks.stream().mapToInt(task -> task.toString().length()).sum();
    }
  }

  /** A step of work that stands alone. */
  record Task(chat.model.Task task) implements Content {
    @Override
    public Kind kind() {
      return Kind.TASK;
    }

    @Override
    public int length() {
      return task.toString().length();
    }
  }

  /** Questions to the user, and what was answered. Its turn awaits while it is pending. */
  record StructuredInput(List<Question> questions, Status status) implements Content {
    public StructuredInput {
      questions = List.copyOf(questions);
      if (questions.stream().map(Question::id).distinct().count() < questions.size()) {
        throw new IllegalArgumentException("two questions of one id");
      }
    }

    /** Says what became of it. */
    public enum Status {
      PENDING,
      ANSWERED,
      SKIPPED
    }

    /** Asks. */
    public static StructuredInput of(List<? extends Question> questions) {
      return new StructuredInput(List.copyOf(questions), Status.PENDING);
    }

    /**
     * Returns it with what was answered: a question without an answer was skipped, what answers no
     * question is left out, and of several answers to a single choice the first counts.
     */
    public StructuredInput answered(Map<String, Question.Given> answers, boolean skipped) {
      var filled = new ArrayList<Question>();
      for (var question : questions) {
        var given = answers.get(question.id());
        if (skipped || given == null || given.skipped() || given.values().isEmpty()) {
          given = Question.Given.SKIPPED;
        }
        filled.add(question.with(given));
      }
      return new StructuredInput(filled, skipped ? Status.SKIPPED : Status.ANSWERED);
    }

    @Override
    public Kind kind() {
      return Kind.STRUCTURED_INPUT;
    }

    @Override
    public int length() {
      return questions.toString().length();
    }
  }

  /**
   * An image that the agent made.
   *
   * @param image null until there is something to see
   * @param progress 0 to 1; null where that is not known
   */
  record GeneratedImage(@Nullable Image image, @Nullable Double progress) implements Content {
    public GeneratedImage {
      if (progress != null && !(progress >= 0 && progress <= 1)) {
        throw new IllegalArgumentException("progress " + progress);
      }
    }

    /** Is where to see it; {@code url} may be a {@code data:} URL. */
    public record Image(String id, String url) {
      public Image {
        id = chat.model.Text.storable(id);
        url = chat.model.Text.storable(url);
      }
    }

    @Override
    public Kind kind() {
      return Kind.IMAGE;
    }

    @Override
    public int length() {
      return image == null ? 0 : image.url().length();
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

    @Override
    public int length() {
      return body.text().length();
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
   * Says where something in a text comes from.
   *
   * @param index the position in the text, in UTF-16 units; null when it concerns all of it
   */
  record Citation(Source source, @Nullable Integer index) {}

  /** What the sender asked of this turn; null leaves it to the server's settings. */
  record Options(@Nullable String model, @Nullable Json toolChoice) {
    public static final Options NONE = new Options(null, null);
  }
}
