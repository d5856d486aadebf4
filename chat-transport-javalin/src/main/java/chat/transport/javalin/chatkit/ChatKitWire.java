package chat.transport.javalin.chatkit;

import chat.model.Json;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the shapes of what ChatKit is told, but the events of a stream ({@link EventWire}). A null
 * is absent on the wire; everything else is there, also where it is a default. What is free-form is
 * {@link Json}, whose nulls stay; a widget is a tree that {@link Widgets} has rid of its nulls.
 */
final class ChatKitWire {
  private ChatKitWire() {}

  record ThreadPage(List<ChatThread> data, boolean hasMore, @Nullable String after) {}

  record ItemPage(List<Item> data, boolean hasMore, @Nullable String after) {
    static final ItemPage EMPTY = new ItemPage(List.of(), false, null);
  }

  /** A thread; its metadata are the server's own business, and so always empty here. */
  record ChatThread(
      String id,
      @Nullable String title,
      Instant createdAt,
      ThreadStatus status,
      @Nullable List<String> allowedImageDomains,
      Map<String, String> metadata,
      ItemPage items) {}

  record ThreadStatus(String type, @Nullable String reason) {}

  // Items.

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Item {
    String id();
  }

  @JsonTypeName("user_message")
  record UserMessage(
      String id,
      String threadId,
      Instant createdAt,
      List<Input> content,
      List<Attachment> attachments,
      @Nullable String quotedText,
      InferenceOptions inferenceOptions)
      implements Item {}

  @JsonTypeName("assistant_message")
  record AssistantMessage(String id, String threadId, Instant createdAt, List<OutputText> content)
      implements Item {}

  @JsonTypeName("client_tool_call")
  record ClientToolCall(
      String id,
      String threadId,
      Instant createdAt,
      String status,
      String callId,
      String name,
      Json arguments,
      @Nullable Json output)
      implements Item {}

  @JsonTypeName("widget")
  record WidgetItem(
      String id, String threadId, Instant createdAt, JsonNode widget, @Nullable String copyText)
      implements Item {}

  @JsonTypeName("generated_image")
  record GeneratedImage(String id, String threadId, Instant createdAt, @Nullable Image image)
      implements Item {}

  @JsonTypeName("structured_input")
  record StructuredInput(
      String id, String threadId, Instant createdAt, String status, List<Question> inputs)
      implements Item {}

  @JsonTypeName("workflow")
  record WorkflowItem(String id, String threadId, Instant createdAt, Workflow workflow)
      implements Item {}

  @JsonTypeName("task")
  record TaskItem(String id, String threadId, Instant createdAt, Task task) implements Item {}

  // What a user's message consists of.

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Input {}

  @JsonTypeName("input_text")
  record InputText(String text) implements Input {}

  @JsonTypeName("input_tag")
  record InputTag(String id, String text, Json data, @Nullable String group, boolean interactive)
      implements Input {}

  record InferenceOptions(@Nullable Json toolChoice, @Nullable String model) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Attachment {}

  @JsonTypeName("file")
  record FileAttachment(
      String id,
      String name,
      String mimeType,
      @Nullable UploadDescriptor uploadDescriptor,
      @Nullable String threadId)
      implements Attachment {}

  @JsonTypeName("image")
  record ImageAttachment(
      String id,
      String name,
      String mimeType,
      String previewUrl,
      @Nullable UploadDescriptor uploadDescriptor,
      @Nullable String threadId)
      implements Attachment {}

  record UploadDescriptor(String url, String method, Map<String, String> headers) {}

  // What an answer consists of.

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonTypeName("output_text")
  record OutputText(String text, List<Annotation> annotations) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonTypeName("annotation")
  record Annotation(Source source, @Nullable Integer index) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Source {}

  @JsonTypeName("url")
  record UrlSource(
      String title,
      @Nullable String description,
      @Nullable String timestamp,
      @Nullable String group,
      String url,
      @Nullable String attribution)
      implements Source {}

  @JsonTypeName("file")
  record FileSource(
      String title,
      @Nullable String description,
      @Nullable String timestamp,
      @Nullable String group,
      String filename)
      implements Source {}

  @JsonTypeName("entity")
  record EntitySource(
      String title,
      @Nullable String description,
      @Nullable String timestamp,
      @Nullable String group,
      String id,
      @Nullable String icon,
      @Nullable String label,
      @Nullable String inlineLabel,
      boolean interactive,
      Json data)
      implements Source {}

  record Image(String id, String url) {}

  // Work that goes on.

  record Workflow(String type, List<Task> tasks, @Nullable Summary summary, boolean expanded) {}

  /** Says it in words, or by how many seconds it took. */
  record Summary(@Nullable String title, @Nullable String icon, @Nullable Long duration) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Task {}

  @JsonTypeName("custom")
  record CustomTask(
      String statusIndicator,
      @Nullable String title,
      @Nullable String icon,
      @Nullable String content)
      implements Task {}

  @JsonTypeName("web_search")
  record WebSearchTask(
      String statusIndicator,
      @Nullable String title,
      @Nullable String titleQuery,
      List<String> queries,
      List<UrlSource> sources)
      implements Task {}

  @JsonTypeName("thought")
  record ThoughtTask(String statusIndicator, @Nullable String title, String content)
      implements Task {}

  @JsonTypeName("file")
  record FileTask(String statusIndicator, @Nullable String title, List<FileSource> sources)
      implements Task {}

  @JsonTypeName("image")
  record ImageTask(String statusIndicator, @Nullable String title) implements Task {}

  // Questions.

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Question {}

  @JsonTypeName("multiple_choice")
  record MultipleChoice(
      String id, String question, List<Option> options, boolean multiple, @Nullable Answer answer)
      implements Question {}

  @JsonTypeName("freeform")
  record Freeform(String id, String question, @Nullable String description, @Nullable Answer answer)
      implements Question {}

  record Option(String value) {}

  record Answer(List<String> values, boolean skipped) {}

  // Replies that are no object of the conversation.

  record UpdatedItem(@Nullable Item updatedItem) {}

  record Transcript(String text) {}

  record Failure(Reason error) {}

  record Reason(String code, String message) {}
}
