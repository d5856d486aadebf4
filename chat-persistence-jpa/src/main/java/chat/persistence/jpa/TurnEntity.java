package chat.persistence.jpa;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.UserId;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** Is a row of {@code turn}. */
@Entity(name = "Turn")
@Table(name = "turn")
@SuppressWarnings("NullAway.Init")
class TurnEntity {
  @EmbeddedId Key key;
  UUID conversationId;
  UUID userMessageId;
  String origin;
  String state;
  @Nullable String endReason;

  @JdbcTypeCode(SqlTypes.JSON)
  @Nullable String input;

  @Nullable String title;
  @Nullable Long queueRank;

  @JdbcTypeCode(SqlTypes.JSON)
  @Nullable String options;

  @Nullable String requestKey;
  String requestHash;
  @Nullable String instance;
  long fence;
  @Nullable String stopRequested;
  int steps;
  long lastEvent;
  long resumeFrom;

  @JdbcTypeCode(SqlTypes.JSON)
  String awaiting = "[]";

  @JdbcTypeCode(SqlTypes.JSON)
  String answered = "[]";

  @Nullable Instant expiresAt;

  @JdbcTypeCode(SqlTypes.JSON)
  @Nullable String failure;

  long inputTokens;
  long cachedTokens;
  long outputTokens;
  long reasoningTokens;
  Instant createdAt;
  @Nullable Instant startedAt;
  @Nullable Instant finishedAt;

  TurnEntity() {}

  /** Makes the row of a request, neither queued nor running yet. */
  static TurnEntity from(
      UserId owner, Turn.Id id, UUID conversation, UUID userMessage, Turn.Request request) {
    var row = new TurnEntity();
    row.key = Key.of(owner, id);
    row.conversationId = conversation;
    row.userMessageId = userMessage;
    row.origin = request.input() instanceof Turn.Input.Retry ? "retry" : "send";
    row.title = request.title();
    row.options = StoredForm.of(options(request.input()));
    row.requestKey = request.key();
    row.requestHash = request.hash();
    return row;
  }

  static Content.Options options(Turn.Input input) {
    return switch (input) {
      case Turn.Input.Send send -> send.content().options();
      case Turn.Input.Retry retry -> retry.options();
      case Turn.Input.Act ignored -> Content.Options.NONE;
    };
  }

  Turn.Id id() {
    return new Turn.Id(key.id());
  }

  Turn.State state() {
    return Key.constant(Turn.State.class, state);
  }

  Turn.@Nullable EndReason stop() {
    return Key.constantOrNull(Turn.EndReason.class, stopRequested);
  }

  /** Gives the turn to an instance. */
  void handTo(String instance) {
    state = "running";
    this.instance = instance;
    fence++;
    expiresAt = null;
  }

  /** Returns what it awaits, or awaited last. */
  List<Turn.Pending> pending() {
    return StoredForm.pending(awaiting);
  }

  /** Returns everything it ever awaited, the latest first. */
  List<Turn.Pending> everPending() {
    var all = new ArrayList<>(pending());
    all.addAll(StoredForm.pending(answered));
    return all;
  }

  /**
   * Returns the turn as clients see it.
   *
   * @param position in the queue, if it is there
   */
  Turn toDomain(int position) {
    return toDomain(position, "awaiting".equals(state));
  }

  /** Returns the turn with the answers to what it awaited last, for whoever resumes it. */
  Turn resumed() {
    return toDomain(0, true);
  }

  private Turn toDomain(int position, boolean withPending) {
    boolean waits = "queued".equals(state);
    boolean hasMessage = startedAt != null || "retry".equals(origin);
    return new Turn(
        key.user(),
        id(),
        new Conversation.Id(conversationId),
        hasMessage ? new Message.Id(userMessageId) : null,
        state(),
        Key.constantOrNull(Turn.EndReason.class, endReason),
        StoredForm.failure(failure),
        new Turn.Usage(inputTokens, cachedTokens, outputTokens, reasoningTokens),
        withPending ? pending() : List.of(),
        waits && input != null ? new Turn.Queued(position, StoredForm.input(input)) : null,
        lastEvent,
        resumeFrom,
        createdAt,
        finishedAt);
  }
}
