package chat.persistence.jpa;

import chat.model.ChatException.NotFound;
import chat.model.Conversation;
import chat.model.Turn;
import chat.model.UserId;
import java.util.List;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/** Finds turns. The states stand as literals, so that the partial indexes serve. */
final class Turns {
  private static final String OF_CONVERSATION =
      "from Turn where key.owner = :owner and conversationId = :conversation ";

  private Turns() {}

  static @Nullable TurnEntity find(
      StatelessSession session, UserId owner, Conversation.Id conversation, Turn.Id id) {
    var turn = session.get(TurnEntity.class, Key.of(owner, id));
    return turn != null && turn.conversationId.equals(conversation.value()) ? turn : null;
  }

  static TurnEntity require(@Nullable TurnEntity turn) {
    if (turn == null) throw new NotFound("turn");
    return turn;
  }

  /** Returns the one that runs or awaits. */
  static @Nullable TurnEntity current(StatelessSession session, Key conversation) {
    return one(session, conversation, "and state in ('running', 'awaiting')");
  }

  static @Nullable TurnEntity lastStarted(StatelessSession session, Key conversation) {
    return one(session, conversation, "and startedAt is not null order by startedAt desc");
  }

  private static @Nullable TurnEntity one(
      StatelessSession session, Key conversation, String which) {
    return session
        .createSelectionQuery(OF_CONVERSATION + which, TurnEntity.class)
        .setParameter("owner", conversation.owner())
        .setParameter("conversation", conversation.id())
        .setMaxResults(1)
        .getSingleResultOrNull();
  }

  /** Returns those that wait, in the order they will run. */
  static List<TurnEntity> queue(StatelessSession session, Key conversation) {
    return session
        .createSelectionQuery(
            OF_CONVERSATION + "and state = 'queued' order by queueRank", TurnEntity.class)
        .setParameter("owner", conversation.owner())
        .setParameter("conversation", conversation.id())
        .getResultList();
  }

  /** Returns a turn as clients see it: with its place in the queue, or what is stored of it. */
  static Turn domain(StatelessSession session, TurnEntity turn) {
    return switch (turn.state()) {
      case QUEUED -> {
        var waiting = queue(session, new Key(turn.key.owner(), turn.conversationId));
        yield turn.toDomain(waiting.stream().map(TurnEntity::id).toList().indexOf(turn.id()) + 1);
      }
      case RUNNING -> {
        turn.lastEvent = Math.max(turn.lastEvent, Events.highest(session, turn));
        yield turn.toDomain(0);
      }
      case AWAITING, COMPLETED, FAILED, STOPPED, INTERRUPTED -> turn.toDomain(0);
    };
  }

  /** Writes who asked the turn to stop, and nothing else of it: its holder may be writing too. */
  static void requestStop(StatelessSession session, TurnEntity turn) {
    session
        .createMutationQuery(
            "update Turn set stopRequested = :stop where key.owner = :owner and key.id = :id"
                + " and stopRequested is null")
        .setParameter("stop", turn.stopRequested)
        .setParameter("owner", turn.key.owner())
        .setParameter("id", turn.key.id())
        .executeUpdate();
  }
}
