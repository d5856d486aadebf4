package chat;

import chat.model.Caller;
import chat.model.ChatException;
import chat.model.ChatException.Conflict;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.ChatException.TooLarge;
import chat.model.Content;
import chat.model.Text;
import chat.model.UserId;
import chat.port.AttachmentRepository;
import chat.port.AttachmentRepository.Entry;
import chat.port.AttachmentStore;
import chat.port.Store;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Is the front door for the files that users bring: announced, then uploaded, then named by a
 * message. Called by any thread.
 */
public final class Attachments {
  private static final int NAME_LENGTH = 255;
  private static final Pattern MIME_TYPE =
      Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}");

  /** Direction marks that show {@code exe.png} for {@code gnp.exe}. */
  private static final Pattern REVERSING = Pattern.compile("[\\u202a-\\u202e\\u2066-\\u2069]");

  private final AttachmentRepository repository;
  private final AttachmentStore store;
  private final Policy policy;

  /** Serves the files of a store, as {@link Policy#DEFAULT} says. */
  public Attachments(Store store) {
    this(store, Policy.DEFAULT);
  }

  public Attachments(Store store, Policy policy) {
    this.repository = store.attachments();
    this.store = store.files();
    this.policy = policy;
  }

  /**
   * Says which files are taken.
   *
   * @param types MIME types; {@code text/*} is all texts
   * @param max of one file, in bytes
   * @param perMessage how many come with one message
   */
  public record Policy(Set<String> types, long max, int perMessage) {
    public static final Policy DEFAULT =
        new Policy(
            Set.of(
                "image/png",
                "image/jpeg",
                "image/gif",
                "image/webp",
                "application/pdf",
                "application/json",
                "text/plain",
                "text/markdown",
                "text/csv"),
            20 << 20,
            10);

    public Policy {
      types = Set.copyOf(types);
      for (var type : types) {
        if (!MIME_TYPE.matcher(type.replaceAll("/\\*$", "/any")).matches()) {
          throw new IllegalArgumentException("not a MIME type: " + type);
        }
      }
      if (max < 1) throw new IllegalArgumentException("max " + max);
      if (perMessage < 1) throw new IllegalArgumentException("per message " + perMessage);
    }

    private boolean takes(String type) {
      return types.contains(type) || types.contains(type.substring(0, type.indexOf('/')) + "/*");
    }
  }

  public Policy policy() {
    return policy;
  }

  /**
   * Announces a file.
   *
   * @param mimeType what it is; parameters are left out
   * @param size in bytes; the upload must have as many
   */
  public Entry create(Caller caller, String name, String mimeType, long size) {
    requireName(name);
    var type = mimeType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!MIME_TYPE.matcher(type).matches()) throw new InvalidInput("mime_type", "not a MIME type");
    if (!policy.takes(type)) {
      throw new InvalidInput("mime_type", "files of this type are not taken");
    }
    if (size < 1) throw new InvalidInput("size", "a file has at least one byte");
    if (size > policy.max()) throw tooLarge();
    return repository.create(caller.user(), name, type, size);
  }

  public Entry find(Caller caller, UUID id) {
    return find(caller.user(), id);
  }

  private Entry find(UserId owner, UUID id) {
    return repository.find(owner, id).orElseThrow(() -> new NotFound("attachment"));
  }

  /**
   * Takes the bytes of a file, once. They must be as many as were announced, and those of an image
   * must look like one; what is refused may be tried again.
   *
   * @param bytes closed by the caller
   * @param size how many there are
   */
  public Entry upload(Caller caller, UUID id, InputStream bytes, long size) {
    var entry = find(caller, id);
    if (entry.uploaded()) throw new Conflict(Conflict.Reason.ALREADY_UPLOADED, null);
    long announced = entry.file().size();
    if (size > announced) {
      throw new TooLarge("the file has more than the %d bytes announced".formatted(announced));
    }
    if (size < announced) {
      throw new InvalidInput("file", "the file has %d bytes, not %d".formatted(size, announced));
    }
    try {
      store.put(caller.user(), id, checked(entry.file(), bytes), size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return repository.uploaded(caller.user(), id);
  }

  private static InputStream checked(Content.Attachment file, InputStream bytes)
      throws IOException {
    if (!file.isImage()) return bytes;
    var rereadable = new BufferedInputStream(bytes);
    rereadable.mark(ImageSignature.LENGTH);
    var first = rereadable.readNBytes(ImageSignature.LENGTH);
    rereadable.reset();
    if (!ImageSignature.fits(file.mimeType(), first)) {
      throw new InvalidInput("file", "the file is not of the type " + file.mimeType());
    }
    return rereadable;
  }

  /** Opens a file that was uploaded; the caller closes it. */
  public InputStream open(Caller caller, UUID id) {
    if (!find(caller, id).uploaded()) throw new NotFound("attachment");
    return store.open(caller.user(), id).orElseThrow(() -> new NotFound("attachment"));
  }

  /** Deletes a file that was not sent; one that was goes with its conversation. */
  public void delete(Caller caller, UUID id) {
    if (!repository.delete(caller.user(), id)) throw new NotFound("attachment");
    store.delete(caller.user(), id);
    repository.forget(List.of(new AttachmentRepository.Gone(caller.user(), id)));
  }

  /** Returns the key with which all instances sign what gives access to files. */
  public byte[] signingKey() {
    return repository.signingKey();
  }

  /** Refuses what a message may not bring, as far as that can be told without looking it up. */
  void require(List<Content.Attachment> named) {
    if (named.size() > policy.perMessage()) {
      throw new InvalidInput(
          "attachments", "a message has at most %d attachments".formatted(policy.perMessage()));
    }
  }

  private ChatException tooLarge() {
    return new TooLarge("a file has at most %d bytes".formatted(policy.max()));
  }

  private static void requireName(String name) {
    boolean plain =
        name.codePoints().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))
            && !REVERSING.matcher(name).find()
            && name.equals(Text.storable(name));
    int length = name.codePointCount(0, name.length());
    if (!plain || name.isBlank() || length > NAME_LENGTH || name.matches("\\.\\.?")) {
      throw new InvalidInput(
          "name",
          "a file's name has 1 to 255 characters, none of them a slash, a backslash or a control"
              + " character");
    }
  }
}
