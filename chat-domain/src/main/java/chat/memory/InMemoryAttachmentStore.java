package chat.memory;

import chat.model.UserId;
import chat.port.AttachmentStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the bytes of files in memory. Any thread may use it. */
final class InMemoryAttachmentStore implements AttachmentStore {
  private final Map<Key, byte[]> all = new ConcurrentHashMap<>();

  private record Key(UserId owner, UUID id) {}

  @Override
  public void put(UserId owner, UUID id, InputStream bytes, long size) {
    try {
      all.put(new Key(owner, id), bytes.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<InputStream> open(UserId owner, UUID id) {
    return Optional.ofNullable(all.get(new Key(owner, id))).map(ByteArrayInputStream::new);
  }

  @Override
  public void delete(UserId owner, UUID id) {
    all.remove(new Key(owner, id));
  }
}
