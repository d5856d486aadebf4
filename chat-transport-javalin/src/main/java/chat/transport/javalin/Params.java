package chat.transport.javalin;

import chat.model.ChatException.InvalidInput;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.Window;
import chat.transport.javalin.http.Exchange;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads paths, queries and headers; what is wrong is an {@link InvalidInput} that names the field.
 */
final class Params {
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

  private Params() {}

  static Conversation.Id conversation(Context ctx) {
    return new Conversation.Id(inPath(ctx, "conversation_id"));
  }

  static Message.Id message(Context ctx) {
    return new Message.Id(inPath(ctx, "message_id"));
  }

  static Turn.Id turn(Context ctx) {
    return new Turn.Id(inPath(ctx, "turn_id"));
  }

  static UUID attachment(Context ctx) {
    return inPath(ctx, "attachment_id");
  }

  private static UUID inPath(Context ctx, String name) {
    return requireUuid(name, ctx.pathParam(name));
  }

  static @Nullable UUID uuid(String field, @Nullable String text) {
    return text == null ? null : requireUuid(field, text);
  }

  static List<UUID> uuids(String field, @Nullable List<@Nullable String> texts) {
    var ids = new ArrayList<UUID>();
    if (texts == null) return ids;
    for (var text : texts) {
      if (text == null) throw malformed(field);
      ids.add(requireUuid(field, text));
    }
    return ids;
  }

  /** Takes the canonical form alone, which is more than {@link UUID#fromString} asks for. */
  private static UUID requireUuid(String field, String text) {
    try {
      var id = UUID.fromString(text);
      if (id.toString().equalsIgnoreCase(text)) return id;
    } catch (IllegalArgumentException e) {
      throw malformed(field);
    }
    throw malformed(field);
  }

  private static InvalidInput malformed(String field) {
    return new InvalidInput(field, "not a uuid");
  }

  static <E extends Enum<E>> E word(String field, String text, List<E> words) {
    for (var word : words) {
      if (RestJson.word(word).equals(text)) return word;
    }
    throw new InvalidInput(
        field, "one of " + String.join(", ", words.stream().map(RestJson::word).toList()));
  }

  /** Reads what is to become of a request while another turn is in the way. */
  static Turn.OnBusy busy(@Nullable String onBusy) {
    return onBusy == null
        ? Turn.OnBusy.REJECT
        : word("on_busy", onBusy, List.of(Turn.OnBusy.values()));
  }

  /** Refuses what a query does not take, and what it says twice. */
  static void onlyQuery(Context ctx, String... names) {
    var query = ctx.queryString();
    // The framework would leave such a parameter out, as if nobody had said it.
    if (query != null && BAD_ESCAPE.matcher(query).find()) {
      throw new InvalidInput("query", "a % that two hexadecimal digits do not follow");
    }
    var known = Set.of(names);
    ctx.queryParamMap()
        .forEach(
            (name, values) -> {
              if (!known.contains(name)) throw new InvalidInput(name, "an unknown parameter");
              if (values.size() > 1) throw new InvalidInput(name, "said more than once");
            });
  }

  static int limit(Context ctx, int otherwise) {
    var text = ctx.queryParam("limit");
    if (text == null) return otherwise;
    if (!text.matches("\\d{1,4}")) throw new InvalidInput("limit", "a limit is 1 to 200");
    return Integer.parseInt(text);
  }

  /**
   * Reads where a window of messages is wanted: {@code before}, {@code after} or {@code around}.
   */
  static Window.Query window(Context ctx, int limit) {
    Window.Query query = null;
    for (var from : List.of(Window.From.BEFORE, Window.From.AFTER, Window.From.AROUND)) {
      var field = RestJson.word(from);
      var at = uuid(field, ctx.queryParam(field));
      if (at == null) continue;
      if (query != null) throw new InvalidInput(field, "one of before, after, around");
      query = new Window.Query(from, new Message.Id(at), limit);
    }
    return query == null ? Window.Query.newest(limit) : query;
  }

  /** Reads after which event to go on: the header of a reconnecting client, else the query. */
  static long afterEvent(Context ctx) {
    var header = Exchange.header(ctx, "Last-Event-ID");
    if (header != null) return number("Last-Event-ID", header);
    var after = ctx.queryParam("after");
    return after == null ? 0 : number("after", after);
  }

  private static long number(String field, String text) {
    if (!text.matches("\\d{1,18}")) throw new InvalidInput(field, "not the number of an event");
    return Long.parseLong(text);
  }

  /** Tells whether a header that is a list has an item, whatever is said about it behind. */
  static boolean lists(Context ctx, String name, String item) {
    for (var line : Collections.list(ctx.req().getHeaders(name))) {
      for (var one : line.split(",", -1)) {
        if (one.split(";", 2)[0].strip().equalsIgnoreCase(item)) return true;
      }
    }
    return false;
  }
}
