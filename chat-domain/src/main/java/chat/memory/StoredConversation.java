package chat.memory;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.Conflict.Reason;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Conversation.TitleBy;
import chat.model.Feedback;
import chat.model.Message;
import chat.model.Search;
import chat.model.Turn;
import chat.model.Turn.OnBusy;
import chat.model.Turn.State;
import chat.port.ConversationRepository;
import chat.port.ConversationRepository.Accepted;
import chat.port.Lease;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Is a conversation with its history and its turns, and what happens to them when a turn is
 * accepted, begins and goes on. Whoever changes it changes a {@link #copy} that is then stored.
 */
final class StoredConversation {
  private static final String REPLACES = "replaces_message_id";
  private Conversation conversation;

  /** Is the key it was created with, if any, and the hash that came with it. */
  final @Nullable String key;

  final String hash;
  final History history;
  private final Map<Turn.Id, StoredTurn> turns = new LinkedHashMap<>();
  private long startedTurns;
  private final Map<Message.Id, Feedback> feedback = new HashMap<>();

  StoredConversation(Conversation conversation, @Nullable String key, String hash) {
    this.conversation = conversation;
    this.key = key;
    this.hash = hash;
    history = new History();
  }

  private StoredConversation(StoredConversation original) {
    conversation = original.conversation;
    key = original.key;
    hash = original.hash;
    history = new History(original.history);
    startedTurns = original.startedTurns;
    feedback.putAll(original.feedback);
    for (var turn : original.turns.values()) turns.put(turn.id, turn.copy());
  }

  StoredConversation copy() {
    return new StoredConversation(this);
  }

  Conversation conversation() {
    return conversation;
  }

  void change(Conversation.Change change, Instant now) {
    conversation = conversation.with(change, now);
  }

  void touch(Instant now) {
    conversation = conversation.touched(now);
  }

  /** Looks for something in the newest message that has it, else in the title. */
  Optional<Search.Hit> found(Search search) {
    for (var message : history.active().reversed()) {
      var content = message.content();
      if (content.hidden() || content.kind() != Content.Kind.TEXT) continue;
      if (!search.finds(content.text())) continue;
      return Optional.of(
          new Search.Hit(conversation, message.id(), search.snippet(content.text())));
    }
    var title = conversation.title();
    if (title == null || !search.finds(title)) return Optional.empty();
    return Optional.of(new Search.Hit(conversation, null, search.snippet(title)));
  }

  void rate(List<Message.Id> messages, @Nullable Feedback rating) {
    for (var id : messages) {
      if (history.require(id).content().hidden()) throw new NotFound("message");
      if (rating == null) feedback.remove(id);
      else feedback.put(id, rating);
    }
  }

  Optional<Feedback> feedback(Message.Id message) {
    if (history.require(message).content().hidden()) throw new NotFound("message");
    return Optional.ofNullable(feedback.get(message));
  }

  Iterable<StoredTurn> turns() {
    return turns.values();
  }

  Optional<StoredTurn> find(Turn.Id id) {
    return Optional.ofNullable(turns.get(id));
  }

  /** Finds the turn that a lease gives the right to write. */
  Optional<StoredTurn> held(Lease lease) {
    return find(lease.turn())
        .filter(turn -> turn.state == State.RUNNING && turn.fence == lease.fence());
  }

  /** Finds the turn that runs or awaits. */
  Optional<StoredTurn> busy() {
    return turns.values().stream().filter(StoredTurn::busy).findFirst();
  }

  /** Finds the turn to show: the busy one, else the last that was started. */
  Optional<StoredTurn> current() {
    return busy()
        .or(
            () ->
                turns.values().stream()
                    .filter(turn -> turn.started > 0)
                    .max(Comparator.comparingLong(turn -> turn.started)));
  }

  /** Returns the turns that wait, in the order they will run. */
  List<StoredTurn> queue() {
    return turns.values().stream()
        .filter(turn -> turn.state == State.QUEUED)
        .sorted(Comparator.comparingLong(turn -> turn.rank))
        .toList();
  }

  /** Finds the turn that runs, awaits, or is the next to run. */
  Optional<StoredTurn> first() {
    return busy().or(() -> queue().stream().findFirst());
  }

  /** Refuses what cannot be done while a turn runs, awaits or waits. */
  void requireRest() {
    var first = first();
    if (first.isEmpty()) return;
    boolean awaits = first.get().state == State.AWAITING;
    throw new Conflict(awaits ? Reason.TURN_AWAITING : Reason.TURN_RUNNING, first.get().id);
  }

  /** Takes a turn in: it begins, or it waits as its request says. */
  Accepted accept(Turn.Request request, String instance, int texts, Instant now) {
    var target = target(request.input());
    if (target != null) requireKind(request.input(), history.require(target));
    if (request.input() instanceof Turn.Input.Retry retry) {
      var question = history.require(history.question(retry.message()));
      if (question.content() instanceof Content.Action) {
        throw new InvalidInput("message_id", "an action is not done again");
      }
    }
    if (conversation.status() != Conversation.Status.ACTIVE && !request.evenLocked()) {
      throw new Conflict(Reason.CONVERSATION_LOCKED, null);
    }
    var queue = queue();
    boolean waits = busy().isPresent() || !queue.isEmpty();
    if (waits) requireMayWait(request, queue.size());
    if (target != null && !history.isActive(target)) {
      throw new InvalidInput(
          request.input() instanceof Turn.Input.Send ? REPLACES : "message_id",
          "this message is not in the active history");
    }
    long rank = 0;
    if (!queue.isEmpty()) {
      boolean first = request.onBusy() == OnBusy.INTERRUPT;
      rank = first ? queue.get(0).rank - 1 : queue.get(queue.size() - 1).rank + 1;
    }
    var turn = new StoredTurn(request, rank, now);
    turns.put(turn.id, turn);
    if (!waits) {
      var work = begin(turn, instance, texts, now);
      return new Accepted(turn.seen(this), false, work);
    }
    if (request.input() instanceof Turn.Input.Retry retry) {
      turn.userMessage = history.question(retry.message());
    }
    if (request.onBusy() == OnBusy.INTERRUPT) {
      busy().filter(it -> it.stop == null).ifPresent(it -> it.stop = Turn.EndReason.SUPERSEDED);
    }
    return new Accepted(turn.seen(this), false, null);
  }

  private static void requireKind(Turn.Input input, Message target) {
    boolean said = target.content() instanceof Content.UserInput;
    if (input instanceof Turn.Input.Send && !said) {
      throw new InvalidInput(REPLACES, "only a user message can be edited");
    }
  }

  private void requireMayWait(Turn.Request request, int waiting) {
    if (request.onBusy() == OnBusy.REJECT) requireRest();
    if (request.onBusy() == OnBusy.ENQUEUE && request.input() instanceof Turn.Input.Retry) {
      throw new InvalidInput("on_busy", "a retry cannot be enqueued");
    }
    if (waiting >= ConversationRepository.QUEUE) {
      throw new Conflict(Reason.QUEUE_FULL, first().map(turn -> turn.id).orElse(null));
    }
  }

  /** Returns the message that is to be replaced or answered again. */
  private static Message.@Nullable Id target(Turn.Input input) {
    return switch (input) {
      case Turn.Input.Send send -> send.replaces();
      case Turn.Input.Retry retry -> retry.message();
      case Turn.Input.Act act -> widget(act);
    };
  }

  private static Message.@Nullable Id widget(Turn.Input.Act act) {
    var widget = act.action().widget();
    return widget == null ? null : widget.id();
  }

  /** While it waited, another turn may have changed what it is about. */
  private Content.Action asItIsNow(Turn.Input.Act act) {
    var widget = widget(act);
    return widget == null
        ? act.action()
        : act.action().with(history.counted(history.require(widget)));
  }

  /** Starts a turn: its input comes into the history, at the place it is meant for. */
  Lease.Work begin(StoredTurn turn, String instance, int texts, Instant now) {
    var target = target(turn.request.input());
    // While it waited, another turn may have switched away from what it is about.
    if (target != null && !history.isActive(target)) history.activate(target);
    switch (turn.request.input()) {
      case Turn.Input.Send send -> {
        if (target != null) history.cutAfter(history.require(target).parent());
        turn.userMessage = addInput(turn, send.message(), send.content(), now);
      }
      case Turn.Input.Act act -> turn.userMessage = addInput(turn, null, asItIsNow(act), now);
      case Turn.Input.Retry retry -> {
        turn.userMessage = history.question(retry.message());
        history.cutAfter(turn.userMessage);
      }
    }
    if (conversation.title() == null && turn.request.title() != null) {
      change(Conversation.Change.title(turn.request.title(), TitleBy.FIRST_MESSAGE), now);
    } else {
      touch(now);
    }
    turn.started = ++startedTurns;
    return handOut(turn, Lease.Why.RUN, instance, texts, now);
  }

  private Message.Id addInput(
      StoredTurn turn, Message.@Nullable Id given, Content content, Instant now) {
    var id = given == null ? Message.Id.next() : given;
    history.put(
        new Message(
            id,
            conversation.id(),
            history.lastSeq() + 1,
            turn.id,
            0,
            history.lastActive(),
            Message.Siblings.ONLY,
            content,
            false,
            0,
            null,
            history.timeAfterLast(now)));
    return id;
  }

  /** Gives a turn to an instance, under a new fence. */
  Lease.Work handOut(StoredTurn turn, Lease.Why why, String instance, int texts, Instant now) {
    turn.state = State.RUNNING;
    turn.instance = instance;
    turn.fence++;
    var lease =
        new Lease(
            conversation.owner(),
            conversation.id(),
            turn.id,
            turn.fence,
            history.lastSeq(),
            history.timeAfterLast(now));
    return new Lease.Work(
        lease,
        why,
        turn.handedOut(this),
        turn.options(),
        turn.steps,
        why == Lease.Why.EXPIRE ? Turn.EndReason.EXPIRED : turn.stop,
        history.recent(turn, texts),
        why == Lease.Why.RECOVER ? turn.eventsAfter(turn.resumeFrom) : List.of());
  }
}
