package chat.transport.javalin.chatkit;

import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Writes our ids as ChatKit's: a prefix for what it is and the whole id in hexadecimal. What is not
 * written so is nobody's id: {@link NotFound}.
 */
final class Ids {
  private static final String THREAD = "thr";
  private static final String ATTACHMENT = "atc";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern ITEM = Pattern.compile("(msg|tc|wf|shcx)_([0-9a-f]{32})");

  private Ids() {}

  static String of(Conversation.Id id) {
    return THREAD + "_" + hex(id.value());
  }

  static String of(Message message) {
    return of(message.id(), message.content());
  }

  /**
   * What may become something else, a widget a workflow say, keeps its id: all that has one prefix.
   */
  static String of(Message.Id id, Content content) {
    return switch (content) {
      case Content.ToolCall call -> call.client() ? of("tc", id) : of("wf", id);
      default -> of(id, content.kind());
    };
  }

  static String of(Message.Id id, Content.Kind kind) {
    return switch (kind) {
      case TEXT, WIDGET, WORKFLOW, TASK, STRUCTURED_INPUT, IMAGE -> of("msg", id);
      case REASONING, TOOL_CALL -> of("wf", id);
      case HIDDEN_CONTEXT, ACTION -> of("shcx", id);
    };
  }

  private static String of(String prefix, Message.Id id) {
    return prefix + "_" + hex(id.value());
  }

  static String attachment(UUID id) {
    return ATTACHMENT + "_" + hex(id);
  }

  /** Names a call for the client that makes it: never by the model's own id, which may repeat. */
  static String call(Message.Id id) {
    return of("call", id);
  }

  static Conversation.Id thread(String text) {
    return new Conversation.Id(read(THREAD, text, "thread"));
  }

  static UUID attachment(String text) {
    return read(ATTACHMENT, text, "attachment");
  }

  static Message.Id item(String text) {
    var item = ITEM.matcher(text);
    if (!item.matches()) throw new NotFound("item");
    return new Message.Id(uuid(item.group(2)));
  }

  private static UUID read(String prefix, String text, String what) {
    if (!text.startsWith(prefix + "_")) throw new NotFound(what);
    var hex = text.substring(prefix.length() + 1);
    if (!HEX.matcher(hex).matches()) throw new NotFound(what);
    return uuid(hex);
  }

  private static String hex(UUID id) {
    var hex = HexFormat.of();
    return hex.toHexDigits(id.getMostSignificantBits())
        + hex.toHexDigits(id.getLeastSignificantBits());
  }

  private static UUID uuid(String hex) {
    return new UUID(
        HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
  }
}
