package chat.transport.javalin;

import chat.model.ChatException.InvalidInput;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Text;
import chat.model.Turn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds the shapes of what REST is asked. Whatever else a body holds is refused. */
final class RestRequest {
  private RestRequest() {}

  /** {@code POST …/chat}. */
  record Chat(
      @Nullable String message,
      @Nullable String conversationId,
      @Nullable String messageId,
      @Nullable String onBusy,
      @Nullable String model) {
    Turn.Input toInput() {
      if (message == null) throw new InvalidInput("message", "a message is needed");
      if (model != null && (model.isBlank() || model.length() > 200 || !isStorable(model))) {
        throw new InvalidInput("model", "a model's name has 1 to 200 characters");
      }
      var conversation = Params.uuid("conversation_id", conversationId);
      var id = Params.uuid("message_id", messageId);
      return new Turn.Input.Send(
          conversation == null ? null : new Conversation.Id(conversation),
          id == null ? null : new Message.Id(id),
          new Content.UserInput(
              List.of(new Content.Part.Text(message)),
              List.of(),
              null,
              new Content.Options(model, null)),
          null);
    }

    Turn.OnBusy busy() {
      return onBusy == null
          ? Turn.OnBusy.REJECT
          : Params.word("on_busy", onBusy, List.of(Turn.OnBusy.values()));
    }

    private static boolean isStorable(String text) {
      return text.equals(Text.storable(text));
    }
  }

  /** {@code POST C}. */
  record Create(@Nullable String title) {
    Conversation.Change toChange() {
      return title == null
          ? Conversation.Change.NONE
          : Conversation.Change.title(title, Conversation.TitleBy.USER);
    }
  }

  /** {@code PATCH C/{cid}}. */
  record Patch(@Nullable String title, @Nullable String status) {
    Conversation.Change toChange() {
      var next =
          status == null
              ? null
              : Params.word(
                  "status",
                  status,
                  List.of(Conversation.Status.ACTIVE, Conversation.Status.CLOSED));
      return new Conversation.Change(title, Conversation.TitleBy.USER, next, null, null, null);
    }
  }

  /** {@code POST /dev/token}. */
  record Login(@Nullable String userId) {}
}
