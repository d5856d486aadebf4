package chat.persistence.jpa;

import chat.model.Branches;
import chat.model.ChatException.Conflict;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Message;
import chat.model.Turn;
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
    var chosen = require(id);
    requireRest();
    long fork = fork(chosen);
    var behind = query("and seq > :fork").setParameter("fork", fork).getResultList();
    var active = Branches.active(behind.stream().map(Branching::node).toList(), id);
    var ids = active.stream().map(Message.Id::value).toList();
    mark("active = true", "and not active and key.id in :ids", fork, ids);
    mark("active = false", "and active and key.id not in :ids", fork, ids);
  }

  private void mark(String change, String where, long fork, List<UUID> ids) {
    session
        .createMutationQuery(
            "update Message set "
                + change
                + " where key.owner = :owner and conversationId = :conversation and seq > :fork "
                + where)
        .setParameter("ids", ids)
        .setParameter("owner", conversation.key.owner())
        .setParameter("conversation", conversation.key.id())
        .setParameter("fork", fork)
        .executeUpdate();
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

  private static Branches.Node node(MessageEntity row) {
    return new Branches.Node(
        new Message.Id(row.key.id()),
        row.parentId == null ? null : new Message.Id(row.parentId),
        new Turn.Id(row.turnId),
        row.seq,
        Key.constant(Content.Role.class, row.role));
  }
}
