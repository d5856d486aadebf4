package chat.transport.javalin.chatkit;

import chat.model.ChatException.InvalidInput;
import chat.model.Content;
import chat.model.Json;
import chat.model.Question;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Is what a client asks for: one of the protocol's sixteen operations. */
sealed interface Request {
  Map<String, Order> ORDERS = Map.of("asc", Order.ASC, "desc", Order.DESC);
  Map<String, Boolean> KINDS = Map.of("positive", true, "negative", false);
  Map<String, Boolean> SKIPPED = Map.of("answered", false, "skipped", true);

  int ACTION_LENGTH = 200;

  /** The operations whose answer is a stream, whatever the client accepts. */
  Set<String> STREAMING =
      Set.of(
          "threads.create",
          "threads.add_user_message",
          "threads.add_client_tool_output",
          "threads.add_structured_input",
          "threads.retry_after_item",
          "threads.custom_action");

  /** Is answered with a stream. */
  sealed interface Streamed extends Request {}

  /** Is answered with one JSON text. */
  sealed interface Answered extends Request {}

  enum Order {
    ASC,
    DESC
  }

  record Create(UserMessage input) implements Streamed {}

  record AddUserMessage(String thread, UserMessage input) implements Streamed {}

  record AddClientToolOutput(String thread, Json result) implements Streamed {}

  record AddStructuredInput(
      String thread, String item, Map<String, Question.Given> answers, boolean skipped)
      implements Streamed {}

  record RetryAfterItem(String thread, String item) implements Streamed {}

  record CustomAction(String thread, @Nullable String item, Action action) implements Streamed {}

  record SyncCustomAction(String thread, @Nullable String item, Action action)
      implements Answered {}

  record GetThread(String thread) implements Answered {}

  record ListThreads(long limit, Order order, @Nullable String after) implements Answered {}

  record UpdateThread(String thread, String title) implements Answered {}

  record DeleteThread(String thread) implements Answered {}

  record ListItems(String thread, long limit, Order order, @Nullable String after)
      implements Answered {}

  record Feedback(String thread, List<String> items, boolean positive) implements Answered {}

  record CreateAttachment(String name, long size, String mimeType) implements Answered {}

  record DeleteAttachment(String attachment) implements Answered {}

  record Transcribe(String audioBase64, String mimeType) implements Answered {}

  record Action(String type, Json payload) {}

  /** What a user sends: what it says, and the files that come with it, by their ids. */
  record UserMessage(
      List<Content.Part> parts,
      List<String> attachments,
      @Nullable String quoted,
      Content.Options options) {}

  /** Tells whether a body is a request of this protocol and not of another's. */
  static boolean isOne(JsonNode body) {
    return body.has("type") && body.has("params");
  }

  /** Tells whether the answer to a body is a stream. */
  static boolean streams(JsonNode body) {
    return body.path("type").isTextual() && STREAMING.contains(body.path("type").textValue());
  }

  static Request read(JsonNode body) {
    var envelope = new Fields("", body);
    var type = envelope.string("type");
    var params = envelope.object("params");
    envelope.requireObjectIfThere("metadata");
    return switch (type) {
      case "threads.create" -> new Create(userMessage(params));
      case "threads.add_user_message" -> new AddUserMessage(thread(params), userMessage(params));
      case "threads.add_client_tool_output" ->
          new AddClientToolOutput(thread(params), params.any("result"));
      case "threads.add_structured_input" -> structuredInput(params);
      case "threads.retry_after_item" ->
          new RetryAfterItem(thread(params), params.string("item_id"));
      case "threads.custom_action" ->
          new CustomAction(thread(params), params.stringOrNull("item_id"), action(params));
      case "threads.sync_custom_action" ->
          new SyncCustomAction(thread(params), params.stringOrNull("item_id"), action(params));
      case "threads.get_by_id" -> new GetThread(thread(params));
      case "threads.list" ->
          new ListThreads(limit(params), order(params), params.stringOrNull("after"));
      case "threads.update" -> new UpdateThread(thread(params), params.string("title"));
      case "threads.delete" -> new DeleteThread(thread(params));
      case "items.list" ->
          new ListItems(thread(params), limit(params), order(params), params.stringOrNull("after"));
      case "items.feedback" ->
          new Feedback(
              thread(params), params.strings("item_ids"), params.word("kind", KINDS, null));
      case "attachments.create" ->
          new CreateAttachment(
              params.string("name"), params.integer("size"), params.string("mime_type"));
      case "attachments.delete" -> new DeleteAttachment(params.string("attachment_id"));
      case "input.transcribe" ->
          new Transcribe(params.string("audio_base64"), params.string("mime_type"));
      default -> throw new InvalidInput("type", "an unknown operation");
    };
  }

  private static String thread(Fields params) {
    return params.string("thread_id");
  }

  private static Order order(Fields params) {
    return params.word("order", ORDERS, Order.DESC);
  }

  /** No limit, and 0, mean 20. */
  private static long limit(Fields params) {
    var limit = params.integerOrNull("limit");
    if (limit == null || limit == 0) return 20;
    if (limit < 0) throw params.wrong("limit", "not less than 0");
    return limit;
  }

  private static Action action(Fields params) {
    var action = params.object("action");
    var type = action.string("type");
    if (type.isBlank() || type.length() > ACTION_LENGTH) {
      throw action.wrong("type", "1 to " + ACTION_LENGTH + " characters");
    }
    return new Action(type, action.anyOrNull("payload"));
  }

  private static Request structuredInput(Fields params) {
    var input = params.object("input");
    return new AddStructuredInput(
        thread(params),
        params.string("item_id"),
        input.map("answers", Request::given),
        input.word("status", SKIPPED, false));
  }

  private static Question.Given given(Fields answer) {
    return new Question.Given(answer.stringsOrNone("values"), answer.flag("skipped"));
  }

  private static UserMessage userMessage(Fields params) {
    var input = params.object("input");
    return new UserMessage(
        input.objects("content", Request::part),
        input.strings("attachments"),
        input.stringOrNull("quoted_text"),
        options(input.object("inference_options")));
  }

  private static Content.Part part(Fields part) {
    return switch (part.string("type")) {
      case "input_text" -> new Content.Part.Text(part.string("text"));
      case "input_tag" ->
          new Content.Part.Tag(
              part.string("id"),
              part.string("text"),
              part.freeObject("data"),
              part.stringOrNull("group"),
              part.flag("interactive"));
      default -> throw part.wrong("type", "one of input_text, input_tag");
    };
  }

  private static Content.Options options(Fields options) {
    var choice = options.objectOrNull("tool_choice");
    return new Content.Options(
        options.stringOrNull("model"), choice == null ? null : toolChoice(choice.string("id")));
  }

  private static Json toolChoice(String id) {
    return new Json(JsonNodeFactory.instance.objectNode().put("id", id).toString());
  }
}
