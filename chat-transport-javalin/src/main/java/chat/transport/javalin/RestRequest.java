package chat.transport.javalin;

import chat.ChatService;
import chat.model.ChatException.InvalidInput;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Json;
import chat.model.Message;
import chat.model.Question;
import chat.model.Text;
import chat.model.Turn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds the shapes of what REST is asked. Whatever else a body holds is refused. */
final class RestRequest {
  private RestRequest() {}

  /** {@code POST …/chat}. */
  record Chat(
      @Nullable String message,
      @Nullable String conversationId,
      @Nullable String messageId,
      @Nullable String replacesMessageId,
      @Nullable List<@Nullable String> attachments,
      @Nullable String onBusy,
      @Nullable String model) {
    Turn.Input toInput() {
      var files = Params.uuids("attachments", attachments);
      if (message == null && files.isEmpty()) {
        throw new InvalidInput("message", "a message is needed");
      }
      var conversation = Params.uuid("conversation_id", conversationId);
      var id = Params.uuid("message_id", messageId);
      var replaces = Params.uuid("replaces_message_id", replacesMessageId);
      if (replaces != null && conversation == null) {
        throw new InvalidInput("conversation_id", "an edit needs its conversation");
      }
      return new Turn.Input.Send(
          conversation == null ? null : new Conversation.Id(conversation),
          id == null ? null : new Message.Id(id),
          new Content.UserInput(
              List.of(new Content.Part.Text(message == null ? "" : message)),
              files.stream().map(Content.Attachment::named).toList(),
              null,
              options(model)),
          replaces == null ? null : new Message.Id(replaces));
    }

    Turn.OnBusy busy() {
      return Params.busy(onBusy);
    }
  }

  private static Content.Options options(@Nullable String model) {
    boolean bad =
        model != null
            && (model.isBlank() || model.length() > 200 || !model.equals(Text.storable(model)));
    if (bad) throw new InvalidInput("model", "a model's name has 1 to 200 characters");
    return new Content.Options(model, null);
  }

  /** {@code POST …/attachments}. */
  record Announcement(@Nullable String name, @Nullable String mimeType, @Nullable Long size) {}

  /** {@code POST …/messages/{mid}/retry}; may be left out. */
  record Retry(@Nullable String onBusy, @Nullable String model) {
    static final Retry PLAIN = new Retry(null, null);

    Turn.Input toInput(Conversation.Id conversation, Message.Id message) {
      return new Turn.Input.Retry(conversation, message, options(model));
    }

    /** Another answer to the same question cannot stand behind what comes next. */
    Turn.OnBusy busy() {
      return onBusy == null
          ? Turn.OnBusy.REJECT
          : Params.word("on_busy", onBusy, List.of(Turn.OnBusy.REJECT, Turn.OnBusy.INTERRUPT));
    }
  }

  /** {@code POST …/turns/{tid}/answers/{mid}}: to a call, for a tool of the client's, to a form. */
  record Answer(
      @Nullable String decision,
      @Nullable Json arguments,
      @Nullable Json result,
      @Nullable Map<String, @Nullable GivenBody> answers,
      @Nullable Boolean skipped,
      @Nullable String callHash) {
    private static final String ONE = "one of decision, result, answers";

    Turn.Answer toAnswer() {
      var changed = object("arguments", arguments);
      var form = answers == null ? null : given(answers);
      if (decision != null && (result != null || form != null)) {
        throw new InvalidInput("decision", ONE);
      }
      if (result != null && form != null) throw new InvalidInput("result", ONE);
      if (changed != null && !"approve".equals(decision)) {
        throw new InvalidInput("arguments", "only a call that is approved takes arguments");
      }
      if (skipped != null && form == null) {
        throw new InvalidInput("skipped", "only answers can be skipped");
      }
      if (form != null) return new Turn.Answer.Form(form, skipped != null && skipped);
      if (result != null) return new Turn.Answer.Result(result);
      return switch (decision) {
        case "approve" -> new Turn.Answer.Approve(changed);
        case "deny" -> new Turn.Answer.Deny();
        case null -> throw new InvalidInput("decision", ONE);
        default -> throw new InvalidInput("decision", "one of approve, deny");
      };
    }

    private static Map<String, Question.Given> given(Map<String, @Nullable GivenBody> answers) {
      var given = new LinkedHashMap<String, Question.Given>();
      answers.forEach((id, answer) -> given.put(id, GivenBody.given("answers." + id, answer)));
      return given;
    }

    private static @Nullable Json object(String field, @Nullable Json value) {
      if (value == null || value.equals(Json.NULL)) return null;
      if (!value.text().startsWith("{")) throw new InvalidInput(field, "an object");
      return value;
    }
  }

  /** Is what answers one question of a form. */
  record GivenBody(@Nullable List<String> values, @Nullable Boolean skipped) {
    static Question.Given given(String field, @Nullable GivenBody answer) {
      if (answer == null) throw new InvalidInput(field, "an object");
      var values = answer.values() == null ? List.<String>of() : answer.values();
      int length = 0;
      for (var value : values) {
        if (value == null) throw new InvalidInput(field, "values are texts");
        length += value.length();
      }
      if (length > ChatService.MESSAGE_LENGTH) throw new InvalidInput(field, "too long");
      return new Question.Given(values, Boolean.TRUE.equals(answer.skipped()));
    }
  }

  /** {@code POST …/messages/{mid}/actions}. */
  record Act(@Nullable String type, @Nullable Json payload, @Nullable String onBusy) {
    Turn.Input toInput(Conversation.Id conversation, Message widget) {
      if (type == null) throw new InvalidInput("type", "a type is needed");
      return new Turn.Input.Act(
          conversation, new Content.Action(type, payload == null ? Json.NULL : payload, widget));
    }

    Turn.OnBusy busy() {
      return Params.busy(onBusy);
    }
  }

  /** {@code PUT …/messages/{mid}/feedback}. */
  record Rate(@Nullable String kind) {
    Feedback feedback() {
      if (kind == null) throw new InvalidInput("kind", "one of positive, negative");
      return Params.word("kind", kind, List.of(Feedback.values()));
    }
  }

  /** {@code POST C}; may be left out. */
  record Create(@Nullable String title) {
    static final Create EMPTY = new Create(null);

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
