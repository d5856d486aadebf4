package chat.persistence.jpa;

import chat.model.Conversation;
import chat.model.Page;
import chat.model.UserId;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/** Lists conversations by keyset. */
final class Lists {
  private Lists() {}

  static Page<Conversation> page(
      StatelessSession session,
      UserId owner,
      Conversation.Order order,
      Conversation.@Nullable Cursor after,
      int limit) {
    var query =
        session
            .createNativeQuery(sql(order, after != null), ConversationEntity.class)
            .setParameter("owner", owner.value())
            .setMaxResults(limit + 1);
    if (after != null) query.setParameter("at", after.at()).setParameter("id", after.id().value());
    var rows = query.getResultList();
    boolean more = rows.size() > limit;
    var data = rows.stream().limit(limit).map(ConversationEntity::toDomain).toList();
    return new Page<>(data, more ? place(order, data.get(limit - 1)) : null);
  }

  private static Conversation.Cursor place(Conversation.Order order, Conversation last) {
    var at =
        switch (order) {
          case ACTIVITY_DESC -> last.updatedAt();
          case CREATED_DESC, CREATED_ASC -> last.createdAt();
        };
    return new Conversation.Cursor(at, last.id());
  }

  /** A row comparison with the very columns of the index, so that a page is one index scan. */
  static String sql(Conversation.Order order, boolean behindPlace) {
    var time = order == Conversation.Order.ACTIVITY_DESC ? "updated_at" : "created_at";
    boolean ascending = order == Conversation.Order.CREATED_ASC;
    var place =
        " and (%s, id) %s (cast(:at as timestamptz), cast(:id as uuid))"
            .formatted(time, ascending ? ">" : "<");
    var direction = ascending ? "asc" : "desc";
    return "select * from conversation where owner = :owner"
        + (behindPlace ? place : "")
        + " order by %1$s %2$s, id %2$s".formatted(time, direction);
  }
}
