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
import java.util.Optional;
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

  Accepted answer(Message.Id message, Turn.Answer answer, String instance, int texts) {
    var asked = asked(turn.everPending(), message).orElseThrow(() -> new NotFound("question"));
    var earlier = asked.answer();
    if (earlier != null) {
      if (StoredForm.sameMeaning(earlier, answer)) {
        return new Accepted(Turns.domain(session, turn), true, null);
      }
      throw refused();
    }
    var now = Starting.now(session);
    boolean awaits = turn.state() == Turn.State.AWAITING && turn.stopRequested == null;
    boolean current = asked(turn.pending(), message).isPresent();
    if (!awaits || !current || !now.isBefore(asked.expiresAt())) throw refused();
    var pending =
        turn.pending().stream()
            .map(p -> p.message().equals(message) ? answered(p, answer) : p)
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

  private static Optional<Turn.Pending> asked(List<Turn.Pending> pending, Message.Id message) {
    return pending.stream().filter(p -> p.message().equals(message)).findFirst();
  }

  private static Turn.Pending answered(Turn.Pending pending, Turn.Answer answer) {
    return new Turn.Pending(pending.message(), pending.expiresAt(), answer);
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
