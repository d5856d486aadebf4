package chat.persistence.jpa;

import chat.model.Content;
import chat.model.Question;
import chat.model.Source;
import chat.model.Task;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Names the types of the stored form: a class may be renamed, its name here may not. */
final class StoredTypes {
  private StoredTypes() {}

  static JsonMapper.Builder named(JsonMapper.Builder mapper) {
    return mapper
        .addMixIn(Content.class, Contents.class)
        .addMixIn(Content.Part.class, InputParts.class)
        .addMixIn(Content.Workflow.Summary.class, Summaries.class)
        .addMixIn(Source.class, Sources.class)
        .addMixIn(Task.class, Tasks.class)
        .addMixIn(Question.class, Questions.class)
        .addMixIn(ToolResult.Part.class, ResultParts.class)
        .addMixIn(Turn.Input.class, Inputs.class)
        .addMixIn(Turn.Answer.class, Answers.class)
        .addMixIn(TurnEvent.class, Events.class);
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Content.UserInput.class, name = "user_input"),
    @JsonSubTypes.Type(value = Content.AssistantText.class, name = "assistant_text"),
    @JsonSubTypes.Type(value = Content.Reasoning.class, name = "reasoning"),
    @JsonSubTypes.Type(value = Content.ToolCall.class, name = "tool_call"),
    @JsonSubTypes.Type(value = Content.Widget.class, name = "widget"),
    @JsonSubTypes.Type(value = Content.Workflow.class, name = "workflow"),
    @JsonSubTypes.Type(value = Content.StructuredInput.class, name = "structured_input"),
    @JsonSubTypes.Type(value = Content.GeneratedImage.class, name = "generated_image"),
    @JsonSubTypes.Type(value = Content.HiddenContext.class, name = "hidden_context"),
    @JsonSubTypes.Type(value = Content.Task.class, name = "task"),
    @JsonSubTypes.Type(value = Content.Action.class, name = "action")
  })
  private interface Contents {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Content.Workflow.Titled.class, name = "titled"),
    @JsonSubTypes.Type(value = Content.Workflow.Lasted.class, name = "lasted")
  })
  private interface Summaries {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Source.Url.class, name = "url"),
    @JsonSubTypes.Type(value = Source.File.class, name = "file"),
    @JsonSubTypes.Type(value = Source.Entity.class, name = "entity")
  })
  private interface Sources {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Task.Custom.class, name = "custom"),
    @JsonSubTypes.Type(value = Task.WebSearch.class, name = "web_search"),
    @JsonSubTypes.Type(value = Task.Thought.class, name = "thought"),
    @JsonSubTypes.Type(value = Task.Files.class, name = "files"),
    @JsonSubTypes.Type(value = Task.Image.class, name = "image")
  })
  private interface Tasks {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Question.Choice.class, name = "choice"),
    @JsonSubTypes.Type(value = Question.Freeform.class, name = "freeform")
  })
  private interface Questions {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Content.Part.Text.class, name = "text"),
    @JsonSubTypes.Type(value = Content.Part.Tag.class, name = "tag")
  })
  private interface InputParts {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = ToolResult.Part.Text.class, name = "text"),
    @JsonSubTypes.Type(value = ToolResult.Part.Image.class, name = "image"),
    @JsonSubTypes.Type(value = ToolResult.Part.Link.class, name = "link")
  })
  private interface ResultParts {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Turn.Input.Send.class, name = "send"),
    @JsonSubTypes.Type(value = Turn.Input.Retry.class, name = "retry"),
    @JsonSubTypes.Type(value = Turn.Input.Act.class, name = "act")
  })
  private interface Inputs {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Turn.Answer.Approve.class, name = "approve"),
    @JsonSubTypes.Type(value = Turn.Answer.Deny.class, name = "deny"),
    @JsonSubTypes.Type(value = Turn.Answer.Result.class, name = "result"),
    @JsonSubTypes.Type(value = Turn.Answer.Form.class, name = "form")
  })
  private interface Answers {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = TurnEvent.TurnStarted.class, name = "turn_started"),
    @JsonSubTypes.Type(value = TurnEvent.MessageStarted.class, name = "message_started"),
    @JsonSubTypes.Type(value = TurnEvent.MessageDelta.class, name = "message_delta"),
    @JsonSubTypes.Type(value = TurnEvent.SourceAdded.class, name = "source_added"),
    @JsonSubTypes.Type(value = TurnEvent.ReasoningDelta.class, name = "reasoning_delta"),
    @JsonSubTypes.Type(value = TurnEvent.ToolStarted.class, name = "tool_started"),
    @JsonSubTypes.Type(value = TurnEvent.ToolArgumentsDelta.class, name = "tool_arguments_delta"),
    @JsonSubTypes.Type(value = TurnEvent.ToolAwaiting.class, name = "tool_awaiting"),
    @JsonSubTypes.Type(value = TurnEvent.ToolFinished.class, name = "tool_finished"),
    @JsonSubTypes.Type(value = TurnEvent.MessageUpdated.class, name = "message_updated"),
    @JsonSubTypes.Type(value = TurnEvent.MessageDone.class, name = "message_done"),
    @JsonSubTypes.Type(value = TurnEvent.WidgetDelta.class, name = "widget_delta"),
    @JsonSubTypes.Type(
        value = TurnEvent.WidgetComponentUpdated.class,
        name = "widget_component_updated"),
    @JsonSubTypes.Type(value = TurnEvent.MessageRemoved.class, name = "message_removed"),
    @JsonSubTypes.Type(value = TurnEvent.ConversationUpdated.class, name = "conversation_updated"),
    @JsonSubTypes.Type(value = TurnEvent.TurnAwaiting.class, name = "turn_awaiting"),
    @JsonSubTypes.Type(value = TurnEvent.TurnResumed.class, name = "turn_resumed"),
    @JsonSubTypes.Type(value = TurnEvent.TurnEnded.class, name = "turn_ended"),
    @JsonSubTypes.Type(value = TurnEvent.Progress.class, name = "progress"),
    @JsonSubTypes.Type(value = TurnEvent.Notice.class, name = "notice"),
    @JsonSubTypes.Type(value = TurnEvent.Effect.class, name = "effect")
  })
  private interface Events {}
}
