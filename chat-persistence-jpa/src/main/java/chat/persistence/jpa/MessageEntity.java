package chat.persistence.jpa;

import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.UserId;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** Is a row of {@code message}. */
@Entity(name = "Message")
@Table(name = "message")
@SuppressWarnings("NullAway.Init")
class MessageEntity {
  /** Names the columns that {@link #from(ResultSet)} reads, of a {@code message m}. */
  static final String COLUMNS =
      "m.owner, m.id, m.conversation_id, m.seq, m.turn_id, m.step, m.parent_id, m.partial,"
          + " m.revision, m.content, m.provider, m.created_at";

  @EmbeddedId Key key;
  UUID conversationId;
  long seq;
  UUID turnId;
  int step;
  @Nullable UUID parentId;
  boolean active = true;
  String role;
  String kind;
  boolean hidden;
  boolean partial;
  int revision;

  @JdbcTypeCode(SqlTypes.JSON)
  String content;

  @JdbcTypeCode(SqlTypes.JSON)
  @Nullable String provider;

  Instant createdAt;

  MessageEntity() {}

  static MessageEntity from(UserId owner, Message message) {
    var row = new MessageEntity();
    row.key = Key.of(owner, message.id());
    row.conversationId = message.conversation().value();
    row.seq = message.seq();
    row.turnId = message.turn().value();
    row.step = message.step();
    row.parentId = message.parent() == null ? null : message.parent().value();
    row.role = Key.word(message.content().role());
    row.kind = Key.word(message.content().kind());
    row.hidden = message.content().hidden();
    row.partial = message.partial();
    row.revision = message.revision();
    row.content = StoredForm.of(message.content());
    row.provider = message.provider() == null ? null : message.provider().text();
    row.createdAt = message.createdAt();
    return row;
  }

  static MessageEntity from(ResultSet rows) throws SQLException {
    var row = new MessageEntity();
    row.key = new Key(rows.getString(1), rows.getObject(2, UUID.class));
    row.conversationId = rows.getObject(3, UUID.class);
    row.seq = rows.getLong(4);
    row.turnId = rows.getObject(5, UUID.class);
    row.step = rows.getInt(6);
    row.parentId = rows.getObject(7, UUID.class);
    row.partial = rows.getBoolean(8);
    row.revision = rows.getInt(9);
    row.content = rows.getString(10);
    row.provider = rows.getString(11);
    row.createdAt = rows.getObject(12, OffsetDateTime.class).toInstant();
    return row;
  }

  /** Returns the message as if it had no siblings: {@link Siblings} counts them. */
  Message toDomain() {
    return new Message(
        new Message.Id(key.id()),
        new Conversation.Id(conversationId),
        seq,
        new Turn.Id(turnId),
        step,
        parentId == null ? null : new Message.Id(parentId),
        Message.Siblings.ONLY,
        StoredForm.content(content),
        partial,
        revision,
        StoredForm.jsonOrNull(provider),
        createdAt);
  }
}
