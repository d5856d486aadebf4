package chat.persistence.jpa;

import chat.model.ChatException.NotFound;
import chat.model.Feedback;
import chat.model.Message;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/** Keeps what users think of messages. */
final class Ratings {
  private static final Sql KNOWN =
      Sql.of(
          """
          select count(*) from message where owner = :owner and conversation_id = :conversation
            and id = any(cast(:ids as uuid[])) and not hidden
          """);

  private static final Sql GIVE =
      Sql.of(
          """
          insert into feedback (owner, message_id, conversation_id, kind)
          select :owner, id, :conversation, :kind from unnest(cast(:ids as uuid[])) id order by id
          on conflict (owner, message_id) do update
            set kind = excluded.kind, given_at = excluded.given_at
          """);

  private static final Sql TAKE_BACK =
      Sql.of(
          "delete from feedback where owner = :owner and conversation_id = :conversation"
              + " and message_id = any(cast(:ids as uuid[]))");

  private static final Sql READ =
      Sql.of("select kind from feedback where owner = :owner and message_id = :message");

  private final StatelessSession session;
  private final Key conversation;

  Ratings(StatelessSession session, ConversationEntity conversation) {
    this.session = session;
    this.conversation = conversation.key;
  }

  void rate(List<Message.Id> messages, @Nullable Feedback feedback) {
    var ids = new HashSet<UUID>();
    for (var message : messages) ids.add(message.value());
    session.doWork(
        connection -> {
          var array = connection.createArrayOf("uuid", ids.toArray());
          try (var known = of(KNOWN, connection)) {
            var count = known.set("ids", array).rows(0);
            if (!count.next() || count.getInt(1) < ids.size()) throw new NotFound("message");
          }
          try (var run = of(feedback == null ? TAKE_BACK : GIVE, connection)) {
            run.set("ids", array);
            if (feedback != null) run.set("kind", Key.word(feedback));
            run.written(0);
          }
        });
  }

  private Sql.Run of(Sql sql, Connection connection) throws SQLException {
    return sql.on(connection)
        .set("owner", conversation.owner())
        .set("conversation", conversation.id());
  }

  Optional<Feedback> of(Message.Id message) {
    return session.doReturningWork(
        connection -> {
          try (var run = READ.on(connection)) {
            var row =
                run.set("owner", conversation.owner()).set("message", message.value()).rows(0);
            return row.next()
                ? Optional.of(Key.constant(Feedback.class, row.getString(1)))
                : Optional.empty();
          }
        });
  }
}
