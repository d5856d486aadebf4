package chat.persistence.jpa;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.ChatException.StorageFailed;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.ConversationRepository;
import chat.port.ConversationRepository.Accepted;
import java.util.List;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * Accepts turns. A plain one is begun by {@link PlainTurn} at once; all else is decided here step
 * by step, under the conversation's lock.
 *
 * <p>Two requests with one key in one conversation queue at its lock, and the second finds the
 * first. In two new conversations they meet at a unique index: the loser's transaction is rolled
 * back and decides again, now seeing the winner's.
 */
final class Accepting {
  private static final int ATTEMPTS = 3;
  private static final Sql LOCK = Sql.of(Sql.AS_OWNER, PlainTurn.LOCK);

  private final Transactions transactions;
  private final Doubts doubts;

  Accepting(Transactions transactions, Doubts doubts) {
    this.transactions = transactions;
    this.doubts = doubts;
  }

  Accepted accept(
      UserId owner, Turn.Request request, String instance, int texts, Consumer<Accepted> ready) {
    for (int attempt = 1; ; attempt++) {
      try {
        return transactions.doubtful(
            session -> attempt(session, owner, request, instance, texts),
            accepted -> {
              if (accepted.work() != null) ready.accept(accepted);
            },
            this::isThere);
      } catch (Transactions.Taken e) {
        if (attempt == ATTEMPTS) throw new StorageFailed("a request key is fought over", e);
      }
    }
  }

  private Accepted attempt(
      StatelessSession session, UserId owner, Turn.Request request, String instance, int texts) {
    if (request.input() instanceof Turn.Input.Send send && isPlain(send)) {
      var work = PlainTurn.begin(session, owner, request, send, instance, texts);
      if (work != null) return new Accepted(work.turn(), false, work);
    } else {
      lock(session, owner, request.input().conversation());
    }
    return decide(session, owner, request, instance, texts);
  }

  private static boolean isPlain(Turn.Input.Send send) {
    return send.replaces() == null && send.content().attachments().isEmpty();
  }

  static void lock(StatelessSession session, UserId owner, Conversation.@Nullable Id id) {
    session.doWork(
        connection -> {
          try (var run = LOCK.on(connection)) {
            run.set("owner", owner.value());
            run.set("conversation", id == null ? null : id.value());
            run.rows(1);
          }
        });
  }

  private static Accepted decide(
      StatelessSession session, UserId owner, Turn.Request request, String instance, int texts) {
    var attaching = new Attaching(session, owner, request.input());
    var own = request.input() instanceof Turn.Input.Send send ? send.message() : null;
    var first = first(session, owner, request.key(), own);
    if (first != null) {
      if (!first.requestHash.equals(request.hash())) {
        throw new Conflict(Conflict.Reason.REQUEST_KEY_REUSED, null);
      }
      return new Accepted(Turns.domain(session, first), true, null);
    }
    if (own != null && session.get(MessageEntity.class, Key.of(owner, own)) != null) {
      throw new Conflict(Conflict.Reason.REQUEST_KEY_REUSED, null);
    }
    var conversation = conversation(session, owner, request.input());
    var target = target(session, owner, conversation, request.input());
    var input = attaching.filled(request.input(), target);
    if (!conversation.status.equals("active") && !request.evenLocked()) {
      throw new Conflict(Conflict.Reason.CONVERSATION_LOCKED, null);
    }
    var waiting = Turns.queue(session, conversation.key);
    var current = Turns.current(session, conversation.key);
    boolean free = current == null && waiting.isEmpty();
    if (!free) requireMayWait(request, current, waiting);
    if (target != null && !target.active) {
      throw new InvalidInput(
          input instanceof Turn.Input.Send ? "replaces_message_id" : "message_id",
          "this message is not in the active history");
    }
    var starting = new Starting(session, owner, conversation);
    if (input instanceof Turn.Input.Retry retry && starting.question(retry.message()).hidden) {
      throw new InvalidInput("message_id", "an action is not done again");
    }
    var turn =
        TurnEntity.from(
            owner,
            Turn.Id.next(),
            conversation.key.id(),
            input instanceof Turn.Input.Retry retry
                ? starting.question(retry.message()).key.id()
                : own == null ? Message.Id.next().value() : own.value(),
            request);
    attaching.bind(input, turn);
    if (!free) return enqueue(session, turn, input, request.onBusy(), current, waiting);
    var work = starting.start(turn, input, false, instance, texts);
    return new Accepted(work.turn(), false, work);
  }

  /** A new one is made only for a message with files: {@link PlainTurn} has made all others. */
  private static ConversationEntity conversation(
      StatelessSession session, UserId owner, Turn.Input input) {
    var id = input.conversation();
    if (id == null && input instanceof Turn.Input.Send send && !isPlain(send)) {
      if (send.replaces() != null) throw new NotFound("message");
      return JpaConversationRepository.created(session, owner);
    }
    var found = id == null ? null : session.get(ConversationEntity.class, Key.of(owner, id));
    if (found == null) throw new NotFound(id == null ? "message" : "conversation");
    return found;
  }

  private static @Nullable TurnEntity first(
      StatelessSession session, UserId owner, @Nullable String key, Message.@Nullable Id message) {
    var byKey =
        key == null
            ? null
            : session
                .createSelectionQuery(
                    "from Turn where key.owner = :owner and requestKey = :key", TurnEntity.class)
                .setParameter("owner", owner.value())
                .setParameter("key", key)
                .getSingleResultOrNull();
    if (byKey != null || message == null) return byKey;
    return session
        .createSelectionQuery(
            "from Turn where key.owner = :owner and userMessageId = :message and origin = 'send'",
            TurnEntity.class)
        .setParameter("owner", owner.value())
        .setParameter("message", message.value())
        .getSingleResultOrNull();
  }

  /** Returns the message that is to be replaced or answered again, null for a plain one. */
  private static @Nullable MessageEntity target(
      StatelessSession session, UserId owner, ConversationEntity conversation, Turn.Input input) {
    var id =
        switch (input) {
          case Turn.Input.Send send -> send.replaces();
          case Turn.Input.Retry retry -> retry.message();
          case Turn.Input.Act act -> Starting.widget(act);
        };
    if (id == null) return null;
    var target = session.get(MessageEntity.class, Key.of(owner, id));
    if (target == null || !target.conversationId.equals(conversation.key.id())) {
      throw new NotFound("message");
    }
    boolean said = target.role.equals("user") && !target.hidden;
    if (input instanceof Turn.Input.Send && !said) {
      throw new InvalidInput("replaces_message_id", "only a user message can be edited");
    }
    return target;
  }

  private static void requireMayWait(
      Turn.Request request, @Nullable TurnEntity current, List<TurnEntity> waiting) {
    var first = current == null ? waiting.get(0) : current;
    if (request.onBusy() == Turn.OnBusy.REJECT) {
      var awaits = first.state() == Turn.State.AWAITING;
      throw new Conflict(
          awaits ? Conflict.Reason.TURN_AWAITING : Conflict.Reason.TURN_RUNNING, first.id());
    }
    if (request.input() instanceof Turn.Input.Retry && request.onBusy() == Turn.OnBusy.ENQUEUE) {
      throw new InvalidInput("on_busy", "a retry cannot wait for another turn");
    }
    if (waiting.size() >= ConversationRepository.QUEUE) {
      throw new Conflict(Conflict.Reason.QUEUE_FULL, first.id());
    }
  }

  private static Accepted enqueue(
      StatelessSession session,
      TurnEntity turn,
      Turn.Input input,
      Turn.OnBusy onBusy,
      @Nullable TurnEntity current,
      List<TurnEntity> waiting) {
    boolean interrupts = onBusy == Turn.OnBusy.INTERRUPT;
    turn.state = "queued";
    turn.input = StoredForm.of(input);
    turn.createdAt = Starting.now(session);
    turn.queueRank = rank(interrupts, waiting);
    if (interrupts && current != null && current.stopRequested == null) {
      current.stopRequested = Key.word(Turn.EndReason.SUPERSEDED);
      Turns.requestStop(session, current);
    }
    session.insert(turn);
    return new Accepted(turn.toDomain(interrupts ? 1 : waiting.size() + 1), false, null);
  }

  private static long rank(boolean first, List<TurnEntity> waiting) {
    var ranks = waiting.stream().mapToLong(turn -> turn.queueRank == null ? 0 : turn.queueRank);
    return first ? ranks.min().orElse(1) - 1 : ranks.max().orElse(0) + 1;
  }

  private boolean isThere(Accepted accepted) {
    var work = accepted.work();
    return work != null && doubts.committed(work.lease());
  }
}
