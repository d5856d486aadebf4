package example;

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

/** Keeps the shop's files where the shop keeps files. */
final class ShopFiles implements AttachmentStore {
  private record Key(UserId owner, UUID id) {}

  private final Map<Key, byte[]> files = new ConcurrentHashMap<>();

  @Override
  public void put(UserId owner, UUID id, InputStream bytes, long size) {
    try {
      files.put(new Key(owner, id), bytes.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<InputStream> open(UserId owner, UUID id) {
    return Optional.ofNullable(files.get(new Key(owner, id))).map(ByteArrayInputStream::new);
  }

  @Override
  public void delete(UserId owner, UUID id) {
    files.remove(new Key(owner, id));
  }
}
