package chat.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Is a conversation of one user, without its messages.
 *
 * @param title 1–200 characters, null until something names it
 * @param statusReason why it is locked or closed, for people
 * @param allowedImageDomains from where a client may load images; null leaves it to the client
 * @param version counts its changes
 * @param updatedAt the time of its last activity, a message or a change; microseconds
 */
public record Conversation(
    UserId owner,
    Id id,
    @Nullable String title,
    TitleBy titleBy,
    Status status,
    @Nullable String statusReason,
    @Nullable List<String> allowedImageDomains,
    Json metadata,
    long version,
    Instant createdAt,
    Instant updatedAt) {
  public static final int TITLE_LENGTH = 200;

  public Conversation {
    if (title != null) requireTitle(title);
    if (allowedImageDomains != null) allowedImageDomains = List.copyOf(allowedImageDomains);
  }

  /** Identifies a conversation within its owner's. */
  public record Id(UUID value) {
    public static Id next() {
      return new Id(UuidV7.next());
    }

    @Override
    public String toString() {
      return value.toString();
    }
  }

  /** A locked or closed conversation takes no new turn. */
  public enum Status {
    ACTIVE,
    LOCKED,
    CLOSED
  }

  /** Says who named it, in the order of weight: nobody overrides a title of greater weight. */
  public enum TitleBy {
    FIRST_MESSAGE,
    MODEL,
    USER
  }

  /** Is how a list of conversations is ordered; equal times are ordered by id. */
  public enum Order {
    ACTIVITY_DESC,
    CREATED_DESC,
    CREATED_ASC
  }

  /**
   * Says what is to change; null leaves as is. Sent by a user, or by an agent through its sink.
   *
   * @param by who names it; a title of greater weight stays, the rest of the change still applies
   */
  public record Change(
      @Nullable String title,
      TitleBy by,
      @Nullable Status status,
      @Nullable String statusReason,
      @Nullable List<String> allowedImageDomains,
      @Nullable Json metadata) {
    public static final Change NONE = new Change(null, TitleBy.USER, null, null, null, null);

    public Change {
      if (title != null) requireTitle(title);
      if (allowedImageDomains != null) allowedImageDomains = List.copyOf(allowedImageDomains);
    }

    public static Change title(String title, TitleBy by) {
      return new Change(title, by, null, null, null, null);
    }

    public static Change status(Status status) {
      return new Change(null, TitleBy.USER, status, null, null, null);
    }
  }

  /** Returns this conversation after a change; the same one when nothing is different. */
  public Conversation with(Change change, Instant now) {
    boolean named = change.title() != null && change.by().compareTo(titleBy) >= 0;
    var next =
        new Conversation(
            owner,
            id,
            named ? change.title() : title,
            named ? change.by() : titleBy,
            change.status() == null ? status : change.status(),
            change.status() == null ? statusReason : change.statusReason(),
            change.allowedImageDomains() == null
                ? allowedImageDomains
                : change.allowedImageDomains(),
            change.metadata() == null ? metadata : change.metadata(),
            version,
            createdAt,
            updatedAt);
    return next.equals(this) ? this : next.touched(now);
  }

  /** Returns this conversation after something happened in it. */
  public Conversation touched(Instant now) {
    return new Conversation(
        owner,
        id,
        title,
        titleBy,
        status,
        statusReason,
        allowedImageDomains,
        metadata,
        version + 1,
        createdAt,
        now.isAfter(updatedAt) ? now : updatedAt);
  }

  /**
   * Makes a title of a first message: its first line with anything on it, white space folded, cut
   * between words at 80 characters; null when there is nothing to read.
   */
  public static @Nullable String titleFrom(String message) {
    var line = message.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst();
    if (line.isEmpty()) return null;
    var words = line.get().replaceAll("\\s+", " ");
    if (words.length() <= 80) return words;
    int cut = words.lastIndexOf(' ', 79);
    if (cut < 40) cut = Character.isHighSurrogate(words.charAt(78)) ? 78 : 79;
    return words.substring(0, cut) + "…";
  }

  private static void requireTitle(String title) {
    int length = title.codePointCount(0, title.length());
    if (length < 1 || length > TITLE_LENGTH || title.isBlank()) {
      throw new ChatException.InvalidInput("title", "a title has 1 to 200 characters");
    }
    if (!title.equals(Text.storable(title))) {
      throw new ChatException.InvalidInput("title", "the title holds what cannot be stored");
    }
  }

  /**
   * Is everything a client needs to show a conversation, read in one go.
   *
   * @param turn the one that runs or awaits an answer, else the last one that was started; null
   *     when there was none
   * @param queue the turns that wait, in the order they will run
   */
  public record Detail(
      Conversation conversation, Window newest, @Nullable Turn turn, List<Turn> queue) {
    public Detail {
      queue = List.copyOf(queue);
    }
  }

  /** Is a place in a list of conversations: behind the one with this time and id. */
  public record Cursor(Instant at, Id id) {

    /** Writes the place as text that means nothing to a client. */
    public String encoded() {
      var plain = at.getEpochSecond() + "." + at.getNano() + "." + id;
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads what {@link #encoded} wrote; empty for anything else. */
    public static Optional<Cursor> decode(String encoded) {
      try {
        var plain =
            new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.US_ASCII)
                .split("\\.", -1);
        if (plain.length != 3) return Optional.empty();
        var at = Instant.ofEpochSecond(Long.parseLong(plain[0]), Long.parseLong(plain[1]));
        var cursor = new Cursor(at, new Id(UUID.fromString(plain[2])));
        return cursor.encoded().equals(encoded) ? Optional.of(cursor) : Optional.empty();
      } catch (IllegalArgumentException | java.time.DateTimeException | ArithmeticException e) {
        return Optional.empty();
      }
    }
  }
}
