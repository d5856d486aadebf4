package chat.agent.openai;

import chat.model.Turn;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Writes what an unruly model says, in one of OpenAI's two ways. */
sealed interface UnrulyWords {
  ObjectMapper JSON = new ObjectMapper();

  void reason(String text);

  void say(String text);

  /** Calls a tool; an empty id is left out. */
  void call(int index, String id, String name, String arguments);

  /** Ends, and says whether that is all it had to say. */
  void end(boolean calls, boolean whole);

  /** Writes the stream as far as it was said. */
  @Override
  String toString();

  final class Completions implements UnrulyWords {
    private final StringBuilder stream = new StringBuilder();

    @Override
    public void reason(String text) {
      chunk(JSON.createObjectNode().put("reasoning_content", text), null);
    }

    @Override
    public void say(String text) {
      chunk(JSON.createObjectNode().put("content", text), null);
    }

    @Override
    public void call(int index, String id, String name, String arguments) {
      var delta = JSON.createObjectNode();
      var call = delta.putArray("tool_calls").addObject().put("index", index);
      if (!id.isEmpty()) call.put("id", id);
      call.putObject("function").put("name", name).put("arguments", arguments);
      chunk(delta, null);
    }

    @Override
    public void end(boolean calls, boolean whole) {
      chunk(JSON.createObjectNode(), calls ? "tool_calls" : whole ? "stop" : "length");
      stream.append(ScriptedModel.DONE);
    }

    private void chunk(ObjectNode delta, @Nullable String reason) {
      var chunk = JSON.createObjectNode();
      var choice = chunk.putArray("choices").addObject();
      choice.put("finish_reason", reason).set("delta", delta);
      stream.append(ScriptedModel.event(chunk.toString()));
    }

    @Override
    public String toString() {
      return stream.toString();
    }
  }

  /** Its reasoning has ids of its own, as OpenAI's has. */
  final class Responses implements UnrulyWords {
    private static final AtomicLong THOUGHTS = new AtomicLong();

    private final StringBuilder stream = new StringBuilder(ResponseEvents.CREATED);
    private int items;

    @Override
    public void reason(String text) {
      stream.append(ResponseEvents.delta("reasoning_summary_text", items, text));
      var id = "rs_" + THOUGHTS.incrementAndGet();
      stream.append(ResponseEvents.done(items++, ResponseEvents.reasoning(id, text)));
    }

    @Override
    public void say(String text) {
      stream.append(ResponseEvents.saidWhole(items++, text));
    }

    @Override
    public void call(int index, String id, String name, String arguments) {
      stream.append(ResponseEvents.called(items++, id, name, arguments));
    }

    @Override
    public void end(boolean calls, boolean whole) {
      var reason = "\"incomplete_details\":{\"reason\":\"max_output_tokens\"},";
      stream.append(
          whole
              ? ResponseEvents.COMPLETED
              : ResponseEvents.ended("incomplete", reason, Turn.Usage.NONE));
    }

    @Override
    public String toString() {
      return stream.toString();
    }
  }
}
