package chat.memory;

import chat.model.Branches;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Message;
import chat.model.Message.Siblings;
import chat.model.Turn;
import chat.model.Window;
import chat.port.Lease;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Is the messages of one conversation over all its branches, and which of them are active. */
final class History {
  /** Is ordered by sequence. */
  private final Map<Message.Id, Message> messages;

  private final Set<Message.Id> active;

  History() {
    messages = new LinkedHashMap<>();
    active = new HashSet<>();
  }

  History(History original) {
    messages = new LinkedHashMap<>(original.messages);
    active = new HashSet<>(original.active);
  }

  long lastSeq() {
    return messages.size();
  }

  /** Returns a time that is not before {@code now}, and after every message. */
  Instant timeAfterLast(Instant now) {
    return messages.values().stream()
        .map(message -> message.createdAt().plus(1, ChronoUnit.MICROS))
        .reduce(now, (one, other) -> one.isAfter(other) ? one : other);
  }

  boolean has(Message.Id id) {
    return messages.containsKey(id);
  }

  boolean isActive(Message.Id id) {
    return active.contains(id);
  }

  Message require(Message.Id id) {
    var message = messages.get(id);
    if (message == null) throw new NotFound("message");
    return message;
  }

  List<Message> active() {
    return messages.values().stream().filter(message -> active.contains(message.id())).toList();
  }

  Message.@Nullable Id lastActive() {
    var all = active();
    return all.isEmpty() ? null : all.get(all.size() - 1).id();
  }

  List<Message> of(Turn.Id turn) {
    return messages.values().stream().filter(message -> message.turn().equals(turn)).toList();
  }

  /** Adds a message to the end of the active history, or replaces what may change of it. */
  void put(Message message) {
    var old = messages.get(message.id());
    long seq = old == null ? lastSeq() + 1 : old.seq();
    if (message.seq() != seq) {
      throw new IllegalStateException("message " + message.id() + " is to be number " + seq);
    }
    messages.put(message.id(), message);
    if (old == null) active.add(message.id());
  }

  /** Leaves only what is before a message and itself active; without one, nothing. */
  void cutAfter(Message.@Nullable Id last) {
    active.retainAll(upTo(last));
  }

  private Set<Message.Id> upTo(Message.@Nullable Id last) {
    long seq = last == null ? 0 : require(last).seq();
    var ids = new HashSet<Message.Id>();
    for (var message : messages.values()) if (message.seq() <= seq) ids.add(message.id());
    return ids;
  }

  /** Switches to the branch of a message: it forks off behind its nearest active ancestor. */
  void activate(Message.Id chosen) {
    var fork = require(chosen).parent();
    while (fork != null && !isActive(fork)) fork = require(fork).parent();
    var before = upTo(fork);
    var afterFork =
        messages.values().stream()
            .filter(message -> !before.contains(message.id()))
            .map(m -> new Branches.Node(m.id(), m.parent(), m.turn(), m.seq(), m.content().role()))
            .toList();
    active.retainAll(before);
    active.addAll(Branches.active(afterFork, chosen));
  }

  /** Returns the user message that this one is, or answers. */
  Message.Id question(Message.Id id) {
    var message = require(id);
    var question = message.content().role() == Content.Role.USER ? id : message.parent();
    return Objects.requireNonNull(question, "every answer has a question");
  }

  /** Returns the alternatives to a message, oldest first: user messages, or answers as turns. */
  List<Message> siblings(Message of) {
    var seen = new HashSet<Turn.Id>();
    return messages.values().stream()
        .filter(message -> message.content().role() == of.content().role())
        .filter(message -> Objects.equals(message.parent(), of.parent()))
        .filter(message -> seen.add(message.turn()))
        .map(this::counted)
        .toList();
  }

  /** Returns a message with its siblings counted. */
  Message counted(Message message) {
    int index = 0;
    int count = 0;
    var turns = new HashSet<Turn.Id>();
    for (var other : messages.values()) {
      if (other.content().role() != message.content().role()) continue;
      if (!Objects.equals(other.parent(), message.parent()) || !turns.add(other.turn())) continue;
      if (other.turn().equals(message.turn())) index = count;
      count++;
    }
    return message.with(new Siblings(index, count));
  }

  Window window(Window.Query query) {
    var all = active();
    int at = all.size();
    if (query.at() != null) {
      at = all.indexOf(require(query.at()));
      if (at < 0) throw new NotFound("message in the active history");
    }
    int from =
        switch (query.from()) {
          case NEWEST, BEFORE -> at - query.limit();
          case OLDEST -> 0;
          case AFTER -> at + 1;
          case AROUND -> at - query.limit() / 2;
        };
    from = Math.max(0, from);
    int to = query.from() == Window.From.BEFORE ? at : Math.min(all.size(), from + query.limit());
    var messages = all.subList(from, to).stream().map(this::counted).toList();
    return new Window(messages, from > 0, to < all.size());
  }

  /** Returns what a turn is given to go on: some texts back, and all of its own. */
  List<Message> recent(StoredTurn turn, int texts) {
    var all = active();
    int from = all.size();
    for (int left = texts; from > 0 && left > 0; from--) {
      if (all.get(from - 1).content().kind() == Content.Kind.TEXT) left--;
    }
    int own = (int) all.stream().filter(message -> belongs(message, turn)).count();
    from = Math.max(from, all.size() - own - Lease.Work.HISTORY);
    from = Math.min(from, all.size() - own);
    return all.subList(from, all.size());
  }

  /** Tells whether it is the turn's own: its question, or something that its agent made. */
  private static boolean belongs(Message message, StoredTurn turn) {
    return message.turn().equals(turn.id) || message.id().equals(turn.userMessage);
  }
}
