package chat.persistence.jpa;

import chat.model.Conversation;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** Is a row of {@code conversation}. */
@Entity(name = "Conversation")
@Table(name = "conversation")
@SuppressWarnings("NullAway.Init")
class ConversationEntity {
  @EmbeddedId Key key;
  @Nullable String title;
  String titleBy;
  String status;
  @Nullable String statusReason;

  @JdbcTypeCode(SqlTypes.ARRAY)
  String @Nullable [] allowedImageDomains;

  @JdbcTypeCode(SqlTypes.JSON)
  String metadata;

  long lastSeq;
  Instant lastAt;
  boolean branched;
  long version;
  @Nullable String requestKey;
  @Nullable String requestHash;
  Instant createdAt;
  Instant updatedAt;

  ConversationEntity() {}

  static ConversationEntity from(Conversation conversation) {
    var row = new ConversationEntity();
    row.key = Key.of(conversation.owner(), conversation.id());
    row.createdAt = conversation.createdAt();
    row.lastAt = conversation.createdAt();
    row.take(conversation);
    return row;
  }

  /** Takes over what may change. */
  void take(Conversation conversation) {
    title = conversation.title();
    titleBy = Key.word(conversation.titleBy());
    status = Key.word(conversation.status());
    statusReason = conversation.statusReason();
    var domains = conversation.allowedImageDomains();
    allowedImageDomains = domains == null ? null : domains.toArray(String[]::new);
    metadata = conversation.metadata().text();
    version = conversation.version();
    updatedAt = conversation.updatedAt();
  }

  Conversation toDomain() {
    return new Conversation(
        key.user(),
        new Conversation.Id(key.id()),
        title,
        Key.constant(Conversation.TitleBy.class, titleBy),
        Key.constant(Conversation.Status.class, status),
        statusReason,
        allowedImageDomains == null ? null : List.of(allowedImageDomains),
        StoredForm.json(metadata),
        version,
        createdAt,
        updatedAt);
  }
}
