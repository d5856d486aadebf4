package chat.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is what a tool gave back. A tool's failure is a result too.
 *
 * <p>The codes of {@code error}, of which clients and models may make something:
 *
 * <ul>
 *   <li>{@code tool_error}: the tool itself says that it failed
 *   <li>{@code timeout}: it took longer than {@link Tool#timeout()}; its effect is unknown
 *   <li>{@code interrupted}: the call was cut off while it ran; its effect is unknown
 *   <li>{@code unavailable}: the tool could not be reached, and was not called
 *   <li>{@code credentials_expired}: there is no valid token to call it with
 *   <li>{@code unknown_tool}: there is none of this name, or no more
 *   <li>{@code tool_changed}: its definition is no longer the one that was offered
 *   <li>{@code invalid_arguments}: they do not fit the tool's schema
 *   <li>{@code arguments_changed}: they are no longer those that the call was approved with
 *   <li>{@code denied}, {@code expired}: nobody let the call be made
 *   <li>{@code limit_reached}: the turn may make no more calls
 * </ul>
 *
 * @param structured the result as data, where the tool has it
 * @param error null on success, else a code
 * @param truncated whether something was cut off for its size
 */
public record ToolResult(
    List<Part> parts, @Nullable Json structured, @Nullable String error, boolean truncated) {
  public ToolResult {
    parts = List.copyOf(parts);
    error = chat.model.Text.storableOrNull(error);
  }

  public static ToolResult text(String text) {
    return new ToolResult(List.of(new Part.Text(text)), null, null, false);
  }

  public static ToolResult error(String code, String message) {
    return new ToolResult(List.of(new Part.Text(message)), null, code, false);
  }

  /** Returns its texts, a line each. */
  public String text() {
    var all = new StringBuilder();
    for (var part : parts) {
      if (!(part instanceof Part.Text text)) continue;
      if (!all.isEmpty()) all.append('\n');
      all.append(text.text());
    }
    return all.toString();
  }

  /** A piece of a result. */
  public sealed interface Part {
    /** Words. */
    record Text(String text) implements Part {
      public Text {
        text = chat.model.Text.storable(text);
      }
    }

    /** A picture; {@code data} in Base64. */
    record Image(String mimeType, String data) implements Part {
      public Image {
        mimeType = chat.model.Text.storable(mimeType);
        data = chat.model.Text.storable(data);
      }
    }

    /** Something to be fetched elsewhere. */
    record Link(String uri, String name) implements Part {
      public Link {
        uri = chat.model.Text.storable(uri);
        name = chat.model.Text.storable(name);
      }
    }
  }
}
