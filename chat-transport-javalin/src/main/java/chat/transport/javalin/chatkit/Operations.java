package chat.transport.javalin.chatkit;

import chat.ChatService;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.ChatException.InvalidInput;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Message;
import chat.transport.javalin.chatkit.ChatKitWire.UpdatedItem;
import chat.transport.javalin.http.AttachmentUrls;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps each operation that answers with JSON to a use case. */
final class Operations {
  /** Is the answer of an operation that has nothing to say. */
  private static final Map<String, String> NOTHING = Map.of();

  private final ChatService service;
  private final ChatKitSettings settings;
  private final @Nullable AttachmentUrls urls;
  private final Lists lists;

  Operations(ChatService service, ChatKitSettings settings, @Nullable AttachmentUrls urls) {
    this.service = service;
    this.settings = settings;
    this.urls = urls;
    this.lists = new Lists(service, urls);
  }

  Object answer(Caller caller, Request.Answered request) {
    return switch (request) {
      case Request.GetThread get -> lists.thread(caller, Ids.thread(get.thread()));
      case Request.ListThreads list -> lists.threads(caller, list);
      case Request.ListItems list -> lists.items(caller, list);
      case Request.UpdateThread update -> update(caller, update);
      case Request.DeleteThread delete -> delete(caller, delete);
      case Request.SyncCustomAction action -> act(caller, action);
      case Request.Feedback feedback -> rate(caller, feedback);
      case Request.CreateAttachment create -> create(caller, create);
      case Request.DeleteAttachment delete -> delete(caller, delete);
      case Request.Transcribe speech -> transcribe(caller, speech);
    };
  }

  private static ChatException notHere() {
    return new InvalidInput("type", "this server does not do that");
  }

  private Object update(Caller caller, Request.UpdateThread request) {
    var change = Conversation.Change.title(request.title(), Conversation.TitleBy.USER);
    return Items.thread(service.change(caller, Ids.thread(request.thread()), change));
  }

  /** Deleting what is not there is no failure. */
  private Object delete(Caller caller, Request.DeleteThread request) {
    try {
      service.delete(caller, Ids.thread(request.thread()));
    } catch (ChatException.NotFound e) {
      return NOTHING;
    }
    return NOTHING;
  }

  private Object act(Caller caller, Request.SyncCustomAction request) {
    var conversation = service.conversation(caller, Ids.thread(request.thread())).id();
    var sender = sender(service, caller, conversation, request.item());
    var action = new Content.Action(request.action().type(), request.action().payload(), sender);
    var updated = settings.actions().act(caller, conversation, action);
    if (updated == null || sender == null) return NOTHING;
    var items = new Items(new Files(caller.user(), urls));
    return new UpdatedItem(items.of(sender.with(updated, sender.revision()), null));
  }

  /** Returns the widget that an action comes from; null for one of the page itself. */
  static @Nullable Message sender(
      ChatService service, Caller caller, Conversation.Id conversation, @Nullable String item) {
    if (item == null) return null;
    var message = item(service, caller, conversation, item);
    if (message.content() instanceof Content.Widget) return message;
    throw new InvalidInput("item_id", "only a widget has actions");
  }

  /** Returns the message of an item that clients can see. */
  static Message item(
      ChatService service, Caller caller, Conversation.Id conversation, String item) {
    var message = service.message(caller, conversation, Ids.item(item));
    boolean shown = !message.content().hidden() && Ids.of(message).equals(item);
    if (!shown) throw new ChatException.NotFound("item");
    return message;
  }

  private Object create(Caller caller, Request.CreateAttachment request) {
    if (urls == null) throw notHere();
    var announced =
        service.attachments().create(caller, request.name(), request.mimeType(), request.size());
    return Files.announced(announced.file(), urls, caller.user());
  }

  private Object delete(Caller caller, Request.DeleteAttachment request) {
    service.attachments().delete(caller, Ids.attachment(request.attachment()));
    return NOTHING;
  }

  private Object transcribe(Caller caller, Request.Transcribe request) {
    byte[] audio;
    try {
      audio = Base64.getDecoder().decode(request.audioBase64());
    } catch (IllegalArgumentException e) {
      throw new InvalidInput("params.audio_base64", "not Base64");
    }
    var words = settings.transcriber().transcribe(caller, audio, request.mimeType());
    return new ChatKitWire.Transcript(words);
  }

  private Object rate(Caller caller, Request.Feedback request) {
    var conversation = service.conversation(caller, Ids.thread(request.thread())).id();
    var messages = request.items().stream().map(Ids::item).toList();
    var kind = request.positive() ? Feedback.POSITIVE : Feedback.NEGATIVE;
    if (!messages.isEmpty()) service.rate(caller, conversation, messages, kind);
    settings.feedback().rated(caller, conversation, messages, kind);
    return NOTHING;
  }
}
