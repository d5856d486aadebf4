package chat.persistence.jpa;

import org.hibernate.LockMode;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/** Takes locks, always in the order conversation, turn, message. */
final class Locks {
  private Locks() {}

  static @Nullable ConversationEntity conversation(StatelessSession session, Key key) {
    return session.get(ConversationEntity.class, key, LockMode.PESSIMISTIC_WRITE);
  }

  static @Nullable TurnEntity turn(StatelessSession session, Key key) {
    return session.get(TurnEntity.class, key, LockMode.PESSIMISTIC_WRITE);
  }
}
