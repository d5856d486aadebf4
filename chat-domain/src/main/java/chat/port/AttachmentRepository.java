package chat.port;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Knows the files that users bring: what they are called, whether their bytes have come, and which
 * conversation they were sent to ({@link ConversationRepository#accept} binds them in its own
 * transaction). The bytes themselves are in an {@link AttachmentStore}. Owners, threads, failures
 * and times are as in {@link ConversationRepository}.
 */
public interface AttachmentRepository {
  /** How long a file is kept that was not sent. */
  Duration UNSENT = Duration.ofHours(24);

  /** Bounds how many unsent files one owner has. */
  int UNSENT_AT_ONCE = 100;

  /**
   * Is what is known of a file.
   *
   * @param uploaded whether all its bytes are there
   * @param conversation to which it was sent; null while it is unsent
   */
  record Entry(
      Content.Attachment file,
      boolean uploaded,
      Conversation.@Nullable Id conversation,
      Instant createdAt) {}

  /** Is a file that is gone, but for its bytes perhaps. */
  record Gone(UserId owner, UUID id) {}

  /**
   * Announces a file.
   *
   * <ol>
   *   <li>It has no bytes yet, is unsent, and is found by its owner alone.
   *   <li>Beside {@link #UNSENT_AT_ONCE} other unsent ones of its owner it is {@code RateLimited}.
   * </ol>
   *
   * @param size in bytes, as its owner says
   */
  Entry create(UserId owner, String name, String mimeType, long size);

  /**
   * Finds a file.
   *
   * <ol>
   *   <li>Empty for an unknown id and for another's.
   * </ol>
   */
  Optional<Entry> find(UserId owner, UUID id);

  /**
   * Notes that the bytes of a file have come.
   *
   * <ol>
   *   <li>From now on it may be sent.
   *   <li>That happens once: again it is {@code Conflict(ALREADY_UPLOADED)}.
   *   <li>{@code NotFound} for an unknown id and for another's.
   * </ol>
   */
  Entry uploaded(UserId owner, UUID id);

  /**
   * Deletes a file that was not sent.
   *
   * <ol>
   *   <li>Afterwards it is not found, and is among the {@link #gone}.
   *   <li>One that was sent stays: {@code Conflict(ATTACHMENT_SENT)}.
   *   <li>False for an unknown id and for another's: deleting is idempotent.
   * </ol>
   */
  boolean delete(UserId owner, UUID id);

  /**
   * Deletes, across owners, what was not sent for so long.
   *
   * <ol>
   *   <li>What is younger stays, and so does whatever was sent.
   *   <li>The others are not found any more, and are among the {@link #gone}.
   * </ol>
   */
  void expire(Duration unsent);

  /**
   * Lists, across owners, files that are gone and whose bytes may still be there.
   *
   * <ol>
   *   <li>With their conversation its files go, and are among them.
   *   <li>They are, until they are {@linkplain #forget forgotten}.
   * </ol>
   */
  List<Gone> gone(int atMost);

  /** Takes note that the bytes of these are gone too. */
  void forget(Collection<Gone> cleared);

  /**
   * Returns the key with which all instances sign what gives access to files.
   *
   * <ol>
   *   <li>32 bytes that nobody can guess, the same whoever asks and whenever.
   * </ol>
   */
  byte[] signingKey();
}
