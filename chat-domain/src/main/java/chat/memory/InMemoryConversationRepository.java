package chat.memory;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.Conflict.Reason;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Json;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Page;
import chat.model.Search;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.TurnEvent.Numbered;
import chat.model.UserId;
import chat.model.Window;
import chat.port.ConversationRepository;
import chat.port.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Is the request side of an {@link InMemoryStore}. */
final class InMemoryConversationRepository implements ConversationRepository {
  private final InMemoryStore store;

  InMemoryConversationRepository(InMemoryStore store) {
    this.store = store;
  }

  @Override
  public Conversation create(
      UserId owner, Conversation.Change first, @Nullable String key, String hash) {
    return store.alone(
        () -> {
          for (var known : store.of(owner)) {
            if (key == null || !key.equals(known.key)) continue;
            if (!hash.equals(known.hash)) throw new Conflict(Reason.REQUEST_KEY_REUSED, null);
            return known.conversation();
          }
          var now = store.now();
          var made = new StoredConversation(empty(owner, now), key, hash);
          made.change(first, now);
          store.put(made);
          return made.conversation();
        });
  }

  private static Conversation empty(UserId owner, Instant now) {
    return new Conversation(
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
        now);
  }

  @Override
  public Optional<Conversation> find(UserId owner, Conversation.Id id) {
    return store.alone(() -> store.find(owner, id).map(StoredConversation::conversation));
  }

  @Override
  public Optional<Conversation.Detail> detail(UserId owner, Conversation.Id id, int limit) {
    var newest = Window.Query.newest(limit);
    return store.alone(
        () ->
            store
                .find(owner, id)
                .map(
                    found ->
                        new Conversation.Detail(
                            found.conversation(),
                            found.history.window(newest),
                            found.current().map(turn -> turn.seen(found)).orElse(null),
                            found.queue().stream().map(turn -> turn.seen(found)).toList())));
  }

  @Override
  public Page<Conversation> list(
      UserId owner, Conversation.Order order, Conversation.@Nullable Cursor after, int limit) {
    if (limit < 1 || limit > 200) throw new InvalidInput("limit", "a limit is 1 to 200");
    return store.alone(
        () ->
            page(
                following(owner, order, after).map(StoredConversation::conversation),
                it -> place(it, order),
                limit));
  }

  /** Returns the owner's conversations behind a place, in an order. */
  private Stream<StoredConversation> following(
      UserId owner, Conversation.Order order, Conversation.@Nullable Cursor after) {
    var places = places(order);
    Function<StoredConversation, Conversation.Cursor> place = it -> place(it.conversation(), order);
    return store.of(owner).stream()
        .filter(it -> after == null || places.compare(place.apply(it), after) > 0)
        .sorted(Comparator.comparing(place, places));
  }

  private static <T> Page<T> page(
      Stream<T> following, Function<T, Conversation.Cursor> place, int limit) {
    var found = following.limit(limit + 1L).toList();
    if (found.size() <= limit) return new Page<>(found, null);
    var page = found.subList(0, limit);
    return new Page<>(page, place.apply(page.get(limit - 1)));
  }

  @Override
  public Page<Search.Hit> search(
      UserId owner, Search search, Conversation.@Nullable Cursor after, int limit) {
    if (limit < 1 || limit > 200) throw new InvalidInput("limit", "a limit is 1 to 200");
    var order = Conversation.Order.ACTIVITY_DESC;
    return store.alone(
        () ->
            page(
                following(owner, order, after).flatMap(it -> it.found(search).stream()),
                hit -> place(hit.conversation(), order),
                limit));
  }

  private static Conversation.Cursor place(Conversation of, Conversation.Order order) {
    boolean byActivity = order == Conversation.Order.ACTIVITY_DESC;
    return new Conversation.Cursor(byActivity ? of.updatedAt() : of.createdAt(), of.id());
  }

  /** Orders places as a database orders them: ids byte by byte. */
  private static Comparator<Conversation.Cursor> places(Conversation.Order order) {
    var ascending =
        Comparator.comparing(Conversation.Cursor::at)
            .thenComparing(cursor -> cursor.id().value(), InMemoryConversationRepository::bytes);
    return order == Conversation.Order.CREATED_ASC ? ascending : ascending.reversed();
  }

  private static int bytes(UUID one, UUID other) {
    int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
  }

  @Override
  public Conversation change(UserId owner, Conversation.Id id, Conversation.Change change) {
    return store.alone(
        () -> {
          var changed = store.require(owner, id).copy();
          changed.change(change, store.now());
          store.put(changed);
          return changed.conversation();
        });
  }

  @Override
  public boolean delete(UserId owner, Conversation.Id id) {
    return store.alone(() -> store.remove(owner, id));
  }

  @Override
  public Window window(UserId owner, Conversation.Id id, Window.Query query) {
    return store.alone(() -> store.require(owner, id).history.window(query));
  }

  @Override
  public Optional<Message> message(UserId owner, Conversation.Id id, Message.Id message) {
    return store.alone(
        () ->
            store
                .find(owner, id)
                .map(it -> it.history)
                .filter(history -> history.has(message))
                .map(history -> history.counted(history.require(message))));
  }

  @Override
  public void rate(
      UserId owner, Conversation.Id id, List<Message.Id> messages, @Nullable Feedback feedback) {
    store.alone(
        () -> {
          var changed = store.require(owner, id).copy();
          changed.rate(messages, feedback);
          store.put(changed);
          return changed;
        });
  }

  @Override
  public Optional<Feedback> feedback(UserId owner, Conversation.Id id, Message.Id message) {
    return store.alone(() -> store.require(owner, id).feedback(message));
  }

  @Override
  public List<Message> siblings(UserId owner, Conversation.Id id, Message.Id message) {
    return store.alone(
        () -> {
          var history = store.require(owner, id).history;
          return history.siblings(history.require(message));
        });
  }

  @Override
  public void activate(UserId owner, Conversation.Id id, Message.Id message) {
    store.alone(
        () -> {
          var changed = store.require(owner, id).copy();
          changed.history.require(message);
          changed.requireRest();
          changed.history.activate(message);
          store.put(changed);
          return changed;
        });
  }

  @Override
  public Accepted accept(
      UserId owner, Turn.Request request, String instance, int texts, Consumer<Accepted> ready) {
    InMemoryStore.requireStorable(request);
    return store.alone(
        () -> {
          var first = first(owner, request);
          if (first.isPresent()) return new Accepted(first.get(), true, null);
          store.requireRegistered(instance);
          var now = store.now();
          var to = request.input().conversation();
          var changed =
              to == null
                  ? new StoredConversation(empty(owner, now), null, "")
                  : store.require(owner, to).copy();
          var filled = request.with(filled(changed, request.input()));
          var accepted = changed.accept(filled, instance, texts, now);
          if (accepted.work() != null) ready.accept(accepted);
          store.put(changed);
          if (filled.input() instanceof Turn.Input.Send send) {
            var files = send.content().attachments();
            store.known().bind(owner, files, changed.conversation().id());
          }
          return accepted;
        });
  }

  /** Returns the input with its files as they are known. */
  private Turn.Input filled(StoredConversation in, Turn.Input input) {
    if (!(input instanceof Turn.Input.Send send) || send.content().attachments().isEmpty()) {
      return input;
    }
    var replaced = send.replaces() == null ? null : in.history.require(send.replaces()).content();
    var earlier =
        replaced instanceof Content.UserInput before
            ? before.attachments()
            : List.<Content.Attachment>of();
    var owner = in.conversation().owner();
    var files = store.known().resolved(owner, send.content().attachments(), earlier);
    return send.with(send.content().with(files));
  }

  /** Finds the turn that this very request made before, by its key or its message's id. */
  private Optional<Turn> first(UserId owner, Turn.Request request) {
    var message = request.input() instanceof Turn.Input.Send send ? send.message() : null;
    for (var conversation : store.of(owner)) {
      for (var turn : conversation.turns()) {
        boolean sameKey = request.key() != null && request.key().equals(turn.request.key());
        if (!sameKey && (message == null || !turn.sends(message))) continue;
        if (!request.hash().equals(turn.request.hash())) {
          throw new Conflict(Reason.REQUEST_KEY_REUSED, null);
        }
        return Optional.of(turn.seen(conversation));
      }
      if (message != null && conversation.history.has(message)) {
        throw new Conflict(Reason.REQUEST_KEY_REUSED, null);
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<Turn> turn(UserId owner, Conversation.Id id, Turn.Id turn) {
    return store.alone(
        () -> store.find(owner, id).flatMap(in -> in.find(turn).map(it -> it.seen(in))));
  }

  @Override
  public List<ModelCall.Entry> modelCalls(UserId owner, Conversation.Id id, Turn.Id turn) {
    return store.alone(() -> require(store.require(owner, id), turn).modelCalls());
  }

  @Override
  public Turn stop(UserId owner, Conversation.Id id, Turn.Id turn) {
    return store.alone(
        () -> {
          var changed = store.require(owner, id).copy();
          var stopped = require(changed, turn);
          if (stopped.state == Turn.State.QUEUED) stopped.stopQueued(store.now());
          if (stopped.busy() && stopped.stop == null) stopped.stop = Turn.EndReason.USER;
          store.put(changed);
          return stopped.seen(changed);
        });
  }

  private static StoredTurn require(StoredConversation in, Turn.Id turn) {
    return in.find(turn).orElseThrow(() -> new NotFound("turn"));
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
    InMemoryStore.requireStorable(answer);
    return store.alone(
        () -> {
          var changed = store.require(owner, id).copy();
          var answered = require(changed, turn);
          var now = store.now();
          boolean repeated = !answered.answer(message, answer, hash, now);
          Lease.Work work = null;
          if (!repeated && answered.allAnswered()) {
            store.requireRegistered(instance);
            work = changed.handOut(answered, Lease.Why.RESUME, instance, texts, now);
          }
          store.put(changed);
          return new Accepted(answered.seen(changed), repeated, work);
        });
  }

  @Override
  public List<Numbered> events(
      UserId owner, Conversation.Id id, Turn.Id turn, long after, int limit) {
    return store.alone(
        () -> {
          var conversation = store.require(owner, id);
          var found = require(conversation, turn);
          if (!found.state.terminal() || found.isWhole()) {
            return found.eventsAfter(after).stream().limit(Math.max(1, limit)).toList();
          }
          return after >= found.end().number() ? List.of() : retold(conversation, found);
        });
  }

  /** Makes up the events of a turn that is over from what is stored of it. */
  private static List<Numbered> retold(StoredConversation conversation, StoredTurn turn) {
    var events = new ArrayList<Numbered>();
    for (var message : conversation.history.of(turn.id)) {
      var done = new TurnEvent.MessageDone(conversation.history.counted(message));
      events.add(new Numbered(Numbered.NONE, done));
    }
    events.add(turn.end());
    return events;
  }
}
