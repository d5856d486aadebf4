package chat.port;

import chat.model.UserId;
import java.io.InputStream;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps the bytes of files, nothing else: what they are is for {@link AttachmentRepository} to
 * know. Bring another one, an object store say, by {@link Store#with}. Called by any thread, with
 * ids that the repository knows. What does not answer is {@link
 * chat.model.ChatException.StorageFailed}.
 */
public interface AttachmentStore {

  /**
   * Keeps the bytes of a file.
   *
   * <ol>
   *   <li>They are read back as they were, however many.
   *   <li>Again, they take the place of what was there: an upload may have been cut off before it
   *       was noted.
   *   <li>When reading them fails, what was there stays, and the failure passes through.
   * </ol>
   *
   * @param bytes read to its end here, closed by the caller
   * @param size how many there are, 1 or more
   */
  void put(UserId owner, UUID id, InputStream bytes, long size);

  /**
   * Opens a file, from its first byte. Whoever opens it closes it. It holds neither a connection
   * nor much memory while nobody reads.
   *
   * <ol>
   *   <li>Empty for an unknown id and for another owner's.
   *   <li>If the file goes while it is read, reading fails: it does not end early.
   * </ol>
   */
  Optional<InputStream> open(UserId owner, UUID id);

  /**
   * Deletes the bytes of a file.
   *
   * <ol>
   *   <li>Afterwards there is nothing to open; again changes nothing.
   * </ol>
   */
  void delete(UserId owner, UUID id);
}
