package chat.transport.javalin.chatkit;

import chat.model.Json;
import chat.transport.javalin.chatkit.ChatKitWire.Annotation;
import chat.transport.javalin.chatkit.ChatKitWire.ChatThread;
import chat.transport.javalin.chatkit.ChatKitWire.Image;
import chat.transport.javalin.chatkit.ChatKitWire.Item;
import chat.transport.javalin.chatkit.ChatKitWire.OutputText;
import chat.transport.javalin.chatkit.ChatKitWire.Task;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Holds the shapes of what happens in a stream. */
final class EventWire {
  private EventWire() {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Event {}

  @JsonTypeName("thread.created")
  record ThreadCreated(ChatThread thread) implements Event {}

  @JsonTypeName("thread.updated")
  record ThreadUpdated(ChatThread thread) implements Event {}

  @JsonTypeName("thread.item.added")
  record ItemAdded(Item item) implements Event {}

  @JsonTypeName("thread.item.updated")
  record ItemUpdated(String itemId, Update update) implements Event {}

  @JsonTypeName("thread.item.done")
  record ItemDone(Item item) implements Event {}

  @JsonTypeName("thread.item.removed")
  record ItemRemoved(String itemId) implements Event {}

  @JsonTypeName("thread.item.replaced")
  record ItemReplaced(Item item) implements Event {}

  @JsonTypeName("stream_options")
  record StreamOptions(Options streamOptions) implements Event {
    static StreamOptions of(boolean allowCancel) {
      return new StreamOptions(new Options(allowCancel));
    }
  }

  record Options(boolean allowCancel) {}

  @JsonTypeName("progress_update")
  record ProgressUpdate(@Nullable String icon, String text) implements Event {}

  @JsonTypeName("client_effect")
  record ClientEffect(String name, Json data) implements Event {}

  @JsonTypeName("error")
  record StreamError(String code, @Nullable String message, boolean allowRetry) implements Event {
    /** Says that it went wrong, and nothing about why. */
    static StreamError unexplained(boolean allowRetry) {
      return new StreamError("stream.error", null, allowRetry);
    }

    static StreamError custom(String message, boolean allowRetry) {
      return new StreamError("custom", message, allowRetry);
    }
  }

  @JsonTypeName("notice")
  record Notice(String level, String message, @Nullable String title) implements Event {}

  // What happens to an item.

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Update {}

  @JsonTypeName("assistant_message.content_part.added")
  record PartAdded(int contentIndex, OutputText content) implements Update {}

  @JsonTypeName("assistant_message.content_part.text_delta")
  record TextDelta(int contentIndex, String delta) implements Update {}

  @JsonTypeName("assistant_message.content_part.annotation_added")
  record AnnotationAdded(int contentIndex, int annotationIndex, Annotation annotation)
      implements Update {}

  @JsonTypeName("assistant_message.content_part.done")
  record PartDone(int contentIndex, OutputText content) implements Update {}

  @JsonTypeName("widget.streaming_text.value_delta")
  record ValueDelta(String componentId, String delta, boolean done) implements Update {}

  @JsonTypeName("widget.component.updated")
  record ComponentUpdated(String componentId, JsonNode component) implements Update {}

  @JsonTypeName("widget.root.updated")
  record RootUpdated(JsonNode widget) implements Update {}

  @JsonTypeName("workflow.task.added")
  record TaskAdded(int taskIndex, Task task) implements Update {}

  @JsonTypeName("workflow.task.updated")
  record TaskUpdated(int taskIndex, Task task) implements Update {}

  @JsonTypeName("generated_image.updated")
  record ImageUpdated(Image image, @Nullable Double progress) implements Update {}
}
