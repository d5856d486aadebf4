package chat.memory;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.ChatException.RateLimited;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.UserId;
import chat.port.AttachmentRepository;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/** Knows the files of an {@link InMemoryStore}, under its lock. */
final class InMemoryAttachments implements AttachmentRepository {
  private static final String FIELD = "attachments";
  private static final Duration LATER = Duration.ofMinutes(1);

  private final InMemoryStore store;
  private final Map<Gone, Entry> all = new LinkedHashMap<>();
  private final Set<Gone> gone = new LinkedHashSet<>();
  private final byte[] signingKey = new byte[32];

  InMemoryAttachments(InMemoryStore store) {
    this.store = store;
    new SecureRandom().nextBytes(signingKey);
  }

  @Override
  public Entry create(UserId owner, String name, String mimeType, long size) {
    InMemoryStore.requireStorable(name + mimeType);
    return store.alone(
        () -> {
          long unsent =
              all.entrySet().stream()
                  .filter(it -> it.getKey().owner().equals(owner))
                  .filter(it -> it.getValue().conversation() == null)
                  .count();
          if (unsent >= UNSENT_AT_ONCE) throw new RateLimited(LATER);
          var file = Content.Attachment.of(name, mimeType, size);
          var entry = new Entry(file, false, null, store.now());
          all.put(new Gone(owner, file.id()), entry);
          return entry;
        });
  }

  @Override
  public Optional<Entry> find(UserId owner, UUID id) {
    return store.alone(() -> Optional.ofNullable(all.get(new Gone(owner, id))));
  }

  private Entry require(UserId owner, UUID id) {
    var entry = all.get(new Gone(owner, id));
    if (entry == null) throw new NotFound("attachment");
    return entry;
  }

  @Override
  public Entry uploaded(UserId owner, UUID id) {
    return store.alone(
        () -> {
          var entry = require(owner, id);
          if (entry.uploaded()) throw new Conflict(Conflict.Reason.ALREADY_UPLOADED, null);
          var uploaded = new Entry(entry.file(), true, null, entry.createdAt());
          all.put(new Gone(owner, id), uploaded);
          return uploaded;
        });
  }

  @Override
  public boolean delete(UserId owner, UUID id) {
    return store.alone(
        () -> {
          var entry = all.get(new Gone(owner, id));
          if (entry == null) return false;
          if (entry.conversation() != null) {
            throw new Conflict(Conflict.Reason.ATTACHMENT_SENT, null);
          }
          all.remove(new Gone(owner, id));
          return gone.add(new Gone(owner, id));
        });
  }

  @Override
  public void expire(Duration unsent) {
    store.alone(
        () -> {
          var before = store.now().minus(unsent);
          return remove(e -> e.conversation() == null && e.createdAt().isBefore(before));
        });
  }

  /** Lets the files of a conversation go with it. */
  void remove(Conversation.Id conversation) {
    remove(entry -> conversation.equals(entry.conversation()));
  }

  private boolean remove(Predicate<Entry> which) {
    return all.entrySet().removeIf(each -> which.test(each.getValue()) && gone.add(each.getKey()));
  }

  @Override
  public List<Gone> gone(int atMost) {
    return store.alone(() -> gone.stream().limit(atMost).toList());
  }

  @Override
  public void forget(Collection<Gone> cleared) {
    store.alone(() -> gone.removeAll(cleared));
  }

  @Override
  public byte[] signingKey() {
    return signingKey.clone();
  }

  /**
   * Returns the files that a message names, as they are known.
   *
   * @param earlier those of the message that it replaces
   */
  List<Content.Attachment> resolved(
      UserId owner, List<Content.Attachment> named, List<Content.Attachment> earlier) {
    var resolved = new ArrayList<Content.Attachment>();
    var seen = new HashSet<UUID>();
    for (var each : named) {
      var entry = require(owner, each.id());
      if (!seen.add(each.id())) throw new InvalidInput(FIELD, "an attachment is named twice");
      if (!entry.uploaded()) throw new InvalidInput(FIELD, "an attachment has no bytes yet");
      if (entry.conversation() != null && !earlier.contains(entry.file())) {
        throw new InvalidInput(FIELD, "an attachment was sent before");
      }
      resolved.add(entry.file());
    }
    return resolved;
  }

  void bind(UserId owner, List<Content.Attachment> files, Conversation.Id to) {
    for (var file : files) {
      var created = require(owner, file.id()).createdAt();
      all.put(new Gone(owner, file.id()), new Entry(file, true, to, created));
    }
  }
}
