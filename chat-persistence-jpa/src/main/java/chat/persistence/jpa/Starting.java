package chat.persistence.jpa;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.Lease;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * Starts a turn under its conversation's lock, in readable steps: whatever {@link PlainTurn} does
 * not do, for the request side and for what waited in the queue.
 */
final class Starting {
  private final StatelessSession session;
  private final UserId owner;
  private final ConversationEntity conversation;

  Starting(StatelessSession session, UserId owner, ConversationEntity conversation) {
    this.session = session;
    this.owner = owner;
    this.conversation = conversation;
  }

  /** Returns the database's clock. */
  static Instant now(StatelessSession session) {
    return session
        .createNativeQuery("select clock_timestamp()", Instant.class)
        .getSingleResult()
        .truncatedTo(ChronoUnit.MICROS);
  }

  /** Starts a turn that has no row yet, or has waited. */
  Lease.Work start(TurnEntity turn, Turn.Input input, boolean waited, String instance, int texts) {
    var now = now(session);
    var at = now.isAfter(conversation.lastAt) ? now : conversation.lastAt.plusNanos(1000);
    if (waited) leadBack(input);
    turn.handTo(instance);
    turn.startedAt = at;
    turn.input = null;
    turn.queueRank = null;
    if (!waited) turn.createdAt = at;
    var said =
        switch (input) {
          case Turn.Input.Send send -> said(turn, send.content(), send.replaces(), at);
          case Turn.Input.Act act -> said(turn, asItIsNow(act), null, at);
          case Turn.Input.Retry retry -> {
            deactivateFrom(question(retry.message()).seq + 1);
            yield null;
          }
        };
    if (waited) session.update(turn);
    else session.insert(turn);
    if (said != null) session.insert(said);
    if (conversation.title == null) conversation.title = turn.title;
    conversation.take(conversation.toDomain().touched(at));
    session.update(conversation);
    return work(session, conversation, turn, Lease.Why.RUN, at, texts);
  }

  static Message.@Nullable Id widget(Turn.Input.Act act) {
    var widget = act.action().widget();
    return widget == null ? null : widget.id();
  }

  /** While it waited, another turn may have changed what it is about. */
  private Content.Action asItIsNow(Turn.Input.Act act) {
    var widget = widget(act);
    if (widget == null) return act.action();
    var now = new Windows(session, conversation).message(widget);
    return now == null ? act.action() : act.action().with(now);
  }

  /** While it waited, another turn may have left the branch that it is about. */
  private void leadBack(Turn.Input input) {
    var target =
        switch (input) {
          case Turn.Input.Send send -> send.replaces();
          case Turn.Input.Retry retry -> retry.message();
          case Turn.Input.Act act -> widget(act);
        };
    if (target == null) return;
    if (session.get(MessageEntity.class, Key.of(owner, target)).active) return;
    new Branching(session, conversation).lead(target);
  }

  private MessageEntity said(
      TurnEntity turn, Content content, Message.@Nullable Id replaces, Instant at) {
    var replaced =
        replaces == null ? null : session.get(MessageEntity.class, Key.of(owner, replaces));
    var parent = replaced == null ? lastActive() : replaced.parentId;
    if (replaced != null) deactivateFrom(replaced.seq);
    conversation.lastSeq++;
    conversation.lastAt = at;
    return MessageEntity.from(
        owner,
        new Message(
            new Message.Id(turn.userMessageId),
            new Conversation.Id(conversation.key.id()),
            conversation.lastSeq,
            turn.id(),
            0,
            parent == null ? null : new Message.Id(parent),
            Message.Siblings.ONLY,
            content,
            false,
            0,
            null,
            at));
  }

  /** Returns the user message that a message asks or answers. */
  MessageEntity question(Message.Id id) {
    var message = session.get(MessageEntity.class, Key.of(owner, id));
    if (message.role.equals("user") || message.parentId == null) return message;
    return session.get(MessageEntity.class, new Key(owner.value(), message.parentId));
  }

  private @Nullable UUID lastActive() {
    return session
        .createSelectionQuery(
            "select key.id from Message where key.owner = :owner and conversationId = :conversation"
                + " and active order by seq desc",
            UUID.class)
        .setParameter("owner", owner.value())
        .setParameter("conversation", conversation.key.id())
        .setMaxResults(1)
        .getSingleResultOrNull();
  }

  /** The active history is a path: what stands behind a place on it follows from that place. */
  private void deactivateFrom(long seq) {
    conversation.branched = true;
    session
        .createMutationQuery(
            "update Message set active = false where key.owner = :owner"
                + " and conversationId = :conversation and active and seq >= :seq")
        .setParameter("owner", owner.value())
        .setParameter("conversation", conversation.key.id())
        .setParameter("seq", seq)
        .executeUpdate();
  }

  /** Makes the work of a turn that this instance now holds. */
  static Lease.Work work(
      StatelessSession session,
      ConversationEntity conversation,
      TurnEntity turn,
      Lease.Why why,
      Instant now,
      int texts) {
    var owner = turn.key.user();
    boolean answered = why != Lease.Why.RUN && why != Lease.Why.RECOVER;
    var history = History.of(session, owner, turn.conversationId, turn.key.id(), texts);
    return new Lease.Work(
        new Lease(
            owner,
            new Conversation.Id(turn.conversationId),
            turn.id(),
            turn.fence,
            conversation.lastSeq,
            now.isBefore(conversation.lastAt) ? conversation.lastAt : now),
        why,
        answered ? turn.resumed() : turn.toDomain(0),
        StoredForm.options(turn.options),
        turn.steps,
        why == Lease.Why.EXPIRE ? Turn.EndReason.EXPIRED : turn.stop(),
        Siblings.counted(session, owner, conversation.branched, history),
        List.of());
  }
}
