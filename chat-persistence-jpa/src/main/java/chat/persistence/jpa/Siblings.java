package chat.persistence.jpa;

import chat.model.Message;
import chat.model.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * Counts the siblings of messages: of the user's the messages of the same parent, of an agent's the
 * turns that answer the same question.
 */
final class Siblings {
  private static final Sql MEMBERS =
      Sql.of(
          """
          select parent_id, role, case when role = 'user' then id else turn_id end, min(seq)
          from message
          where owner = :owner and conversation_id = :conversation and parent_id = any(:parents)
          group by 1, 2, 3
          union all
          select parent_id, role, case when role = 'user' then id else turn_id end, min(seq)
          from message
          where owner = :owner and conversation_id = :conversation and parent_id is null
            and cast(:roots as boolean)
          group by 1, 2, 3
          order by 4
          """);

  private Siblings() {}

  private record Group(@Nullable UUID parent, String role) {
    static Group of(Message message) {
      var parent = message.parent();
      return new Group(parent == null ? null : parent.value(), Key.word(message.content().role()));
    }
  }

  /**
   * Returns messages of one conversation with their siblings counted.
   *
   * @param branched whether the conversation was ever edited or retried: else all stand alone
   */
  static List<Message> counted(
      StatelessSession session, UserId owner, boolean branched, List<Message> messages) {
    if (!branched || messages.isEmpty()) return messages;
    var groups = groups(session, owner, messages);
    var counted = new ArrayList<Message>();
    for (var message : messages) {
      var members = groups.getOrDefault(Group.of(message), List.of());
      var member =
          switch (message.content().role()) {
            case USER -> message.id().value();
            case ASSISTANT -> message.turn().value();
          };
      int index = members.indexOf(member);
      counted.add(index < 0 ? message : message.with(new Message.Siblings(index, members.size())));
    }
    return counted;
  }

  private static Map<Group, List<UUID>> groups(
      StatelessSession session, UserId owner, List<Message> messages) {
    var parents =
        messages.stream()
            .map(Message::parent)
            .filter(Objects::nonNull)
            .map(Message.Id::value)
            .distinct()
            .toArray(UUID[]::new);
    boolean roots = messages.stream().anyMatch(message -> message.parent() == null);
    return session.doReturningWork(
        connection -> {
          var groups = new HashMap<Group, List<UUID>>();
          try (var run = MEMBERS.on(connection)) {
            run.set("owner", owner.value())
                .set("conversation", messages.get(0).conversation().value())
                .set("parents", connection.createArrayOf("uuid", parents))
                .set("roots", roots);
            var rows = run.rows(0);
            while (rows.next()) {
              var group = new Group(rows.getObject(1, UUID.class), rows.getString(2));
              groups
                  .computeIfAbsent(group, g -> new ArrayList<>())
                  .add(rows.getObject(3, UUID.class));
            }
          }
          return groups;
        });
  }
}
