package chat.agent.openai;

import static chat.agent.openai.ScriptedModel.event;
import static chat.agent.openai.ScriptedModel.quote;

import chat.model.Turn;

/** Writes events of the Responses API as OpenAI sends them. */
final class ResponseEvents {
  static final String CREATED =
      typed(
          "response.created",
          "\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"in_progress\","
              + "\"error\":null,\"output\":[],\"usage\":null}");
  static final String COMPLETED = ended("completed", "", Turn.Usage.NONE);

  private ResponseEvents() {}

  static String typed(String type, String members) {
    return "event: " + type + "\n" + event("{\"type\":\"" + type + "\"," + members + "}");
  }

  static String added(int index, String item) {
    return typed("response.output_item.added", "\"output_index\":" + index + ",\"item\":" + item);
  }

  static String done(int index, String item) {
    return typed("response.output_item.done", "\"output_index\":" + index + ",\"item\":" + item);
  }

  static String delta(String type, int index, String delta) {
    return typed(
        "response." + type + ".delta",
        "\"item_id\":\"item_"
            + index
            + "\",\"output_index\":"
            + index
            + ",\"content_index\":0,\"delta\":"
            + quote(delta));
  }

  static String says(int index, String text) {
    return delta("output_text", index, text);
  }

  static String message(String text, String more) {
    return "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\","
        + more
        + "\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"text\":"
        + quote(text)
        + "}]}";
  }

  /** Is a whole text, streamed in one piece. */
  static String saidWhole(int index, String text) {
    return added(index, message("", "")) + says(index, text) + done(index, message(text, ""));
  }

  static String reasoning(String id, String summary) {
    return "{\"id\":"
        + quote(id)
        + ",\"type\":\"reasoning\",\"encrypted_content\":\"gAAA+"
        + id
        + "\",\"summary\":["
        + (summary.isEmpty() ? "" : "{\"type\":\"summary_text\",\"text\":" + quote(summary) + "}")
        + "]}";
  }

  static String call(String id, String name, String arguments) {
    return "{\"id\":\"fc_"
        + id
        + "\",\"type\":\"function_call\",\"status\":\"completed\",\"arguments\":"
        + quote(arguments)
        + ",\"call_id\":"
        + quote(id)
        + ",\"name\":"
        + quote(name)
        + "}";
  }

  /** Is a whole call, its arguments streamed in one piece. */
  static String called(int index, String id, String name, String arguments) {
    return added(index, call(id, name, ""))
        + delta("function_call_arguments", index, arguments)
        + typed(
            "response.function_call_arguments.done",
            "\"output_index\":" + index + ",\"arguments\":" + quote(arguments))
        + done(index, call(id, name, arguments));
  }

  /** Is the last event; {@code more} are members of the response, with a comma behind each. */
  static String ended(String status, String more, Turn.Usage usage) {
    return typed(
        "response." + status,
        "\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":"
            + quote(status)
            + ","
            + more
            + "\"output\":[],\"usage\":{\"input_tokens\":%d,\"input_tokens_details\":{\"cached_tokens\":%d},"
                .formatted(usage.input(), usage.cached())
            + "\"output_tokens\":%d,\"output_tokens_details\":{\"reasoning_tokens\":%d}}}"
                .formatted(usage.output(), usage.reasoning()));
  }
}
