package chat.engine;

import chat.memory.Forgetting;
import chat.memory.InMemoryStore;
import chat.model.ChatException;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.Window;
import chat.port.ConversationRepository.Accepted;
import chat.port.Lease;
import chat.port.TurnJournal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of what goes through the store, in the order of its commits, and says at once what
 * must not be: two turns at a time, two turns for one key, a write without a lease, an end after
 * the end, something final that changes.
 */
final class Ledger {
  private static final Duration STOPPING = Duration.ofSeconds(1);
  private static final Duration WRITTEN = Duration.ofMillis(600);

  /** What waits for the disk, and takes what was committed before along. */
  private static final Set<String> DURABLE = Set.of("accept", "answer", "store", "leave", "stop");

  private final Simulation simulation;
  private final Runnable recovery;
  private final Map<Turn.Id, Life> lives = new LinkedHashMap<>();
  private final Map<String, Turn.Id> keys = new HashMap<>();
  private final Map<Conversation.Id, Deque<Turn.Id>> queues = new HashMap<>();
  private final Map<Conversation.Id, Turn.Id> busy = new HashMap<>();
  private final Map<Conversation.Id, Map<Long, Message.Id>> places = new HashMap<>();
  private final Map<Message.Id, Message> messages = new LinkedHashMap<>();
  private final Map<Turn.Id, Integer> runs = new HashMap<>();
  private final Map<String, Duration> leases = new HashMap<>();
  private final Set<Conversation.Id> deleted = new HashSet<>();

  /** Is what was appended since the last commit that waited for the disk, in order. */
  private final List<AtRisk> atRisk = new ArrayList<>();

  private record AtRisk(Life life, long from, Duration at) {}

  /** Names what happened, for whoever asks whether everything did. */
  private final Set<String> ways = new TreeSet<>();

  /** Whether nothing is in the way of a stop. */
  boolean stopsInTime = true;

  /** Is what is known of one turn. */
  static final class Life {
    final Turn turn;
    Turn.State state;
    @Nullable Duration stopped;
    long fence;
    String instance = "";
    boolean recovered;
    TurnJournal.@Nullable Rest rest;
    final TreeMap<Long, TurnEvent> events = new TreeMap<>();

    Life(Turn turn) {
      this.turn = turn;
      this.state = Turn.State.QUEUED;
    }
  }

  /**
   * @param recovery is told when a turn is taken from an instance whose lease ran out
   */
  Ledger(Simulation simulation, Runnable recovery) {
    this.simulation = simulation;
    this.recovery = recovery;
  }

  /** Returns the turns of conversations that were not deleted. */
  List<Life> lives() {
    var kept = new ArrayList<Life>();
    for (var life : lives.values()) {
      if (!deleted.contains(life.turn.conversation())) kept.add(life);
    }
    return kept;
  }

  boolean isDeleted(Conversation.Id conversation) {
    return deleted.contains(conversation);
  }

  /** Returns how often a turn was given to somebody to run its agent. */
  int runs(Turn.Id turn) {
    return runs.getOrDefault(turn, 0);
  }

  Set<String> ways() {
    return ways;
  }

  /** Returns the messages as they were last stored, by conversation and place. */
  Map<Conversation.Id, Map<Long, Message.Id>> places() {
    return places;
  }

  Map<Message.Id, Message> messages() {
    return messages;
  }

  /** Is told of a turn whose commit is still on its way; it may never come. */
  void early(Accepted early) {
    simulation.tell(() -> "accept is about to commit " + early.turn().id());
    runs.merge(early.turn().id(), 1, Integer::sum);
  }

  void done(String by, String what, Object[] args, @Nullable Object result) {
    if (DURABLE.contains(what)) atRisk.clear();
    switch (what) {
      case "accept" -> accepted(by, (Turn.Request) args[1], (Accepted) args(result));
      case "answer" -> answered(by, (Accepted) args(result));
      case "claim" -> claimed(by, (List<?>) args(result));
      case "renew" -> leases.put(by, simulation.elapsed().plus((Duration) args[1]));
      case "append" -> appended((Map<?, ?>) args[0], (TurnJournal.Appended) args(result));
      case "store" -> stored((Lease) args[0], (List<?>) args[1], (TurnJournal.Segment) args[3]);
      case "change" -> {
        if (args[0] instanceof Lease lease) held(lease, "change");
      }
      case "leave" -> left((Lease) args[0], (TurnJournal.Rest) args[1]);
      case "stop" -> stopped((Turn) args(result));
      case "window" -> ((Window) args(result)).messages().forEach(this::seen);
      case "message" -> ((Optional<?>) args(result)).ifPresent(it -> seen((Message) it));
      case "delete" -> forget((Conversation.Id) args[1]);
      default -> {}
    }
  }

  void refused(String what, @Nullable Throwable why) {
    var how =
        switch (why) {
          case ChatException e -> e.code();
          case TurnJournal.Gap e -> "gap";
          case null, default -> "lost";
        };
    ways.add(what + " refused: " + how);
  }

  private static Object args(@Nullable Object result) {
    if (result == null) throw new IllegalStateException("no result");
    return result;
  }

  private void require(boolean holds, String what, Turn.Id turn) {
    if (!holds) simulation.fail(new AssertionError(what + ": turn " + turn));
  }

  private void accepted(String by, Turn.Request request, Accepted accepted) {
    var turn = accepted.turn();
    simulation.tell(
        () ->
            "accept %s %s key %s: %s %s%s"
                .formatted(
                    request.onBusy(),
                    request.input(),
                    request.key(),
                    turn.state(),
                    turn.id(),
                    accepted.repeated() ? " repeated" : ""));
    for (var key : keysOf(request)) {
      var first = keys.putIfAbsent(key, turn.id());
      var known = first == null ? null : lives.get(first);
      if (known != null && deleted.contains(known.turn.conversation())) keys.put(key, turn.id());
      else require(first == null || first.equals(turn.id()), "a second turn for " + key, turn.id());
    }
    if (accepted.repeated()) {
      ways.add("repeated");
      require(lives.containsKey(turn.id()), "a repeated turn that never was", turn.id());
      return;
    }
    require(lives.put(turn.id(), new Life(turn)) == null, "accepted twice", turn.id());
    if (accepted.work() != null) {
      handedOut(by, accepted.work(), true);
      return;
    }
    ways.add("queued " + request.onBusy());
    var queue = queues.computeIfAbsent(turn.conversation(), id -> new ArrayDeque<>());
    if (request.onBusy() == Turn.OnBusy.INTERRUPT) queue.addFirst(turn.id());
    else queue.addLast(turn.id());
  }

  private static List<String> keysOf(Turn.Request request) {
    var keys = new ArrayList<String>();
    if (request.key() != null) keys.add("key " + request.key());
    if (request.input() instanceof Turn.Input.Send send && send.message() != null) {
      keys.add("message " + send.message());
    }
    return keys;
  }

  private void answered(String by, Accepted accepted) {
    if (accepted.work() != null) handedOut(by, accepted.work(), false);
  }

  private void claimed(String by, List<?> works) {
    if (!works.isEmpty()) atRisk.clear();
    for (var work : works) handedOut(by, (Lease.Work) work, false);
  }

  private void handedOut(String by, Lease.Work work, boolean accepted) {
    var turn = work.turn().id();
    simulation.tell(() -> by + " is given " + turn + ": " + work.why());
    var life = lives.get(turn);
    if (life == null) {
      require(false, "handed out and never accepted", turn);
      return;
    }
    ways.add("handed out to " + work.why());
    var conversation = life.turn.conversation();
    require(work.lease().fence() > life.fence, "an old fence again", turn);
    var queue = queues.getOrDefault(conversation, new ArrayDeque<>());
    switch (work.why()) {
      case RUN -> {
        require(life.state == Turn.State.QUEUED, "begins twice", turn);
        require(busy.put(conversation, turn) == null, "runs beside another one", turn);
        if (accepted) require(queue.isEmpty(), "overtakes the queue", turn);
        else require(turn.equals(queue.poll()), "is not the first of its queue", turn);
      }
      case RESUME, STOP, EXPIRE ->
          require(life.state == Turn.State.AWAITING, "goes on and did not await", turn);
      case RECOVER -> {
        require(life.state == Turn.State.RUNNING, "recovered and did not run", turn);
        var until = leases.getOrDefault(life.instance, Duration.ZERO);
        require(until.compareTo(simulation.elapsed()) <= 0, "taken from a living instance", turn);
        life.recovered = true;
        recovery.run();
      }
    }
    if (!accepted && !TurnLife.endsAtOnce(work.why())) runs.merge(turn, 1, Integer::sum);
    life.fence = work.lease().fence();
    life.state = Turn.State.RUNNING;
    life.instance = by;
    for (var message : work.history()) seen(message);
  }

  private @Nullable Life held(Lease lease, String what) {
    var life = lives.get(lease.turn());
    if (life == null) return null;
    boolean holds = life.state == Turn.State.RUNNING && life.fence == lease.fence();
    require(holds, what + " without the lease", lease.turn());
    return life;
  }

  private void appended(Map<?, ?> segments, TurnJournal.Appended outcome) {
    segments.forEach(
        (key, value) -> {
          var lease = (Lease) key;
          if (outcome.lost().contains(lease)) ways.add("append refused: lost");
          if (outcome.gaps().containsKey(lease)) ways.add("append refused: gap");
          if (outcome.lost().contains(lease) || outcome.gaps().containsKey(lease)) return;
          var life = held(lease, "append");
          if (life == null) return;
          long known = life.events.isEmpty() ? 0 : life.events.lastKey();
          add(life, (TurnJournal.Segment) value);
          atRisk.add(new AtRisk(life, known + 1, simulation.elapsed()));
        });
  }

  private void stored(Lease lease, List<?> made, TurnJournal.Segment events) {
    simulation.tell(() -> "stores " + made);
    var life = held(lease, "store");
    if (life == null) return;
    for (var message : made) seen((Message) message);
    add(life, events);
  }

  private void left(Lease lease, TurnJournal.Rest rest) {
    var turn = lease.turn();
    simulation.tell(() -> turn + " comes to rest: " + rest);
    var life = lives.get(turn);
    if (life == null) return;
    if (life.rest != null && life.state != Turn.State.RUNNING) {
      ways.add("ended again");
      boolean same = life.rest.equals(rest) && life.fence == lease.fence();
      require(same, "a second end", turn);
      return;
    }
    var ignored = held(lease, "leave");
    if (life.stopped != null && stopsInTime) {
      var took = simulation.elapsed().minus(life.stopped);
      require(took.compareTo(STOPPING) < 0, "stopped only after " + took, turn);
    }
    for (var message : rest.messages()) seen(message);
    add(life, rest.events());
    ways.add("came to rest " + rest.state() + (rest.reason() == null ? "" : " " + rest.reason()));
    life.state = rest.state();
    life.rest = rest;
    if (rest.state().terminal()) busy.remove(life.turn.conversation());
  }

  private void stopped(Turn turn) {
    simulation.tell(() -> "stop: " + turn);
    var life = lives.get(turn.id());
    var queue = queues.get(turn.conversation());
    if (life != null && life.stopped == null) life.stopped = simulation.elapsed();
    if (life == null || queue == null || turn.state() != Turn.State.STOPPED) return;
    if (!queue.remove(turn.id())) return;
    ways.add("stopped in the queue");
    life.state = Turn.State.STOPPED;
  }

  /** Tells whether there is anything that the store would forget if it crashed now. */
  boolean isAnythingAtRisk() {
    return !atRisk.isEmpty();
  }

  /** The store crashes: it forgets the last of what did not wait for the disk. */
  void forget(InMemoryStore store) {
    var written = simulation.elapsed().minus(WRITTEN);
    atRisk.removeIf(appended -> appended.at().compareTo(written) < 0);
    int kept = simulation.random.nextInt(atRisk.size() + 1) / 2;
    atRisk.subList(0, kept).clear();
    for (var appended : atRisk) {
      var life = appended.life();
      simulation.tell(() -> life.turn.id() + " is forgotten from " + appended.from());
      if (!life.events.tailMap(appended.from(), true).isEmpty()) ways.add("events forgotten");
      life.events.tailMap(appended.from(), true).clear();
      Forgetting.from(store, life.turn, appended.from());
    }
    atRisk.clear();
  }

  /** With a conversation go its messages; their ids are free again. */
  private void forget(Conversation.Id conversation) {
    deleted.add(conversation);
    messages.values().removeIf(message -> message.conversation().equals(conversation));
  }

  private void add(Life life, TurnJournal.Segment segment) {
    for (var event : segment.events()) {
      var known = life.events.putIfAbsent(event.number(), event.event());
      boolean same = known == null || known.equals(event.event());
      require(same, "event " + event.number() + " changed", life.turn.id());
    }
  }

  /** Is told of a message as somebody sees it: what is final stays as it is. */
  void seen(Message message) {
    var turn = message.turn();
    var place = places.computeIfAbsent(message.conversation(), id -> new TreeMap<>());
    var there = place.putIfAbsent(message.seq(), message.id());
    require(there == null || there.equals(message.id()), "two messages in one place", turn);
    var known = messages.get(message.id());
    if (known != null && isFinal(known)) {
      require(same(known, message), "message " + message.id() + " changed", turn);
    } else {
      messages.put(message.id(), message);
    }
  }

  private static boolean isFinal(Message message) {
    return switch (message.content()) {
      case Content.ToolCall call -> call.state().terminal();
      case Content.StructuredInput form -> form.status() != Content.StructuredInput.Status.PENDING;
      case Content.Widget ignored -> !message.partial();
      default -> true;
    };
  }

  private static boolean same(Message one, Message other) {
    return one.with(Message.Siblings.ONLY).equals(other.with(Message.Siblings.ONLY));
  }
}
