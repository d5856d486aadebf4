package chat.persistence.jpa;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.ChatException.StorageFailed;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Json;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Page;
import chat.model.Search;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.model.Window;
import chat.port.ConversationRepository;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * Stores conversations in PostgreSQL. Every method is one transaction in the role {@code chat_app}
 * with the owner set, so the database shows it nothing else; the owner stands in every statement
 * too.
 */
final class JpaConversationRepository implements ConversationRepository {
  private static final int ATTEMPTS = 3;

  /**
   * Deletes without waiting in a circle: first the lock that every request takes, then the turns
   * that may be writing, and only then the rows that those refer to.
   */
  private static final Sql DELETE =
      Sql.of(
          Sql.AS_OWNER,
          PlainTurn.LOCK,
          """
          select 1 from turn where owner = :owner and conversation_id = :conversation
            and state in ('running', 'awaiting') for update
          """,
          Attaching.GONE_WITH_CONVERSATION,
          "delete from conversation where owner = :owner and id = :conversation");

  private final Transactions transactions;
  private final Doubts doubts;
  private final Accepting accepting;

  JpaConversationRepository(Transactions transactions, Doubts doubts) {
    this.transactions = transactions;
    this.doubts = doubts;
    this.accepting = new Accepting(transactions, doubts);
  }

  @Override
  public Conversation create(
      UserId owner, Conversation.Change first, @Nullable String key, String hash) {
    for (int attempt = 1; ; attempt++) {
      try {
        return transactions.as(owner, session -> create(session, owner, first, key, hash));
      } catch (Transactions.Taken e) {
        // Whoever took the key is committed: the next attempt finds it.
        if (attempt == ATTEMPTS) throw new StorageFailed("a request key is fought over", e);
      }
    }
  }

  private static Conversation create(
      StatelessSession session,
      UserId owner,
      Conversation.Change first,
      @Nullable String key,
      String hash) {
    var known =
        key == null
            ? null
            : session
                .createSelectionQuery(
                    "from Conversation where key.owner = :owner and requestKey = :key",
                    ConversationEntity.class)
                .setParameter("owner", owner.value())
                .setParameter("key", key)
                .getSingleResultOrNull();
    if (known != null) {
      if (hash.equals(known.requestHash)) return known.toDomain();
      throw new Conflict(Conflict.Reason.REQUEST_KEY_REUSED, null);
    }
    var row = made(session, owner, first);
    row.requestKey = key;
    row.requestHash = key == null ? null : hash;
    session.insert(row);
    return row.toDomain();
  }

  /** Makes an empty conversation, for a turn that is about to begin in it. */
  static ConversationEntity created(StatelessSession session, UserId owner) {
    var row = made(session, owner, Conversation.Change.NONE);
    session.insert(row);
    return row;
  }

  private static ConversationEntity made(
      StatelessSession session, UserId owner, Conversation.Change first) {
    var now = Starting.now(session);
    return ConversationEntity.from(
        new Conversation(
                owner,
                Conversation.Id.next(),
                null,
                Conversation.TitleBy.FIRST_MESSAGE,
                Conversation.Status.ACTIVE,
                null,
                null,
                Json.EMPTY,
                0,
                now,
                now)
            .with(first, now));
  }

  @Override
  public Optional<Conversation> find(UserId owner, Conversation.Id id) {
    return transactions.as(
        owner,
        session ->
            Optional.ofNullable(session.get(ConversationEntity.class, Key.of(owner, id)))
                .map(ConversationEntity::toDomain));
  }

  @Override
  public Optional<Conversation.Detail> detail(UserId owner, Conversation.Id id, int limit) {
    var query = Window.Query.newest(limit);
    return transactions.reading(
        owner,
        session -> {
          var row = session.get(ConversationEntity.class, Key.of(owner, id));
          if (row == null) return Optional.empty();
          var current = Turns.current(session, row.key);
          var turn = current == null ? Turns.lastStarted(session, row.key) : current;
          var waiting = Turns.queue(session, row.key);
          return Optional.of(
              new Conversation.Detail(
                  row.toDomain(),
                  new Windows(session, row).read(query),
                  turn == null ? null : Turns.domain(session, turn),
                  waiting.stream().map(t -> t.toDomain(waiting.indexOf(t) + 1)).toList()));
        });
  }

  @Override
  public Page<Conversation> list(
      UserId owner, Conversation.Order order, Conversation.@Nullable Cursor after, int limit) {
    if (limit < 1 || limit > 200) throw new InvalidInput("limit", "a limit is 1 to 200");
    return transactions.as(owner, session -> Lists.page(session, owner, order, after, limit));
  }

  @Override
  public Page<Search.Hit> search(
      UserId owner, Search search, Conversation.@Nullable Cursor after, int limit) {
    if (limit < 1 || limit > 200) throw new InvalidInput("limit", "a limit is 1 to 200");
    return transactions.reading(
        owner, session -> Searching.page(session, owner, search, after, limit));
  }

  @Override
  public Conversation change(UserId owner, Conversation.Id id, Conversation.Change change) {
    return transactions.as(owner, session -> change(session, locked(session, owner, id), change));
  }

  /** Changes a conversation whose lock is held. */
  static Conversation change(
      StatelessSession session, ConversationEntity row, Conversation.Change change) {
    var present = row.toDomain();
    var metadata = change.metadata();
    boolean same = metadata != null && StoredForm.sameMeaning(metadata, present.metadata());
    var wanted =
        new Conversation.Change(
            change.title(),
            change.by(),
            change.status(),
            change.statusReason(),
            change.allowedImageDomains(),
            same ? null : metadata);
    var next = present.with(wanted, Starting.now(session));
    if (next.equals(present)) return present;
    row.take(next);
    session.update(row);
    return next;
  }

  @Override
  public boolean delete(UserId owner, Conversation.Id id) {
    return transactions.bare(
        session ->
            session.doReturningWork(
                connection -> {
                  try (var run = DELETE.on(connection)) {
                    run.set("owner", owner.value()).set("conversation", id.value());
                    return run.written(4) > 0;
                  }
                }));
  }

  @Override
  public Window window(UserId owner, Conversation.Id id, Window.Query query) {
    return transactions.reading(
        owner, session -> new Windows(session, required(session, owner, id)).read(query));
  }

  @Override
  public Optional<Message> message(UserId owner, Conversation.Id id, Message.Id message) {
    return transactions.reading(
        owner,
        session -> {
          var row = session.get(ConversationEntity.class, Key.of(owner, id));
          return row == null
              ? Optional.empty()
              : Optional.ofNullable(new Windows(session, row).message(message));
        });
  }

  @Override
  public void rate(
      UserId owner, Conversation.Id id, List<Message.Id> messages, @Nullable Feedback feedback) {
    transactions.as(
        owner,
        session -> {
          new Ratings(session, required(session, owner, id)).rate(messages, feedback);
          return true;
        });
  }

  @Override
  public Optional<Feedback> feedback(UserId owner, Conversation.Id id, Message.Id message) {
    return transactions.reading(
        owner,
        session -> {
          var row = required(session, owner, id);
          var rated = new Windows(session, row).message(message);
          if (rated == null || rated.content().hidden()) throw new NotFound("message");
          return new Ratings(session, row).of(message);
        });
  }

  @Override
  public List<Message> siblings(UserId owner, Conversation.Id id, Message.Id message) {
    return transactions.reading(
        owner, session -> new Branching(session, required(session, owner, id)).siblings(message));
  }

  @Override
  public void activate(UserId owner, Conversation.Id id, Message.Id message) {
    transactions.as(
        owner,
        session -> {
          new Branching(session, locked(session, owner, id)).activate(message);
          return true;
        });
  }

  @Override
  public Accepted accept(
      UserId owner, Turn.Request request, String instance, int texts, Consumer<Accepted> ready) {
    return accepting.accept(owner, request, instance, texts, ready);
  }

  @Override
  public Optional<Turn> turn(UserId owner, Conversation.Id id, Turn.Id turn) {
    return transactions.reading(
        owner,
        session ->
            Optional.ofNullable(Turns.find(session, owner, id, turn))
                .map(row -> Turns.domain(session, row)));
  }

  @Override
  public List<ModelCall.Entry> modelCalls(UserId owner, Conversation.Id id, Turn.Id turn) {
    return transactions.reading(
        owner,
        session -> {
          var row = Turns.require(Turns.find(session, owner, id, turn));
          return session.doReturningWork(connection -> ModelCalls.of(connection, row));
        });
  }

  @Override
  public Turn stop(UserId owner, Conversation.Id id, Turn.Id turn) {
    return transactions.as(
        owner,
        session -> {
          locked(session, owner, id, "turn");
          var row = Turns.require(Turns.find(session, owner, id, turn));
          if (row.state().terminal()) return row.toDomain(0);
          if (row.state.equals("queued")) {
            row.state = "stopped";
            row.endReason = Key.word(Turn.EndReason.USER);
            row.lastEvent = 1;
            row.finishedAt = Starting.now(session);
            session.update(row);
          } else {
            row.stopRequested = Key.word(Turn.EndReason.USER);
            Turns.requestStop(session, row);
          }
          return Turns.domain(session, row);
        });
  }

  @Override
  public Accepted answer(
      UserId owner,
      Conversation.Id id,
      Turn.Id turn,
      Message.Id message,
      Turn.Answer answer,
      @Nullable String hash,
      String instance,
      int texts) {
    return transactions.as(
        owner,
        session -> {
          var conversation = locked(session, owner, id, "turn");
          var row = Locks.turn(session, Key.of(owner, turn));
          if (row == null || !row.conversationId.equals(id.value())) throw new NotFound("turn");
          return new Answering(session, conversation, row, doubts)
              .answer(message, answer, hash, instance, texts);
        },
        accepted -> accepted.work() != null && doubts.committed(accepted.work().lease()));
  }

  @Override
  public List<TurnEvent.Numbered> events(
      UserId owner, Conversation.Id id, Turn.Id turn, long after, int limit) {
    return transactions.reading(
        owner,
        session ->
            Events.read(
                session, Turns.require(Turns.find(session, owner, id, turn)), after, limit));
  }

  private static ConversationEntity required(
      StatelessSession session, UserId owner, Conversation.Id id) {
    var row = session.get(ConversationEntity.class, Key.of(owner, id));
    if (row == null) throw new NotFound("conversation");
    return row;
  }

  private static ConversationEntity locked(
      StatelessSession session, UserId owner, Conversation.Id id) {
    return locked(session, owner, id, "conversation");
  }

  private static ConversationEntity locked(
      StatelessSession session, UserId owner, Conversation.Id id, String what) {
    var row = Locks.conversation(session, Key.of(owner, id));
    if (row == null) throw new NotFound(what);
    return row;
  }
}
