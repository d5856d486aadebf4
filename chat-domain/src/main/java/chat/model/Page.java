package chat.model;

import chat.model.Conversation.Cursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is one page of a list read by keyset.
 *
 * @param after where the next page begins, null on the last one
 */
public record Page<T>(List<T> data, @Nullable Cursor after) {
  public Page {
    data = List.copyOf(data);
  }

  public boolean hasMore() {
    return after != null;
  }
}
