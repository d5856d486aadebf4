package chat.contract.chatkit;

import static chat.contract.chatkit.Field.require;

import chat.contract.chatkit.Field.Component;
import chat.contract.chatkit.Field.FreeObject;
import chat.contract.chatkit.Field.Icon;
import chat.contract.chatkit.Field.ItemId;
import chat.contract.chatkit.Field.Root;
import chat.contract.chatkit.Model.Annotation;
import chat.contract.chatkit.Model.AssistantContent;
import chat.contract.chatkit.Model.Image;
import chat.contract.chatkit.Model.Item;
import chat.contract.chatkit.Model.Task;
import chat.contract.chatkit.Model.ThreadObject;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is one of the twelve events of a stream; {@link Model} says how to read a record. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
sealed interface ModelEvent {

  @JsonTypeName("thread.created")
  record ThreadCreated(ThreadObject thread) implements ModelEvent {}

  @JsonTypeName("thread.updated")
  record ThreadUpdated(ThreadObject thread) implements ModelEvent {}

  @JsonTypeName("thread.item.added")
  record ItemAdded(Item item) implements ModelEvent {}

  @JsonTypeName("thread.item.updated")
  record ItemUpdated(ItemId itemId, Update update) implements ModelEvent {}

  @JsonTypeName("thread.item.done")
  record ItemDone(Item item) implements ModelEvent {}

  @JsonTypeName("thread.item.removed")
  record ItemRemoved(ItemId itemId) implements ModelEvent {}

  @JsonTypeName("thread.item.replaced")
  record ItemReplaced(Item item) implements ModelEvent {}

  @JsonTypeName("stream_options")
  record StreamOptions(Options streamOptions) implements ModelEvent {}

  record Options(boolean allowCancel) {}

  @JsonTypeName("progress_update")
  record ProgressUpdate(@Nullable Icon icon, String text) implements ModelEvent {}

  @JsonTypeName("client_effect")
  record ClientEffect(String name, FreeObject data) implements ModelEvent {}

  @JsonTypeName("error")
  record ErrorEvent(String code, @Nullable String message, boolean allowRetry)
      implements ModelEvent {
    public ErrorEvent {
      require(List.of("custom", "stream.error").contains(code), "code " + code);
    }
  }

  @JsonTypeName("notice")
  record Notice(String level, String message, @Nullable String title) implements ModelEvent {
    public Notice {
      require(List.of("info", "warning", "danger").contains(level), "level " + level);
    }
  }

  /** Is one of the ten changes of an item. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Update {}

  @JsonTypeName("assistant_message.content_part.added")
  record PartAdded(int contentIndex, AssistantContent content) implements Update {}

  @JsonTypeName("assistant_message.content_part.text_delta")
  record TextDelta(int contentIndex, String delta) implements Update {}

  @JsonTypeName("assistant_message.content_part.annotation_added")
  record AnnotationAdded(int contentIndex, int annotationIndex, Annotation annotation)
      implements Update {}

  @JsonTypeName("assistant_message.content_part.done")
  record PartDone(int contentIndex, AssistantContent content) implements Update {}

  @JsonTypeName("widget.streaming_text.value_delta")
  record ValueDelta(String componentId, String delta, boolean done) implements Update {}

  @JsonTypeName("widget.component.updated")
  record ComponentUpdated(String componentId, Component component) implements Update {}

  @JsonTypeName("widget.root.updated")
  record RootUpdated(Root widget) implements Update {}

  @JsonTypeName("workflow.task.added")
  record TaskAdded(int taskIndex, Task task) implements Update {}

  @JsonTypeName("workflow.task.updated")
  record TaskUpdated(int taskIndex, Task task) implements Update {}

  @JsonTypeName("generated_image.updated")
  record ImageUpdated(Image image, @Nullable Double progress) implements Update {
    public ImageUpdated {
      require(progress == null || (progress >= 0 && progress <= 1), "progress " + progress);
    }
  }
}
