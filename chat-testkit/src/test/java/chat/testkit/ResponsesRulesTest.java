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
class ResponsesRulesTest {
  private static final int QUESTION = 0;
  private static final int THOUGHT = 1;
  private static final int SAID = 2;
  private static final int CALL_A = 4;
  private static final int CALL_B = 5;
  private static final int OUTPUT_A = 6;
  private static final int OUTPUT_B = 7;

  @Test
  void aGoodRequestBreaksNoRule() {
    assertThat(ResponsesRules.broken(request())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whatIsWrongIsFoundWhereItIs(Fault fault) {
    var request = request();
    fault.spoil(request);
    assertThat(ResponsesRules.broken(request))
        .anySatisfy(it -> assertThat(it).startsWith(fault.found()));
  }

  static List<Fault> faults() {
    var faults = new ArrayList<Fault>();
    options(faults);
    tools(faults);
    order(faults);
    calls(faults);
    reasoning(faults);
    content(faults);
    return faults;
  }

  private static void options(List<Fault> faults) {
    faults.add(new Fault("an unknown option", "request", r -> r.put("messages", List.of())));
    faults.add(new Fault("no model", "request: has no model", r -> r.remove("model")));
    faults.add(new Fault("no input", "input", r -> r.put("input", List.of())));
    faults.add(new Fault("what is stored", "store", r -> r.put("store", true)));
    faults.add(new Fault("what is stored by default", "request: has no", r -> r.remove("store")));
    for (var stored : List.of("previous_response_id", "conversation")) {
      faults.add(new Fault(stored, "request: has unknown", r -> r.put(stored, "x_1")));
    }
    faults.add(new Fault("blank instructions", "instructions", r -> r.put("instructions", " ")));
    faults.add(
        new Fault("an unknown inclusion", "include", r -> r.at("include").add("reasoning.plain")));
    faults.add(
        new Fault(
            "another API's usage",
            "stream_options",
            r -> r.put("stream_options", map("include_usage", true))));
    faults.add(new Fault("a choice of nothing", "tool_choice", r -> r.remove("tools")));
    faults.add(new Fault("a wrong choice", "tool_choice", r -> r.put("tool_choice", "no")));
    faults.add(
        new Fault(
            "a choice of another tool",
            "tool_choice: is none",
            r -> r.put("tool_choice", map("type", "function", "name", "elsewhere"))));
    faults.add(
        new Fault(
            "another API's choice",
            "tool_choice: has no name",
            r ->
                r.put("tool_choice", map("type", "function", "function", map("name", "weather")))));
  }

  private static void tools(List<Fault> faults) {
    faults.add(new Fault("no tools", "tools", r -> r.put("tools", List.of())));
    faults.add(
        new Fault("a tool twice", "tools[1]", r -> r.at("tools").add(r.at("tools", 0).value())));
    faults.add(
        new Fault(
            "a tool's name", "tools[0]: is named", r -> r.at("tools", 0).put("name", "what's on")));
    faults.add(
        new Fault(
            "another API's tool",
            "tools[0]: has unknown",
            r -> r.at("tools", 0).put("function", map("name", "weather"))));
    faults.add(
        new Fault(
            "parameters that are no object",
            "tools[0].parameters",
            r -> r.at("tools", 0, "parameters").put("type", "string")));
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
            "input[8]: is a system message",
            r -> r.at("input", 8).put("role", "system")));
    faults.add(new Fault("no question", "input[0]: is first", r -> r.at("input").remove(QUESTION)));
    faults.add(
        new Fault(
            "the assistant last",
            "input: ends with assistant",
            r -> r.at("input").add(message("assistant", "Yes."))));
    faults.add(
        new Fault(
            "an output missing",
            "input: ends without the outputs of [call_b]",
            r -> r.at("input").remove(OUTPUT_B)));
    faults.add(
        new Fault(
            "an output twice",
            "input[8]: answers no open call",
            r -> r.at("input").add(8, r.at("input", OUTPUT_B).value())));
    faults.add(
        new Fault(
            "an output without its call",
            "input[6]: answers no open call",
            r -> r.at("input").remove(CALL_B)));
    faults.add(
        new Fault(
            "an output before its call",
            "input[4]: answers no open call",
            r -> r.at("input").add(CALL_A, output("call_b"))));
    faults.add(
        new Fault(
            "an output for another call",
            "input[6]: answers no open call",
            r -> r.at("input", OUTPUT_A).put("call_id", "call_c")));
    faults.add(
        new Fault("a role", "input[0].role: is tool", r -> r.at("input", 0).put("role", "tool")));
    faults.add(
        new Fault(
            "what was stored",
            "input[0]: is a item_reference",
            r -> r.at("input").add(0, map("type", "item_reference", "id", "msg_1"))));
  }

  private static void calls(List<Fault> faults) {
    faults.add(
        new Fault(
            "two calls with one id",
            "input[5]: has the call_id of another",
            r -> r.at("input", CALL_B).put("call_id", "call_a")));
    faults.add(
        new Fault(
            "a long id",
            "input[4]: has a call_id of length 65",
            r -> r.at("input", CALL_A).put("call_id", "x".repeat(65))));
    faults.add(
        new Fault(
            "an empty id",
            "input[4]: has a call_id of length 0",
            r -> r.at("input", CALL_A).put("call_id", "")));
    faults.add(
        new Fault(
            "a call's name", "input[4]: is named", r -> r.at("input", CALL_A).put("name", "a.b")));
    for (var arguments : List.of("{\"city\":", "", "[1]", "\"{}\"")) {
      faults.add(
          new Fault(
              "arguments " + arguments,
              "input[4].arguments: are no JSON object",
              r -> r.at("input", CALL_A).put("arguments", arguments)));
    }
    faults.add(
        new Fault(
            "arguments that are no text",
            "input[4].arguments: is no string",
            r -> r.at("input", CALL_A).put("arguments", map())));
    faults.add(
        new Fault(
            "an unknown member of a call",
            "input[4]: has unknown",
            r -> r.at("input", CALL_A).put("output_index", 0)));
    faults.add(
        new Fault(
            "an output that is no text",
            "input[6].output: is no string",
            r -> r.at("input", OUTPUT_A).put("output", 12)));
  }

  private static void reasoning(List<Fault> faults) {
    faults.add(
        new Fault(
            "reasoning before a question",
            "input[9]: comes where",
            r -> r.at("input").add(8, reasoning("rs_3"))));
    faults.add(
        new Fault(
            "reasoning before an output",
            "input[7]: comes where",
            r -> r.at("input").add(OUTPUT_A, reasoning("rs_3"))));
    faults.add(
        new Fault(
            "reasoning last",
            "input: ends with reasoning",
            r -> r.at("input").add(reasoning("rs_3"))));
    faults.add(
        new Fault(
            "the same reasoning twice",
            "input[3]: has the id of another item, rs_1",
            r -> r.at("input", 3).put("id", "rs_1")));
    faults.add(
        new Fault(
            "reasoning that only its id tells of",
            "input[1]: has no content",
            r -> r.at("input", THOUGHT).remove("encrypted_content")));
    faults.add(
        new Fault(
            "reasoning without a summary",
            "input[1]: has no summary",
            r -> r.at("input", THOUGHT).remove("summary")));
    faults.add(
        new Fault(
            "a summary of another kind",
            "input[1].summary[0].type",
            r -> r.at("input", THOUGHT, "summary", 0).put("type", "text")));
  }

  private static void content(List<Fault> faults) {
    faults.add(
        new Fault(
            "a blank question",
            "input[0].content: is blank",
            r -> r.at("input", QUESTION).put("content", " ")));
    faults.add(
        new Fault(
            "no content", "input[2]: has no content", r -> r.at("input", SAID).remove("content")));
    faults.add(
        new Fault(
            "half a character",
            "input[0].content: holds half",
            r -> r.at("input", QUESTION).put("content", "a\ud83d")));
    faults.add(
        new Fault(
            "U+0000",
            "input[6].output: holds U+0000",
            r -> r.at("input", OUTPUT_A).put("output", "a\0")));
    faults.add(
        new Fault(
            "words of the wrong side",
            "input[2].content[0].type",
            r -> r.at("input", SAID).put("content", list(map("type", "input_text", "text", "a")))));
    faults.add(
        new Fault(
            "an unknown phase",
            "input[2].phase",
            r -> r.at("input", SAID).put("phase", "thinking")));
    faults.add(
        new Fault(
            "calls in a message",
            "input[2]: has unknown",
            r -> r.at("input", SAID).put("tool_calls", List.of())));
  }

  private static Map<String, Object> request() {
    var said = message("assistant", "Let me look.");
    said.put("phase", "commentary");
    return map(
        "model",
        "m",
        "stream",
        true,
        "store",
        false,
        "include",
        list("reasoning.encrypted_content"),
        "instructions",
        "Be terse.",
        "tools",
        list(tool("weather")),
        "tool_choice",
        "auto",
        "input",
        list(
            message("user", "Rain?"),
            reasoning("rs_1"),
            said,
            reasoning("rs_2"),
            call("call_a"),
            call("call_b"),
            output("call_a"),
            output("call_b"),
            message("user", "And?")));
  }

  private static Map<String, Object> tool(String name) {
    return map("type", "function", "name", name, "parameters", map("type", "object"));
  }

  private static Map<String, Object> message(String role, String content) {
    return map("type", "message", "role", role, "content", content);
  }

  private static Map<String, Object> reasoning(String id) {
    var summary = list(map("type", "summary_text", "text", "Hm."));
    return map("type", "reasoning", "id", id, "summary", summary, "encrypted_content", "gAAA");
  }

  private static Map<String, Object> call(String id) {
    var arguments = "{\"city\":\"Köln\"}";
    return map("type", "function_call", "call_id", id, "name", "weather", "arguments", arguments);
  }

  private static Map<String, Object> output(String id) {
    return map("type", "function_call_output", "call_id", id, "output", "");
  }
}
