package chat.persistence.jpa;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.NotFound;
import chat.model.Message;
import chat.model.Turn;
import chat.port.ConversationRepository.Accepted;
import chat.port.Lease;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/** Records answers to what a turn awaits, under the conversation's lock and then the turn's. */
final class Answering {
  private final StatelessSession session;
  private final ConversationEntity conversation;
  private final TurnEntity turn;
  private final Doubts doubts;

  Answering(
      StatelessSession session, ConversationEntity conversation, TurnEntity turn, Doubts doubts) {
    this.session = session;
    this.conversation = conversation;
    this.turn = turn;
    this.doubts = doubts;
  }

  Accepted answer(
      Message.Id message, Turn.Answer answer, @Nullable String hash, String instance, int texts) {
    var ever = turn.everPending().stream().filter(p -> p.message().equals(message)).toList();
    if (ever.isEmpty()) throw new NotFound("question");
    var asked = ever.get(0);
    if (!asked.isMeantBy(answer, hash, ever.size() > 1)) {
      throw new Conflict(Conflict.Reason.CALL_CHANGED, turn.id());
    }
    var earlier = asked.answer();
    if (earlier != null) {
      if (StoredForm.sameMeaning(earlier, answer)) {
        return new Accepted(Turns.domain(session, turn), true, null);
      }
      throw refused();
    }
    var now = Starting.now(session);
    boolean awaits = turn.state() == Turn.State.AWAITING && turn.stopRequested == null;
    boolean current = turn.pending().contains(asked);
    if (!awaits || !current || !now.isBefore(asked.expiresAt())) throw refused();
    var pending =
        turn.pending().stream()
            .map(p -> p.message().equals(message) ? p.with(answer, now) : p)
            .toList();
    turn.awaiting = StoredForm.ofPending(pending);
    turn.expiresAt = earliest(pending);
    if (turn.expiresAt != null) {
      session.update(turn);
      return new Accepted(turn.toDomain(0), false, null);
    }
    // It awaits still, so a commit in doubt that answered never was; its claim would end this run.
    doubts.resolved(turn.key);
    turn.handTo(instance);
    session.update(turn);
    var work = Starting.work(session, conversation, turn, Lease.Why.RESUME, now, texts);
    return new Accepted(turn.toDomain(0), false, work);
  }

  /** Returns when the first of those without an answer is too late; null when all have one. */
  static @Nullable Instant earliest(List<Turn.Pending> pending) {
    return pending.stream()
        .filter(p -> p.answer() == null)
        .map(Turn.Pending::expiresAt)
        .filter(Objects::nonNull)
        .min(Instant::compareTo)
        .orElse(null);
  }

  private Conflict refused() {
    return new Conflict(Conflict.Reason.ALREADY_ANSWERED, turn.id());
  }
}
