package chat;

import chat.model.ChatException;
import chat.model.Content;
import chat.model.Question;
import chat.model.Text;
import chat.model.Turn;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/** Says what a user may send, whoever it is and whatever is stored. Pure. */
final class InputRules {
  /** Bounds the names of models, tools and actions, in UTF-16 units. */
  private static final int NAME = 200;

  private InputRules() {}

  static void requireAction(Content.Action action) {
    if (action.name().isBlank() || action.name().length() > NAME) {
      throw new ChatException.InvalidInput(
          "type", "the type of an action has 1 to " + NAME + " characters");
    }
    if (action.payload().text().length() > ChatService.MESSAGE_LENGTH) {
      throw new ChatException.InvalidInput(
          "payload", "a payload has at most " + ChatService.MESSAGE_LENGTH + " characters");
    }
  }

  static void requireMessage(Content.UserInput content) {
    var text = content.text();
    if (text.isBlank() && content.attachments().isEmpty()) {
      throw new ChatException.InvalidInput("message", "a message is not blank");
    }
    var options = content.options();
    requireName("model", options.model());
    requireName("tool_choice", options.toolChoice() == null ? null : options.toolChoice().text());
    if (content.length() > ChatService.MESSAGE_LENGTH) {
      throw new ChatException.InvalidInput(
          "message",
          "a message has at most " + ChatService.MESSAGE_LENGTH + " characters (in UTF-16)");
    }
    boolean storable = isStorable(text) && isStorable(content.quoted());
    for (var part : content.parts()) {
      if (part instanceof Content.Part.Tag tag) {
        storable &= isStorable(tag.id()) && isStorable(tag.group());
      }
    }
    if (!storable || !isStorable(options.model())) {
      throw new ChatException.InvalidInput("message", "the message holds what cannot be stored");
    }
  }

  private static void requireName(String field, @Nullable String name) {
    if (name == null || name.length() <= NAME) return;
    throw new ChatException.InvalidInput(field, "at most " + NAME + " characters");
  }

  /** Returns an answer as it is to be stored: what answers no question of a form is left out. */
  static Turn.Answer fitting(Content asked, Turn.Answer answer) {
    requireFitting(asked, answer);
    if (!(asked instanceof Content.StructuredInput form)
        || !(answer instanceof Turn.Answer.Form given)) {
      return answer;
    }
    var answers = new HashMap<String, Question.Given>();
    int length = 0;
    for (var question : form.questions()) {
      var to = given.answers().get(question.id());
      if (to == null) continue;
      for (var value : to.values()) length += value.length();
      answers.put(question.id(), to);
    }
    if (length > ChatService.MESSAGE_LENGTH) {
      throw new ChatException.InvalidInput(
          "answers",
          "answers have at most " + ChatService.MESSAGE_LENGTH + " characters (in UTF-16)");
    }
    return new Turn.Answer.Form(answers, given.skipped());
  }

  private static void requireFitting(Content asked, Turn.Answer answer) {
    boolean form = asked instanceof Content.StructuredInput;
    if (form != answer instanceof Turn.Answer.Form) throw unfitting(answer, form ? "form" : "call");
    if (!(asked instanceof Content.ToolCall call)) return;
    if (call.state() != Content.ToolCall.State.AWAITING) return;
    switch (answer) {
      case Turn.Answer.Approve ignored when call.client() ->
          throw unfitting(answer, "call that the client itself makes");
      case Turn.Answer.Result ignored when !call.client() ->
          throw unfitting(answer, "call that asks for approval");
      default -> {}
    }
  }

  private static ChatException unfitting(Turn.Answer answer, String to) {
    var field =
        switch (answer) {
          case Turn.Answer.Approve ignored -> "decision";
          case Turn.Answer.Deny ignored -> "decision";
          case Turn.Answer.Result ignored -> "result";
          case Turn.Answer.Form ignored -> "answers";
        };
    return new ChatException.InvalidInput(field, "not the answer to a " + to);
  }

  static void requireKey(String key) {
    boolean visible = key.chars().allMatch(c -> c > ' ' && c < 127);
    if (key.isEmpty() || key.length() > 200 || !visible) {
      throw new ChatException.InvalidInput(
          "Idempotency-Key", "a request key has 1 to 200 visible characters");
    }
  }

  private static boolean isStorable(@Nullable String text) {
    return text == null || text.equals(Text.storable(text));
  }
}
