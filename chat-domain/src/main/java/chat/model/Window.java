package chat.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is a stretch of a conversation's active history, ascending by sequence. */
public record Window(List<Message> messages, boolean moreBefore, boolean moreAfter) {
  /** Bounds how much is read at once. */
  public static final int LIMIT = 200;

  public Window {
    messages = List.copyOf(messages);
  }

  /**
   * Says where to look.
   *
   * @param at null for {@link From#NEWEST} and {@link From#OLDEST} and only there
   * @param limit 1–200 messages; {@link From#AROUND} has {@code at} in the middle
   */
  public record Query(From from, Message.@Nullable Id at, int limit) {
    // Spelled out: javac loses the annotation of a nested type in a compact constructor.
    public Query(From from, Message.@Nullable Id at, int limit) {
      if (limit < 1 || limit > LIMIT) {
        throw new ChatException.InvalidInput("limit", "a limit is 1 to 200");
      }
      boolean end = from == From.NEWEST || from == From.OLDEST;
      if ((at == null) != end) throw new IllegalArgumentException("at " + at);
      this.from = from;
      this.at = at;
      this.limit = limit;
    }

    public static Query newest(int limit) {
      return new Query(From.NEWEST, null, limit);
    }
  }

  /** {@link #BEFORE} and {@link #AFTER} leave the named message out, {@link #AROUND} has it in. */
  public enum From {
    NEWEST,
    OLDEST,
    BEFORE,
    AFTER,
    AROUND
  }
}
