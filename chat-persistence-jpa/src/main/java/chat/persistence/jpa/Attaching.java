package chat.persistence.jpa;

import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.AttachmentRepository.Entry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/** Gives the files that a message names to its conversation, in the transaction that accepts it. */
final class Attaching {
  /** Lets go of a conversation's files, whose rows are deleted with it. */
  static final String GONE_WITH_CONVERSATION =
      """
      insert into attachment_gone (owner, id)
      select owner, id from attachment where owner = :owner and conversation_id = :conversation
      on conflict do nothing
      """;

  /** Locked, so that none is deleted or sent twice meanwhile. */
  private static final Sql NAMED =
      Sql.of(
          """
          select id, name, mime_type, size, uploaded, conversation_id, created_at from attachment
          where owner = :owner and id = any(:ids) order by id for no key update
          """);

  private static final Sql BIND =
      Sql.of(
          """
          update attachment set conversation_id = :conversation, message_id = :message
          where owner = :owner and id = any(:ids) and conversation_id is null
          """);

  private static final String FIELD = "attachments";
  private final StatelessSession session;
  private final UserId owner;
  private final Map<UUID, Entry> known;

  /** Locks the files that an input names: the same request again waits here, or earlier. */
  Attaching(StatelessSession session, UserId owner, Turn.Input input) {
    this.session = session;
    this.owner = owner;
    var named =
        input instanceof Turn.Input.Send send
            ? send.content().attachments()
            : List.<Content.Attachment>of();
    known =
        named.isEmpty()
            ? Map.of()
            : session.doReturningWork(connection -> known(connection, owner, ids(named)));
  }

  /**
   * Returns the input with its files as they are known.
   *
   * @param replaced the message that it takes the place of
   */
  Turn.Input filled(Turn.Input input, @Nullable MessageEntity replaced) {
    if (!(input instanceof Turn.Input.Send send)) return input;
    var named = send.content().attachments();
    if (named.isEmpty()) return input;
    var earlier =
        replaced != null && StoredForm.content(replaced.content) instanceof Content.UserInput before
            ? before.attachments()
            : List.<Content.Attachment>of();
    var files = new ArrayList<Content.Attachment>();
    var seen = new HashSet<UUID>();
    for (var each : named) {
      var entry = known.get(each.id());
      if (entry == null) throw new NotFound("attachment");
      if (!seen.add(each.id())) throw new InvalidInput(FIELD, "an attachment is named twice");
      if (!entry.uploaded()) throw new InvalidInput(FIELD, "an attachment has no bytes yet");
      if (entry.conversation() != null && !earlier.contains(entry.file())) {
        throw new InvalidInput(FIELD, "an attachment was sent before");
      }
      files.add(entry.file());
    }
    return send.with(send.content().with(files));
  }

  private static Map<UUID, Entry> known(Connection connection, UserId owner, UUID[] ids)
      throws SQLException {
    var known = new HashMap<UUID, Entry>();
    try (var run = NAMED.on(connection)) {
      var rows = run.set("owner", owner.value()).set("ids", ids).rows(0);
      while (rows.next()) {
        var entry = JpaAttachmentRepository.entry(rows);
        known.put(entry.file().id(), entry);
      }
    }
    return known;
  }

  void bind(Turn.Input input, TurnEntity turn) {
    if (!(input instanceof Turn.Input.Send send) || send.content().attachments().isEmpty()) return;
    session.doWork(
        connection -> {
          try (var run = BIND.on(connection)) {
            run.set("owner", owner.value())
                .set("conversation", turn.conversationId)
                .set("message", turn.userMessageId)
                .set("ids", ids(send.content().attachments()))
                .written(0);
          }
        });
  }

  private static UUID[] ids(List<Content.Attachment> files) {
    return files.stream().map(Content.Attachment::id).toArray(UUID[]::new);
  }
}
