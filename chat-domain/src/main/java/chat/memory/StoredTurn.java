package chat.memory;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.Conflict.Reason;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.model.Turn.State;
import chat.model.TurnEvent;
import chat.model.TurnEvent.Numbered;
import chat.port.TurnJournal.Rest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Is what the store holds of a turn. */
final class StoredTurn implements Cloneable {
  final Turn.Id id = Turn.Id.next();
  final Turn.Request request;

  /** Orders its queue: the lowest is the next to run. */
  final long rank;

  State state = State.QUEUED;
  Message.@Nullable Id userMessage;

  /** Runs it; null unless it runs. */
  @Nullable String instance;

  /** Counts how often it was handed out. */
  long fence;

  /** Orders the turns that were started; 0 for one that never was. */
  long started;

  /** Says why it is to stop, when somebody asked for that. */
  Turn.@Nullable EndReason stop;

  int steps;
  long resumeFrom;
  private Turn.@Nullable EndReason endReason;
  private Turn.@Nullable Failure failure;
  private Turn.Usage usage = Turn.Usage.NONE;

  /** Are the model calls it has made; what they used is its usage. */
  private List<Entered> calls = List.of();

  private long lastEvent;
  private final Instant createdAt;
  private @Nullable Instant finishedAt;

  private record Entered(long fence, ModelCall.Entry entry) {
    boolean isOf(long holder, int number) {
      return fence == holder && entry.number() == number;
    }
  }

  /** Is what it awaits, or awaited last, with the answers. */
  private List<Turn.Pending> awaiting = List.of();

  /** Is what it awaited before. */
  private List<Turn.Pending> awaitedBefore = List.of();

  /** Is shared with all copies: nothing can be refused any more when an event is added. */
  final TreeMap<Long, Numbered> events = new TreeMap<>();

  StoredTurn(Turn.Request request, long rank, Instant createdAt) {
    this.request = request;
    this.rank = rank;
    this.createdAt = createdAt;
  }

  StoredTurn copy() {
    try {
      return (StoredTurn) super.clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  Content.Options options() {
    return switch (request.input()) {
      case Turn.Input.Send send -> send.content().options();
      case Turn.Input.Retry retry -> retry.options();
      case Turn.Input.Act ignored -> Content.Options.NONE;
    };
  }

  /** Tells whether it runs or awaits. */
  boolean busy() {
    return state == State.RUNNING || state == State.AWAITING;
  }

  boolean sends(Message.Id message) {
    return request.input() instanceof Turn.Input.Send send && message.equals(send.message());
  }

  /** Returns it as its user sees it. */
  Turn seen(StoredConversation in) {
    return value(in, state == State.AWAITING ? awaiting : List.of());
  }

  /** Returns it as whoever goes on with it sees it: with the answers, or with what has none. */
  Turn handedOut(StoredConversation in) {
    return value(in, awaiting);
  }

  private Turn value(StoredConversation in, List<Turn.Pending> pending) {
    boolean waits = state == State.QUEUED;
    return new Turn(
        in.conversation().owner(),
        id,
        in.conversation().id(),
        userMessage,
        state,
        endReason,
        failure,
        usage,
        pending,
        waits ? new Turn.Queued(in.queue().indexOf(this) + 1, request.input()) : null,
        lastEvent(),
        resumeFrom,
        createdAt,
        finishedAt);
  }

  private long lastEvent() {
    return Math.max(lastEvent, stored());
  }

  /** Ends it in the queue: the one event of its life is its end. */
  void stopQueued(Instant now) {
    state = State.STOPPED;
    endReason = Turn.EndReason.USER;
    lastEvent = 1;
    finishedAt = now;
  }

  /** Enters model calls of whoever holds it now; one that is there already stays. */
  void enter(List<ModelCall.Entry> more) {
    var entered = new ArrayList<>(calls);
    for (var entry : more) {
      boolean known = calls.stream().anyMatch(it -> it.isOf(fence, entry.number()));
      if (known) continue;
      entered.add(new Entered(fence, entry));
      usage = usage.plus(entry.call().spent());
    }
    calls = entered;
  }

  List<ModelCall.Entry> modelCalls() {
    return calls.stream().map(Entered::entry).toList();
  }

  /** Brings it to rest; its events come by {@link #add}. */
  void rest(Rest rest, Instant now) {
    state = rest.state();
    instance = null;
    endReason = rest.reason();
    failure = rest.failure();
    steps = rest.steps();
    lastEvent = rest.lastEvent();
    if (state.terminal()) {
      finishedAt = now;
    } else {
      awaitedBefore = joined(awaitedBefore, awaiting);
      awaiting = rest.awaiting();
    }
  }

  /** Tells whether it came to rest like this, which a repeated commit would do again. */
  boolean rests(Rest rest) {
    return state == rest.state()
        && endReason == rest.reason()
        && lastEvent == rest.lastEvent()
        && steps == rest.steps();
  }

  /** Tells whether an answer that it waits for did not come in time. */
  boolean expired(Instant now) {
    return awaiting.stream().anyMatch(p -> p.answer() == null && !p.expiresAt().isAfter(now));
  }

  boolean allAnswered() {
    return awaiting.stream().allMatch(pending -> pending.answer() != null);
  }

  /** Records an answer; false when the same one was there already. */
  boolean answer(Message.Id message, Turn.Answer answer, @Nullable String hash, Instant now) {
    var ever =
        joined(awaitedBefore, awaiting).stream().filter(p -> p.message().equals(message)).toList();
    if (ever.isEmpty()) throw new NotFound("call or form that waits");
    var pending = ever.get(ever.size() - 1);
    if (!pending.isMeantBy(answer, hash, ever.size() > 1)) {
      throw new Conflict(Reason.CALL_CHANGED, id);
    }
    if (answer.equals(pending.answer())) return false;
    boolean late = state != State.AWAITING || stop != null || !pending.expiresAt().isAfter(now);
    if (pending.answer() != null || late) throw new Conflict(Reason.ALREADY_ANSWERED, id);
    var answered = pending.with(answer, now);
    awaiting = awaiting.stream().map(p -> p.equals(pending) ? answered : p).toList();
    return true;
  }

  /** Stores events; one that is there already stays. */
  void add(List<Numbered> more) {
    for (var event : more) events.putIfAbsent(event.number(), event);
  }

  /** Tells whether a segment can follow an event: it is there, or there is none to follow. */
  boolean has(long number) {
    return number == 0 || events.containsKey(number);
  }

  /** Returns the highest number that is stored. */
  long stored() {
    return events.isEmpty() ? 0 : events.lastKey();
  }

  /** Lets go of the events of a turn that has ended long ago. */
  void forgetEvents(Instant endedBefore) {
    if (finishedAt == null || !finishedAt.isBefore(endedBefore)) return;
    lastEvent = lastEvent();
    events.clear();
  }

  List<Numbered> eventsAfter(long number) {
    return List.copyOf(events.tailMap(number, false).values());
  }

  /** Tells whether its events are there to be read, from the first to the last. */
  boolean isWhole() {
    if (!events.containsKey(lastEvent)) return false;
    // A turn whose first events a crash took is begun once more.
    var first = events.firstEntry().getValue();
    return first.number() == 1 || first.event() instanceof TurnEvent.TurnStarted;
  }

  Numbered end() {
    return new Numbered(lastEvent, new TurnEvent.TurnEnded(state, endReason, null, failure, usage));
  }

  private static List<Turn.Pending> joined(List<Turn.Pending> some, List<Turn.Pending> more) {
    var joined = new ArrayList<>(some);
    joined.addAll(more);
    return joined;
  }
}
