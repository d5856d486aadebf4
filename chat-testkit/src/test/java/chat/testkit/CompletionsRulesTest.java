package chat.testkit;

import static chat.testkit.Fault.list;
import static chat.testkit.Fault.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shows that the rules let a good request pass, and find each thing that may be wrong with it. */
class CompletionsRulesTest {
  @Test
  void aGoodRequestBreaksNoRule() {
    assertThat(CompletionsRules.broken(request())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whatIsWrongIsFoundWhereItIs(Fault fault) {
    var request = request();
    fault.spoil(request);
    assertThat(CompletionsRules.broken(request))
        .anySatisfy(it -> assertThat(it).startsWith(fault.found()));
  }

  static List<Fault> faults() {
    var faults = new ArrayList<Fault>();
    faults.add(new Fault("an unknown option", "request", r -> r.put("thinking", true)));
    faults.add(new Fault("no model", "request: has no model", r -> r.remove("model")));
    faults.add(new Fault("no messages", "messages", r -> r.put("messages", List.of())));
    faults.add(new Fault("options of no stream", "stream_options", r -> r.put("stream", false)));
    faults.add(new Fault("a choice of nothing", "tool_choice", r -> r.remove("tools")));
    faults.add(new Fault("a wrong choice", "tool_choice", r -> r.put("tool_choice", "no")));
    faults.add(
        new Fault(
            "a choice of another tool",
            "tool_choice.function",
            r ->
                r.put(
                    "tool_choice", map("type", "function", "function", map("name", "elsewhere")))));
    tools(faults);
    order(faults);
    calls(faults);
    content(faults);
    return faults;
  }

  private static void tools(List<Fault> faults) {
    faults.add(new Fault("no tools", "tools", r -> r.put("tools", List.of())));
    faults.add(
        new Fault("a tool twice", "tools[1]", r -> r.at("tools").add(r.at("tools", 0).value())));
    faults.add(
        new Fault(
            "a tool's name",
            "tools[0].function: is named",
            r -> r.at("tools", 0, "function").put("name", "what's on")));
    faults.add(
        new Fault(
            "parameters that are no object",
            "tools[0].function.parameters",
            r -> r.at("tools", 0, "function", "parameters").put("type", "string")));
    faults.add(
        new Fault(
            "too many tools",
            "tools: are more",
            r -> {
              for (int i = 0; i < 128; i++) r.at("tools").add(tool("tool" + i));
            }));
  }

  private static void order(List<Fault> faults) {
    faults.add(
        new Fault(
            "a system message in the middle",
            "messages[2]: is a system message",
            r -> r.at("messages", 2).put("role", "system")));
    faults.add(
        new Fault("the assistant first", "messages[1]: is first", r -> r.at("messages").remove(1)));
    faults.add(
        new Fault(
            "the assistant last",
            "messages: end with",
            r -> r.at("messages").add(map("role", "assistant", "content", "Yes."))));
    faults.add(
        new Fault("a result missing", "messages[4]: comes", r -> r.at("messages").remove(4)));
    faults.add(
        new Fault(
            "the last result missing",
            "messages: end without",
            r -> {
              r.at("messages").remove(5);
              r.at("messages").remove(4);
            }));
    faults.add(
        new Fault(
            "a result twice",
            "messages[5]: answers no open call",
            r -> r.at("messages").add(5, r.at("messages", 4).value())));
    faults.add(
        new Fault("a result without its call", "messages[2]", r -> r.at("messages").remove(2)));
    faults.add(
        new Fault(
            "a result for another call",
            "messages[3]: answers no open call",
            r -> r.at("messages", 3).put("tool_call_id", "call_c")));
    faults.add(
        new Fault(
            "a role", "messages[1]: has the role", r -> r.at("messages", 1).put("role", "x")));
  }

  private static void calls(List<Fault> faults) {
    faults.add(
        new Fault(
            "no calls",
            "messages[2].tool_calls",
            r -> r.at("messages", 2).put("tool_calls", List.of())));
    faults.add(
        new Fault(
            "two calls with one id",
            "messages[2].tool_calls[1]: has the id of another",
            r -> r.at("messages", 2, "tool_calls", 1).put("id", "call_a")));
    faults.add(
        new Fault(
            "a long id",
            "messages[2].tool_calls[0]: has an id of length 41",
            r -> r.at("messages", 2, "tool_calls", 0).put("id", "x".repeat(41))));
    faults.add(
        new Fault(
            "a call's name",
            "messages[2].tool_calls[0].function: is named",
            r -> r.at("messages", 2, "tool_calls", 0, "function").put("name", "a.b")));
    for (var arguments : List.of("{\"city\":", "", "[1]", "\"{}\"")) {
      faults.add(
          new Fault(
              "arguments " + arguments,
              "messages[2].tool_calls[0].function.arguments",
              r -> r.at("messages", 2, "tool_calls", 0, "function").put("arguments", arguments)));
    }
    faults.add(
        new Fault(
            "arguments that are no text",
            "messages[2].tool_calls[0].function.arguments: is no string",
            r -> r.at("messages", 2, "tool_calls", 0, "function").put("arguments", map())));
    faults.add(
        new Fault(
            "an unknown member of a call",
            "messages[2].tool_calls[0]: has unknown",
            r -> r.at("messages", 2, "tool_calls", 0).put("index", 0)));
  }

  private static void content(List<Fault> faults) {
    faults.add(
        new Fault(
            "a blank question",
            "messages[5].content: is blank",
            r -> r.at("messages", 5).put("content", " ")));
    faults.add(
        new Fault(
            "blank words beside calls",
            "messages[2].content: is blank",
            r -> r.at("messages", 2).put("content", "\n")));
    faults.add(
        new Fault(
            "neither words nor calls",
            "messages[2]: has neither",
            r -> r.at("messages", 2).remove("tool_calls")));
    faults.add(
        new Fault(
            "a result that is no text",
            "messages[3].content: is no string",
            r -> r.at("messages", 3).put("content", 12)));
    faults.add(
        new Fault(
            "no content",
            "messages[1]: has no content",
            r -> r.at("messages", 1).remove("content")));
    faults.add(
        new Fault(
            "half a character",
            "messages[1].content: holds half",
            r -> r.at("messages", 1).put("content", "a\ud83d")));
    faults.add(
        new Fault(
            "U+0000",
            "messages[1].content: holds U+0000",
            r -> r.at("messages", 1).put("content", "a\0")));
    faults.add(
        new Fault(
            "an empty part",
            "messages[1].content[0].text: is blank",
            r -> r.at("messages", 1).put("content", List.of(map("type", "text", "text", "")))));
    faults.add(
        new Fault(
            "an unknown member of a message",
            "messages[1]: has unknown",
            r -> r.at("messages", 1).put("id", "1")));
  }

  private static Map<String, Object> request() {
    var called = map("role", "assistant");
    called.put("tool_calls", list(call("call_a"), call("call_b")));
    return map(
        "model",
        "m",
        "stream",
        true,
        "stream_options",
        map("include_usage", true),
        "tools",
        list(tool("weather")),
        "tool_choice",
        "auto",
        "messages",
        list(
            map("role", "system", "content", "Be terse."),
            map("role", "user", "content", "Rain?"),
            called,
            map("role", "tool", "tool_call_id", "call_b", "content", ""),
            map("role", "tool", "tool_call_id", "call_a", "content", "12 °C"),
            map("role", "user", "content", "And?")));
  }

  private static Map<String, Object> tool(String name) {
    return map(
        "type",
        "function",
        "function",
        map("name", name, "description", "", "parameters", map("type", "object")));
  }

  private static Map<String, Object> call(String id) {
    var function = map("name", "weather", "arguments", "{\"city\":\"Köln\"}");
    return map("id", id, "type", "function", "function", function);
  }
}
