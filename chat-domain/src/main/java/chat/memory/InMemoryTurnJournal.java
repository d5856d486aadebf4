package chat.memory;

import chat.model.Conversation;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.model.TurnEvent.Numbered;
import chat.port.Lease;
import chat.port.TurnJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Is the engine's side of an {@link InMemoryStore}. */
final class InMemoryTurnJournal implements TurnJournal {
  private final InMemoryStore store;

  InMemoryTurnJournal(InMemoryStore store) {
    this.store = store;
  }

  @Override
  public void renew(String instance, Duration validity) {
    store.alone(
        () -> {
          store.renew(instance, validity);
          return instance;
        });
  }

  @Override
  public Set<Lease> lost(Collection<Lease> leases) {
    return store.alone(
        () -> {
          var lost = new HashSet<Lease>();
          for (var lease : leases) if (held(lease).isEmpty()) lost.add(lease);
          return lost;
        });
  }

  @Override
  public Appended append(Map<Lease, Segment> segments) {
    segments.values().forEach(InMemoryTurnJournal::requireStorable);
    return store.alone(
        () -> {
          var lost = new HashSet<Lease>();
          var gaps = new HashMap<Lease, Long>();
          segments.forEach(
              (lease, segment) -> {
                var turn = held(lease);
                if (turn.isEmpty()) lost.add(lease);
                else if (!turn.get().has(segment.follows())) gaps.put(lease, turn.get().stored());
                else turn.get().add(segment.events());
              });
          return new Appended(lost, Set.of(), gaps);
        });
  }

  @Override
  public void store(
      Lease lease,
      List<Message> messages,
      List<ModelCall.Entry> calls,
      Segment events,
      long resumeFrom) {
    messages.forEach(InMemoryStore::requireStorable);
    requireStorable(events);
    store.alone(
        () -> {
          var changed = found(lease).orElseThrow(() -> new Lost(lease.turn())).copy();
          var turn = changed.held(lease).orElseThrow(() -> new Lost(lease.turn()));
          requireWhole(turn, events);
          write(lease, changed, messages);
          turn.enter(calls);
          turn.resumeFrom = Math.max(turn.resumeFrom, resumeFrom);
          turn.add(events.events());
          store.put(changed);
          return turn;
        });
  }

  private static void requireStorable(Segment segment) {
    segment.events().forEach(InMemoryStore::requireStorable);
  }

  private static void requireWhole(StoredTurn turn, Segment segment) {
    if (!turn.has(segment.follows())) throw new Gap(turn.id, turn.stored());
  }

  @Override
  public void leave(Lease lease, Rest rest) {
    InMemoryStore.requireStorable(rest);
    store.alone(
        () -> {
          var changed = found(lease).orElseThrow(() -> new Lost(lease.turn())).copy();
          var turn = changed.find(lease.turn()).orElseThrow(() -> new Lost(lease.turn()));
          if (turn.fence != lease.fence()) throw new Lost(lease.turn());
          if (turn.rests(rest)) return turn;
          if (turn.state != Turn.State.RUNNING) throw new Lost(lease.turn());
          requireWhole(turn, rest.events());
          var now = store.now();
          write(lease, changed, rest.messages());
          turn.enter(rest.calls());
          turn.rest(rest, now);
          changed.touch(now);
          turn.add(rest.events().events());
          store.put(changed);
          return turn;
        });
  }

  private Optional<StoredTurn> held(Lease lease) {
    return found(lease).flatMap(it -> it.held(lease));
  }

  private Optional<StoredConversation> found(Lease lease) {
    return store.find(lease.owner(), lease.conversation());
  }

  private void write(Lease lease, StoredConversation changed, List<Message> messages) {
    for (var message : messages) {
      boolean added = !changed.history.has(message.id());
      if (!message.turn().equals(lease.turn())) {
        if (added) {
          throw new IllegalArgumentException("message " + message.id() + " is another turn's");
        }
        if (changed.history.require(message.id()).revision() >= message.revision()) continue;
      }
      if (added && store.of(lease.owner()).stream().anyMatch(it -> it.history.has(message.id()))) {
        throw new IllegalArgumentException("message " + message.id() + " is in use");
      }
      changed.history.put(message);
    }
  }

  @Override
  public Conversation change(Lease lease, Conversation.Change change) {
    return store.alone(
        () -> {
          var changed = found(lease).orElseThrow(() -> new Lost(lease.turn())).copy();
          if (changed.held(lease).isEmpty()) throw new Lost(lease.turn());
          changed.change(change, store.now());
          store.put(changed);
          return changed.conversation();
        });
  }

  @Override
  public List<Lease.Work> claim(
      String instance, int atMost, int texts, Duration validity, boolean alone) {
    return store.alone(
        () -> {
          store.requireRegistered(instance);
          var now = store.now();
          var works = new ArrayList<Lease.Work>();
          for (var conversation : store.everyones()) {
            if (works.size() == atMost) break;
            var why = why(conversation, instance, alone, store.upFor(validity));
            if (why.isEmpty()) continue;
            var changed = conversation.copy();
            var turn = changed.first().orElseThrow();
            works.add(
                why.get() == Lease.Why.RUN
                    ? changed.begin(turn, instance, texts, now)
                    : changed.handOut(turn, why.get(), instance, texts, now));
            store.put(changed);
          }
          return works;
        });
  }

  /** Says what could be done with the first turn of a conversation. */
  private Optional<Lease.Why> why(
      StoredConversation conversation, String instance, boolean alone, boolean longUp) {
    var first = conversation.first().orElse(null);
    if (first == null) return Optional.empty();
    return switch (first.state) {
      case QUEUED -> Optional.of(Lease.Why.RUN);
      case RUNNING -> {
        boolean free = alone || (longUp && !store.alive(String.valueOf(first.instance)));
        yield free && !instance.equals(first.instance)
            ? Optional.of(Lease.Why.RECOVER)
            : Optional.empty();
      }
      case AWAITING -> {
        if (first.stop != null) yield Optional.of(Lease.Why.STOP);
        yield first.expired(store.now()) ? Optional.of(Lease.Why.EXPIRE) : Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  @Override
  public Changes look(String instance, Collection<Watched> watched, Duration validity) {
    return store.alone(
        () -> {
          var everyones = store.everyones();
          var stops = new ArrayList<Stop>();
          for (var conversation : everyones) stop(conversation, instance).ifPresent(stops::add);
          var events = new HashMap<Turn.Id, List<Numbered>>();
          var over = new HashSet<Turn.Id>();
          for (var each : watched) {
            var turn = store.of(each.owner()).stream().flatMap(it -> it.find(each.turn()).stream());
            var found = turn.findFirst();
            if (found.isEmpty() || found.get().state.terminal()) over.add(each.turn());
            found.ifPresent(it -> events.put(it.id, it.eventsAfter(each.after())));
          }
          events.values().removeIf(List::isEmpty);
          boolean longUp = store.upFor(validity);
          boolean claimable =
              everyones.stream().anyMatch(it -> why(it, instance, false, longUp).isPresent());
          return new Changes(stops, events, over, claimable);
        });
  }

  private static Optional<Stop> stop(StoredConversation conversation, String instance) {
    var turn = conversation.busy().orElse(null);
    if (turn == null || turn.stop == null || !instance.equals(turn.instance)) {
      return Optional.empty();
    }
    boolean superseded = turn.stop == Turn.EndReason.SUPERSEDED;
    var next =
        superseded ? conversation.queue().stream().findFirst() : Optional.<StoredTurn>empty();
    return Optional.of(new Stop(turn.id, turn.stop, next.map(it -> it.id).orElse(null)));
  }

  @Override
  public void hint(String instance) {
    store.hint(instance);
  }

  @Override
  public AutoCloseable onHint(String instance, Runnable look) {
    return store.onHint(instance, look);
  }

  @Override
  public void retain(Duration keep) {
    if (keep.compareTo(KEPT) > 0) throw new IllegalArgumentException("kept for " + keep);
    store.alone(
        () -> {
          var before = store.now().minus(keep);
          for (var conversation : store.everyones()) {
            for (var turn : conversation.turns()) turn.forgetEvents(before);
          }
          return keep;
        });
  }
}
