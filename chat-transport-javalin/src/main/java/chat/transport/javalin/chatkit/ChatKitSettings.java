package chat.transport.javalin.chatkit;

import chat.model.Caller;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Json;
import chat.model.Message;
import chat.port.Transcriber;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says how ChatKit is served. Begin with {@link #DEFAULT} and change what is to be different.
 *
 * @param origins the origins whose pages may ask from a browser, as browsers send them
 * @param bodyLimit of a request, in bytes
 * @param keepAlive how long a stream may be silent before a comment is sent; null sends none
 * @param stopsWhenGone whether a turn is stopped when the client that follows it has gone, as it
 *     has when its user presses stop; else it goes on, and the client offers no such button. That
 *     its model is told of the stop is the engine's to say: give it {@link #STOP_NOTE} by {@code
 *     EngineSettings.withStopNote}
 * @param publicUrl where browsers reach this server, for the URLs of attachments; null for none:
 *     then there are no attachments
 * @param actions answers actions that do not stream
 * @param transcriber puts dictation into words
 * @param feedback is told what users think of items, once that is stored
 */
public record ChatKitSettings(
    Set<String> origins,
    int bodyLimit,
    @Nullable Duration keepAlive,
    boolean stopsWhenGone,
    @Nullable URI publicUrl,
    Transcriber transcriber,
    SyncActions actions,
    FeedbackListener feedback) {
  /** What a model is told, unseen by the user, of a turn that its user stopped. */
  public static final Json STOP_NOTE =
      new Json("\"The user cancelled the stream. Stop responding to the prior request.\"");

  public static final ChatKitSettings DEFAULT =
      new ChatKitSettings(
          Set.of(),
          1 << 20,
          Duration.ofSeconds(15),
          false,
          null,
          Transcriber.NONE,
          (caller, conversation, action) -> null,
          (caller, conversation, messages, kind) -> {});

  public ChatKitSettings {
    origins = Set.copyOf(origins);
  }

  /** Answers an action that does not stream ({@code threads.sync_custom_action}). */
  @FunctionalInterface
  public interface SyncActions {
    /**
     * Does what is asked for, on the request's thread.
     *
     * @return the widget as it is to be shown from now on, which is not stored; null for no change
     */
    Content.@Nullable Widget act(
        Caller caller, Conversation.Id conversation, Content.Action action);
  }

  /** Hears what users think ({@code items.feedback}), on the request's thread. */
  @FunctionalInterface
  public interface FeedbackListener {
    void rated(
        Caller caller, Conversation.Id conversation, List<Message.Id> messages, Feedback kind);
  }

  public ChatKitSettings withOrigins(Set<String> origins) {
    return new ChatKitSettings(
        origins, bodyLimit, keepAlive, stopsWhenGone, publicUrl, transcriber, actions, feedback);
  }

  public ChatKitSettings withBodyLimit(int bodyLimit) {
    return new ChatKitSettings(
        origins, bodyLimit, keepAlive, stopsWhenGone, publicUrl, transcriber, actions, feedback);
  }

  public ChatKitSettings withKeepAlive(@Nullable Duration keepAlive) {
    return new ChatKitSettings(
        origins, bodyLimit, keepAlive, stopsWhenGone, publicUrl, transcriber, actions, feedback);
  }

  public ChatKitSettings withStopsWhenGone(boolean stopsWhenGone) {
    return new ChatKitSettings(
        origins, bodyLimit, keepAlive, stopsWhenGone, publicUrl, transcriber, actions, feedback);
  }

  public ChatKitSettings withPublicUrl(URI publicUrl) {
    return new ChatKitSettings(
        origins, bodyLimit, keepAlive, stopsWhenGone, publicUrl, transcriber, actions, feedback);
  }

  public ChatKitSettings withTranscriber(Transcriber transcriber) {
    return new ChatKitSettings(
        origins, bodyLimit, keepAlive, stopsWhenGone, publicUrl, transcriber, actions, feedback);
  }

  public ChatKitSettings withActions(SyncActions actions) {
    return new ChatKitSettings(
        origins, bodyLimit, keepAlive, stopsWhenGone, publicUrl, transcriber, actions, feedback);
  }

  public ChatKitSettings withFeedback(FeedbackListener feedback) {
    return new ChatKitSettings(
        origins, bodyLimit, keepAlive, stopsWhenGone, publicUrl, transcriber, actions, feedback);
  }
}
