package chat.memory;

import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent.Numbered;
import chat.port.Lease;
import chat.port.TurnJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
  public Set<Lease> append(List<Segment> segments) {
    segments.forEach(segment -> segment.events().forEach(InMemoryStore::requireStorable));
    return store.alone(
        () -> {
          var lost = new HashSet<Lease>();
          for (var segment : segments) {
            var turn = found(segment.lease()).flatMap(it -> it.held(segment.lease()));
            if (turn.isPresent()) turn.get().add(segment.events());
            else lost.add(segment.lease());
          }
          return Set.copyOf(lost);
        });
  }

  @Override
  public void store(Lease lease, List<Message> messages, List<Numbered> events, long resumeFrom) {
    messages.forEach(InMemoryStore::requireStorable);
    events.forEach(InMemoryStore::requireStorable);
    store.alone(
        () -> {
          var changed = found(lease).orElseThrow(() -> new Lost(lease.turn())).copy();
          var turn = changed.held(lease).orElseThrow(() -> new Lost(lease.turn()));
          write(lease, changed, messages);
          turn.resumeFrom = Math.max(turn.resumeFrom, resumeFrom);
          turn.add(events);
          store.put(changed);
          return turn;
        });
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
          var now = store.now();
          write(lease, changed, rest.messages());
          turn.rest(rest, now);
          changed.touch(now);
          turn.add(rest.events());
          store.put(changed);
          return turn;
        });
  }

  private Optional<StoredConversation> found(Lease lease) {
    return store.find(lease.owner(), lease.conversation());
  }

  private void write(Lease lease, StoredConversation changed, List<Message> messages) {
    for (var message : messages) {
      if (!message.turn().equals(lease.turn())) {
        throw new IllegalArgumentException("message " + message.id() + " is another turn's");
      }
      boolean added = !changed.history.has(message.id());
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
          boolean mayRecover = alone || store.upFor(validity);
          var now = store.now();
          var works = new ArrayList<Lease.Work>();
          for (var conversation : store.everyones()) {
            if (works.size() == atMost) break;
            var first = conversation.first();
            var why = first.flatMap(turn -> why(turn, now));
            if (first.isEmpty() || why.isEmpty()) continue;
            if (why.get() == Lease.Why.RECOVER) {
              boolean own = instance.equals(first.get().instance);
              if (own || !mayRecover || (!alone && living(first.get()))) continue;
            }
            var changed = conversation.copy();
            var turn = changed.find(first.get().id).orElseThrow();
            works.add(
                why.get() == Lease.Why.RUN
                    ? changed.begin(turn, instance, texts, now)
                    : changed.handOut(turn, why.get(), instance, texts, now));
            store.put(changed);
          }
          return works;
        });
  }

  private boolean living(StoredTurn turn) {
    return turn.instance != null && store.alive(turn.instance);
  }

  /** Says what could be done with a turn that is the first of its conversation. */
  private static Optional<Lease.Why> why(StoredTurn turn, Instant now) {
    return switch (turn.state) {
      case QUEUED -> Optional.of(Lease.Why.RUN);
      case RUNNING -> Optional.of(Lease.Why.RECOVER);
      case AWAITING -> {
        if (turn.stop != null) yield Optional.of(Lease.Why.STOP);
        yield turn.expired(now) ? Optional.of(Lease.Why.EXPIRE) : Optional.empty();
      }
      default -> Optional.empty();
    };
  }
}
