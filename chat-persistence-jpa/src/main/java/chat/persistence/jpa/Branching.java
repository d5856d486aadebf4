package chat.persistence.jpa;

import chat.model.Branches;
import chat.model.ChatException.Conflict;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Message;
import chat.model.Turn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.hibernate.StatelessSession;
import org.hibernate.query.SelectionQuery;

/** Lists the alternatives to a message, and switches to one. */
final class Branching {
  private static final String OF_CONVERSATION =
      "from Message where key.owner = :owner and conversationId = :conversation ";
  private static final Sql BEHIND =
      Sql.of(
          """
          select id, parent_id, turn_id, seq, role from message
          where owner = :owner and conversation_id = :conversation and seq > :fork
          """);
  private static final Sql MARK =
      Sql.of(
          """
          update message m set active = not m.active
          where m.owner = :owner and m.conversation_id = :conversation and m.seq > :fork
            and m.active <> (m.id in (select unnest(cast(:ids as uuid[]))))
          """);
  private final StatelessSession session;
  private final ConversationEntity conversation;

  Branching(StatelessSession session, ConversationEntity conversation) {
    this.session = session;
    this.conversation = conversation;
  }

  List<Message> siblings(Message.Id id) {
    var message = require(id);
    var where = message.parentId == null ? "and parentId is null " : "and parentId = :parent ";
    var query = query(where + "and role = :role order by seq").setParameter("role", message.role);
    if (message.parentId != null) query.setParameter("parent", message.parentId);
    var alternatives = new ArrayList<Message>();
    var turns = new HashSet<UUID>();
    for (var row : query.getResultList()) {
      boolean first = turns.add(row.turnId);
      if (first || message.role.equals("user")) alternatives.add(row.toDomain());
    }
    return Siblings.counted(session, conversation.key.user(), conversation.branched, alternatives);
  }

  /** Runs under the conversation's lock. */
  void activate(Message.Id id) {
    require(id);
    requireRest();
    lead(id);
  }

  /** Leads the active history through a message, whatever goes on. */
  void lead(Message.Id id) {
    long fork = fork(require(id));
    session.doWork(
        connection -> {
          var active = Branches.active(behind(connection, fork), id);
          var ids = active.stream().map(Message.Id::value).toArray(UUID[]::new);
          try (var run = MARK.on(connection)) {
            run.set("owner", conversation.key.owner())
                .set("conversation", conversation.key.id())
                .set("fork", fork)
                .set("ids", connection.createArrayOf("uuid", ids))
                .written(0);
          }
        });
  }

  private List<Branches.Node> behind(Connection connection, long fork) throws SQLException {
    var nodes = new ArrayList<Branches.Node>();
    try (var run = BEHIND.on(connection)) {
      run.set("owner", conversation.key.owner())
          .set("conversation", conversation.key.id())
          .set("fork", fork);
      var rows = run.rows(0);
      while (rows.next()) {
        var parent = rows.getObject(2, UUID.class);
        nodes.add(
            new Branches.Node(
                new Message.Id(rows.getObject(1, UUID.class)),
                parent == null ? null : new Message.Id(parent),
                new Turn.Id(rows.getObject(3, UUID.class)),
                rows.getLong(4),
                Key.constant(Content.Role.class, rows.getString(5))));
      }
    }
    return nodes;
  }

  /** Returns the place of the nearest ancestor that is active, 0 when there is none. */
  private long fork(MessageEntity chosen) {
    var above = chosen;
    while (above.parentId != null) {
      above = session.get(MessageEntity.class, new Key(chosen.key.owner(), above.parentId));
      if (above.active) return above.seq;
    }
    return 0;
  }

  private void requireRest() {
    var current = Turns.current(session, conversation.key);
    if (current != null) {
      boolean awaits = current.state() == Turn.State.AWAITING;
      throw new Conflict(
          awaits ? Conflict.Reason.TURN_AWAITING : Conflict.Reason.TURN_RUNNING, current.id());
    }
    for (var waiting : Turns.queue(session, conversation.key)) {
      throw new Conflict(Conflict.Reason.TURN_RUNNING, waiting.id());
    }
  }

  private MessageEntity require(Message.Id id) {
    var row = session.get(MessageEntity.class, new Key(conversation.key.owner(), id.value()));
    if (row == null || !row.conversationId.equals(conversation.key.id())) {
      throw new NotFound("message");
    }
    return row;
  }

  private SelectionQuery<MessageEntity> query(String where) {
    return session
        .createSelectionQuery(OF_CONVERSATION + where, MessageEntity.class)
        .setParameter("owner", conversation.key.owner())
        .setParameter("conversation", conversation.key.id());
  }
}
