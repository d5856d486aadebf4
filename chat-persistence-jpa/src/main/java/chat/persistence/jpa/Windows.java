package chat.persistence.jpa;

import chat.model.ChatException.NotFound;
import chat.model.Message;
import chat.model.Window;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/** Reads stretches of a conversation's active history by keyset: the cost does not grow with it. */
final class Windows {
  private final StatelessSession session;
  private final ConversationEntity conversation;

  Windows(StatelessSession session, ConversationEntity conversation) {
    this.session = session;
    this.conversation = conversation;
  }

  Window read(Window.Query query) {
    var at = query.at();
    if (at == null) {
      return query.from() == Window.From.OLDEST ? oldest(query.limit()) : newest(query.limit());
    }
    var anchor = session.get(MessageEntity.class, new Key(conversation.key.owner(), at.value()));
    if (anchor == null || !anchor.active || !anchor.conversationId.equals(conversation.key.id())) {
      throw new NotFound("message");
    }
    return switch (query.from()) {
      case NEWEST -> newest(query.limit());
      case OLDEST -> oldest(query.limit());
      case BEFORE -> {
        var before = before(anchor.seq, query.limit());
        yield window(before.rows, before.more, true);
      }
      case AFTER -> {
        var after = after(anchor.seq, query.limit());
        yield window(after.rows, true, after.more);
      }
      case AROUND -> around(anchor, query.limit());
    };
  }

  private Window newest(int limit) {
    var newest = before(Long.MAX_VALUE, limit);
    return window(newest.rows, newest.more, false);
  }

  private Window oldest(int limit) {
    var oldest = after(0, limit);
    return window(oldest.rows, false, oldest.more);
  }

  private Window around(MessageEntity anchor, int limit) {
    var before = before(anchor.seq, Math.min(limit / 2, limit - 1));
    var after = after(anchor.seq, limit - 1 - before.rows.size());
    var rows = new ArrayList<>(before.rows);
    rows.add(anchor);
    rows.addAll(after.rows);
    return window(rows, before.more, after.more);
  }

  private record Stretch(List<MessageEntity> rows, boolean more) {}

  private Stretch before(long seq, int limit) {
    var stretch = stretch("and seq < :seq order by seq desc", seq, limit);
    return new Stretch(stretch.rows.reversed(), stretch.more);
  }

  private Stretch after(long seq, int limit) {
    return stretch("and seq > :seq order by seq", seq, limit);
  }

  private Stretch stretch(String where, long seq, int limit) {
    var rows =
        session
            .createSelectionQuery(
                "from Message where key.owner = :owner and conversationId = :conversation"
                    + " and active "
                    + where,
                MessageEntity.class)
            .setParameter("owner", conversation.key.owner())
            .setParameter("conversation", conversation.key.id())
            .setParameter("seq", seq)
            .setMaxResults(limit + 1)
            .getResultList();
    return rows.size() > limit
        ? new Stretch(rows.subList(0, limit), true)
        : new Stretch(rows, false);
  }

  private Window window(List<MessageEntity> rows, boolean moreBefore, boolean moreAfter) {
    return new Window(counted(rows), moreBefore, moreAfter);
  }

  private List<Message> counted(List<MessageEntity> rows) {
    var messages = rows.stream().map(MessageEntity::toDomain).toList();
    return Siblings.counted(session, conversation.key.user(), conversation.branched, messages);
  }

  /** Returns a message with its siblings counted, null when it is not of this conversation. */
  @Nullable Message message(Message.Id id) {
    var row = session.get(MessageEntity.class, new Key(conversation.key.owner(), id.value()));
    if (row == null || !row.conversationId.equals(conversation.key.id())) return null;
    return counted(List.of(row)).get(0);
  }
}
