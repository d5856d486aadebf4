package chat.memory;

import chat.model.ChatException.NotFound;
import chat.model.Conversation;
import chat.model.Text;
import chat.model.UserId;
import chat.port.AttachmentRepository;
import chat.port.AttachmentStore;
import chat.port.ConversationRepository;
import chat.port.Store;
import chat.port.TurnJournal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Keeps conversations in memory, for both ports of storage. Any thread may use it.
 *
 * <p>One lock guards everything. A method that changes a conversation works on a copy of it, which
 * takes the original's place when the method has succeeded: what is refused leaves no trace. As
 * strict as a database: fences, unique keys, one running or awaiting turn per conversation, text
 * that can be stored.
 */
public final class InMemoryStore implements Store {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<UserId, Map<Conversation.Id, StoredConversation>> all = new LinkedHashMap<>();
  private final Map<String, Instant> leases = new HashMap<>();
  private final Map<String, Runnable> hinted = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private final Instant upSince;
  private final InMemoryAttachments attachments = new InMemoryAttachments(this);
  private final AttachmentStore files = new InMemoryAttachmentStore();

  /** Starts empty, with the system's clock. */
  public InMemoryStore() {
    this(InstantSource.system());
  }

  /** Starts empty; every time it stores is read from this clock. */
  public InMemoryStore(InstantSource clock) {
    this.clock = clock;
    upSince = now();
  }

  @Override
  public ConversationRepository conversations() {
    return new InMemoryConversationRepository(this);
  }

  @Override
  public TurnJournal journal() {
    return new InMemoryTurnJournal(this);
  }

  @Override
  public AttachmentRepository attachments() {
    return attachments;
  }

  InMemoryAttachments known() {
    return attachments;
  }

  @Override
  public AttachmentStore files() {
    return files;
  }

  /** Does something while nobody else reads or writes. */
  <T> T alone(Supplier<T> deed) {
    lock.lock();
    try {
      return deed.get();
    } finally {
      lock.unlock();
    }
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /** Returns an owner's conversations, to be read only. */
  Collection<StoredConversation> of(UserId owner) {
    return all.getOrDefault(owner, Map.of()).values();
  }

  /** Returns everybody's conversations, to be read only. */
  List<StoredConversation> everyones() {
    var everyones = new ArrayList<StoredConversation>();
    for (var owned : all.values()) everyones.addAll(owned.values());
    return everyones;
  }

  /** Returns a conversation to be read only. */
  Optional<StoredConversation> find(UserId owner, Conversation.Id id) {
    return Optional.ofNullable(all.getOrDefault(owner, Map.of()).get(id));
  }

  StoredConversation require(UserId owner, Conversation.Id id) {
    return find(owner, id).orElseThrow(() -> new NotFound("conversation"));
  }

  /** Stores a conversation, in place of what it is a copy of. */
  void put(StoredConversation changed) {
    var value = changed.conversation();
    all.computeIfAbsent(value.owner(), owner -> new LinkedHashMap<>()).put(value.id(), changed);
  }

  boolean remove(UserId owner, Conversation.Id id) {
    var owned = all.get(owner);
    if (owned == null || owned.remove(id) == null) return false;
    if (owned.isEmpty()) all.remove(owner);
    attachments.remove(id);
    return true;
  }

  void renew(String instance, Duration validity) {
    leases.put(instance, now().plus(validity));
  }

  void requireRegistered(String instance) {
    if (!leases.containsKey(instance)) {
      throw new IllegalArgumentException("instance " + instance + " was never renewed");
    }
  }

  boolean alive(String instance) {
    var until = leases.get(instance);
    return until != null && until.isAfter(now());
  }

  boolean upFor(Duration time) {
    return !upSince.plus(time).isAfter(now());
  }

  void hint(String by) {
    hinted.forEach(
        (instance, look) -> {
          if (!instance.equals(by)) look.run();
        });
  }

  AutoCloseable onHint(String instance, Runnable look) {
    hinted.put(instance, look);
    return () -> hinted.remove(instance, look);
  }

  /** Refuses what a database could not store; a record's text shows all text in it. */
  static void requireStorable(Object value) {
    var text = value.toString();
    if (!Text.storable(text).equals(text)) {
      throw new IllegalArgumentException("text that cannot be stored");
    }
  }
}
