package chat.contract.chatkit;

import static chat.contract.chatkit.Field.oneOf;
import static chat.contract.chatkit.Field.require;

import chat.contract.chatkit.Field.AttachmentId;
import chat.contract.chatkit.Field.Free;
import chat.contract.chatkit.Field.FreeObject;
import chat.contract.chatkit.Field.Icon;
import chat.contract.chatkit.Field.ItemId;
import chat.contract.chatkit.Field.Root;
import chat.contract.chatkit.Field.ThreadId;
import chat.contract.chatkit.Field.Timestamp;
import chat.contract.chatkit.Field.Url;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the objects and events that a ChatKit server sends, one record each. A component is always
 * on the wire unless it is {@code @Nullable}: then it is absent while it is null. There is no other
 * way to be optional, and no default that a server may leave out.
 */
final class Model {
  private Model() {}

  record Page<T>(List<T> data, boolean hasMore, @Nullable String after) {
    Page {
      require(hasMore == (after != null), "has_more " + hasMore + " with after " + after);
    }
  }

  record ThreadObject(
      ThreadId id,
      @Nullable String title,
      Timestamp createdAt,
      Status status,
      @Nullable List<String> allowedImageDomains,
      FreeObject metadata,
      Page<Item> items) {
    ThreadObject {
      require(metadata.value().isEmpty(), "metadata on the wire");
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Status {}

  @JsonTypeName("active")
  record Active() implements Status {}

  @JsonTypeName("locked")
  record Locked(@Nullable String reason) implements Status {}

  @JsonTypeName("closed")
  record Closed(@Nullable String reason) implements Status {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Item {
    ItemId id();

    ThreadId threadId();

    Timestamp createdAt();
  }

  @JsonTypeName("user_message")
  record UserMessage(
      ItemId id,
      ThreadId threadId,
      Timestamp createdAt,
      List<UserContent> content,
      List<Attachment> attachments,
      @Nullable String quotedText,
      InferenceOptions inferenceOptions)
      implements Item {}

  @JsonTypeName("assistant_message")
  record AssistantMessage(
      ItemId id, ThreadId threadId, Timestamp createdAt, List<AssistantContent> content)
      implements Item {}

  @JsonTypeName("client_tool_call")
  record ClientToolCall(
      ItemId id,
      ThreadId threadId,
      Timestamp createdAt,
      String status,
      String callId,
      String name,
      FreeObject arguments,
      @Nullable Free output)
      implements Item {
    ClientToolCall {
      oneOf(status, "pending", "completed");
      require(output == null || status.equals("completed"), "an output while pending");
    }
  }

  @JsonTypeName("widget")
  record Widget(
      ItemId id, ThreadId threadId, Timestamp createdAt, Root widget, @Nullable String copyText)
      implements Item {}

  @JsonTypeName("generated_image")
  record GeneratedImage(ItemId id, ThreadId threadId, Timestamp createdAt, @Nullable Image image)
      implements Item {}

  record Image(String id, Url url) {}

  @JsonTypeName("structured_input")
  record StructuredInput(
      ItemId id, ThreadId threadId, Timestamp createdAt, String status, List<Question> inputs)
      implements Item {
    StructuredInput {
      oneOf(status, "pending", "answered", "skipped");
    }
  }

  @JsonTypeName("workflow")
  record WorkflowItem(ItemId id, ThreadId threadId, Timestamp createdAt, Workflow workflow)
      implements Item {}

  @JsonTypeName("task")
  record TaskItem(ItemId id, ThreadId threadId, Timestamp createdAt, Task task) implements Item {}

  @JsonTypeName("end_of_turn")
  record EndOfTurn(ItemId id, ThreadId threadId, Timestamp createdAt) implements Item {}

  // Parts of items; the two hidden kinds of items are left out: nobody may see one.

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface UserContent {}

  @JsonTypeName("input_text")
  record InputText(String text) implements UserContent {}

  @JsonTypeName("input_tag")
  record InputTag(
      String id, String text, FreeObject data, @Nullable String group, boolean interactive)
      implements UserContent {}

  record InferenceOptions(@Nullable ToolChoice toolChoice, @Nullable String model) {}

  record ToolChoice(String id) {}

  record AssistantContent(String type, String text, List<Annotation> annotations) {
    AssistantContent {
      oneOf(type, "output_text");
    }
  }

  record Annotation(String type, Source source, @Nullable Integer index) {
    Annotation {
      oneOf(type, "annotation");
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Source {}

  @JsonTypeName("url")
  record UrlSource(
      String title,
      @Nullable String description,
      @Nullable String timestamp,
      @Nullable String group,
      Url url,
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
      @Nullable Icon icon,
      @Nullable String label,
      @Nullable String inlineLabel,
      boolean interactive,
      FreeObject data)
      implements Source {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Attachment {
    AttachmentId id();
  }

  @JsonTypeName("file")
  record FileAttachment(
      AttachmentId id,
      String name,
      String mimeType,
      @Nullable Upload uploadDescriptor,
      @Nullable ThreadId threadId)
      implements Attachment {}

  @JsonTypeName("image")
  record ImageAttachment(
      AttachmentId id,
      String name,
      String mimeType,
      Url previewUrl,
      @Nullable Upload uploadDescriptor,
      @Nullable ThreadId threadId)
      implements Attachment {}

  record Upload(Url url, String method, FreeObject headers) {
    Upload {
      oneOf(method, "POST", "PUT");
    }
  }

  record Workflow(String type, List<Task> tasks, @Nullable Summary summary, boolean expanded) {
    Workflow {
      oneOf(type, "custom", "reasoning");
    }
  }

  /** Either a title, perhaps with an icon, or a duration in seconds. */
  record Summary(@Nullable String title, @Nullable Icon icon, @Nullable Integer duration) {
    Summary {
      require(title == null ^ duration == null, "a summary has a title or a duration");
      require(icon == null || title != null, "an icon beside a duration");
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Task {
    String statusIndicator();

    default void requireStatus() {
      oneOf(statusIndicator(), "none", "loading", "complete");
    }
  }

  @JsonTypeName("custom")
  record CustomTask(
      String statusIndicator, @Nullable String title, @Nullable Icon icon, @Nullable String content)
      implements Task {}

  @JsonTypeName("web_search")
  record WebSearchTask(
      String statusIndicator,
      @Nullable String title,
      @Nullable String titleQuery,
      List<String> queries,
      List<Source> sources)
      implements Task {
    WebSearchTask {
      if (sources != null) {
        require(sources.stream().allMatch(UrlSource.class::isInstance), "not only URLs");
      }
    }
  }

  @JsonTypeName("thought")
  record ThoughtTask(String statusIndicator, @Nullable String title, String content)
      implements Task {}

  @JsonTypeName("file")
  record FileTask(String statusIndicator, @Nullable String title, List<Source> sources)
      implements Task {
    FileTask {
      if (sources != null) {
        require(sources.stream().allMatch(FileSource.class::isInstance), "not only files");
      }
    }
  }

  @JsonTypeName("image")
  record ImageTask(String statusIndicator, @Nullable String title) implements Task {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Question {}

  @JsonTypeName("multiple_choice")
  record MultipleChoice(
      String id, String question, @Nullable Answer answer, List<Option> options, boolean multiple)
      implements Question {}

  record Option(String value) {}

  @JsonTypeName("freeform")
  record Freeform(String id, String question, @Nullable Answer answer, @Nullable String description)
      implements Question {}

  record Answer(List<String> values, boolean skipped) {}

  // Replies

  record NoReply() {}

  record UpdatedItem(@Nullable Item updatedItem) {}

  record Transcript(String text) {}

  record Refusal(Fault error) {}

  record Fault(String code, String message) {
    Fault {
      require(code != null && code.matches("[a-z_]+"), "code " + code);
      require(message != null && !message.isBlank(), "no message");
    }
  }
}
