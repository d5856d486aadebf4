package chat.persistence.jpa;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.NotFound;
import chat.model.ChatException.RateLimited;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.UserId;
import chat.port.AttachmentRepository;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.jdbc.ReturningWork;
import org.jspecify.annotations.Nullable;

/** Knows the users' files by the rows of {@code attachment}. */
final class JpaAttachmentRepository implements AttachmentRepository {
  private static final String ENTRY =
      "id, name, mime_type, size, uploaded, conversation_id, created_at";

  private static final Duration LATER = Duration.ofMinutes(1);

  private static final Sql CREATE =
      Sql.of(
          """
          insert into attachment (owner, id, name, mime_type, size, created_at)
          select :owner, :id, :name, :type, :size, clock_timestamp()
          where (select count(*) from attachment
            where owner = :owner and conversation_id is null) < %d
          returning %s
          """
              .formatted(UNSENT_AT_ONCE, ENTRY));

  private static final Sql FIND =
      Sql.of("select %s from attachment where owner = :owner and id = :id".formatted(ENTRY));

  private static final Sql UPLOADED =
      Sql.of(
          """
          update attachment set uploaded = true
          where owner = :owner and id = :id and not uploaded returning %s
          """
              .formatted(ENTRY));

  /** Makes files gone: a part of a statement that has deleted them as {@code lost}. */
  private static final String GONE =
      """
      insert into attachment_gone (owner, id) select owner, id from lost
      on conflict do nothing
      """;

  private static final Sql DELETE =
      Sql.of(
          """
          with lost as (delete from attachment
            where owner = :owner and id = :id and conversation_id is null returning owner, id)
          %s
          """
              .formatted(GONE));

  private static final Sql EXPIRE =
      Sql.of(
          """
          with lost as (delete from attachment
            where conversation_id is null
              and created_at < clock_timestamp() - :micros * interval '1 microsecond'
            returning owner, id)
          %s
          """
              .formatted(GONE));

  private static final Sql LEFT = Sql.of("select owner, id from attachment_gone limit :most");

  private static final Sql FORGET =
      Sql.of(
          """
          delete from attachment_gone g
          using jsonb_to_recordset(cast(:gone as jsonb)) as f (owner text collate "C", id uuid)
          where g.owner = f.owner and g.id = f.id
          """);

  private static final Sql SIGNING_KEY =
      Sql.of(
          """
          insert into signing_key (purpose, bytes) values ('attachments', :made)
          on conflict do nothing
          """,
          "select bytes from signing_key where purpose = 'attachments'");

  private final Transactions transactions;

  JpaAttachmentRepository(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Entry create(UserId owner, String name, String mimeType, long size) {
    var file = Content.Attachment.of(name, mimeType, size);
    return as(
        owner,
        connection -> {
          try (var run = CREATE.on(connection)) {
            run.set("owner", owner.value()).set("id", file.id());
            run.set("name", name).set("type", mimeType).set("size", size);
            var rows = run.rows(0);
            if (!rows.next()) throw new RateLimited(LATER);
            return entry(rows);
          }
        });
  }

  @Override
  public Optional<Entry> find(UserId owner, UUID id) {
    return as(owner, connection -> Optional.ofNullable(one(FIND, connection, owner, id)));
  }

  @Override
  public Entry uploaded(UserId owner, UUID id) {
    return as(
        owner,
        connection -> {
          var entry = one(UPLOADED, connection, owner, id);
          if (entry != null) return entry;
          if (one(FIND, connection, owner, id) == null) throw new NotFound("attachment");
          throw new Conflict(Conflict.Reason.ALREADY_UPLOADED, null);
        });
  }

  @Override
  public boolean delete(UserId owner, UUID id) {
    return as(
        owner,
        connection -> {
          try (var run = DELETE.on(connection)) {
            if (run.set("owner", owner.value()).set("id", id).written(0) > 0) return true;
          }
          if (one(FIND, connection, owner, id) == null) return false;
          throw new Conflict(Conflict.Reason.ATTACHMENT_SENT, null);
        });
  }

  @Override
  public void expire(Duration unsent) {
    asEngine(
        connection -> {
          try (var run = EXPIRE.on(connection)) {
            return run.set("micros", unsent.toNanos() / 1000).written(0);
          }
        });
  }

  @Override
  public List<Gone> gone(int atMost) {
    return asEngine(
        connection -> {
          var gone = new ArrayList<Gone>();
          try (var run = LEFT.on(connection)) {
            var rows = run.set("most", atMost).rows(0);
            while (rows.next()) {
              gone.add(new Gone(new UserId(rows.getString(1)), rows.getObject(2, UUID.class)));
            }
          }
          return gone;
        });
  }

  @Override
  public void forget(Collection<Gone> cleared) {
    if (cleared.isEmpty()) return;
    asEngine(
        connection -> {
          try (var run = FORGET.on(connection)) {
            return run.set("gone", StoredForm.rows(List.copyOf(cleared))).written(0);
          }
        });
  }

  @Override
  public byte[] signingKey() {
    var made = new byte[32];
    new SecureRandom().nextBytes(made);
    return asEngine(
        connection -> {
          try (var run = SIGNING_KEY.on(connection)) {
            var rows = run.set("made", made).rows(1);
            rows.next();
            return rows.getBytes(1);
          }
        });
  }

  private <T> T as(UserId owner, ReturningWork<T> work) {
    return transactions.as(owner, session -> session.doReturningWork(work));
  }

  private <T> T asEngine(ReturningWork<T> work) {
    return transactions.asEngine(session -> session.doReturningWork(work));
  }

  private static @Nullable Entry one(Sql sql, Connection connection, UserId owner, UUID id)
      throws SQLException {
    try (var run = sql.on(connection)) {
      var rows = run.set("owner", owner.value()).set("id", id).rows(0);
      return rows.next() ? entry(rows) : null;
    }
  }

  static Entry entry(ResultSet row) throws SQLException {
    var conversation = row.getObject("conversation_id", UUID.class);
    return new Entry(
        new Content.Attachment(
            row.getObject("id", UUID.class),
            row.getString("name"),
            row.getString("mime_type"),
            row.getLong("size")),
        row.getBoolean("uploaded"),
        conversation == null ? null : new Conversation.Id(conversation),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }
}
