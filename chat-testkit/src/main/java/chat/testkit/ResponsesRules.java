package chat.testkit;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a request for OpenAI's Responses whose conversation is kept here and not
 * there, by the provider's rules: its API reference ({@code CreateResponse} and the items of its
 * input) with the schema closed, and what its server refuses beyond that. Knows nothing of how a
 * request is made here, so that a test of an agent may trust it.
 *
 * <ol>
 *   <li>No member that the reference does not name, at any depth.
 *   <li>Nothing is stored and nothing stored is meant: {@code store} is false, and there is neither
 *       a {@code previous_response_id} nor a {@code conversation} nor an {@code item_reference}.
 *   <li>System messages first, then a user's; a user's or an output last.
 *   <li>Every {@code function_call} is answered by exactly one {@code function_call_output} behind
 *       it, with its {@code call_id}; no output without its call.
 *   <li>{@code call_id}: 1–64 characters, no two calls alike; no two items with one {@code id}.
 *   <li>Names: 1–64 of {@code A-Z a-z 0-9 _ -}; each tool once, 128 at most.
 *   <li>Arguments are the text of a JSON object.
 *   <li>Reasoning comes with its content, as nothing is stored, and directly before the item it led
 *       to: the assistant's message, a call, or more reasoning.
 *   <li>A message has words, and never words that are blank.
 *   <li>Images are at an address, or data of a kind that models see.
 *   <li>Options fit: {@code tool_choice} and {@code parallel_tool_calls} with {@code tools}, and a
 *       choice names one of them.
 * </ol>
 */
public final class ResponsesRules {
  private static final int LONGEST_ID = 64;
  private static final int MOST_TOOLS = 128;

  private static final Set<String> OPTIONS =
      Set.of(
          ("instructions stream stream_options include tools tool_choice parallel_tool_calls"
               + " max_tool_calls max_output_tokens reasoning text temperature top_p top_logprobs"
               + " truncation metadata user safety_identifier prompt_cache_key"
               + " prompt_cache_retention service_tier background")
              .split(" "));

  private static final Set<String> INCLUDED =
      Set.of(
          "reasoning.encrypted_content",
          "message.output_text.logprobs",
          "message.input_image.image_url",
          "file_search_call.results",
          "web_search_call.action.sources",
          "code_interpreter_call.outputs",
          "computer_call_output.output.image_url");

  private final WireFindings findings = new WireFindings();
  private final Set<String> tools = new HashSet<>();
  private final Set<String> items = new HashSet<>();
  private final Set<String> calls = new HashSet<>();
  private final Set<String> open = new HashSet<>();

  private ResponsesRules() {}

  /**
   * Returns what is wrong, each with its place; nothing for a request that the provider takes.
   *
   * @param request its body as any JSON library reads it into maps, lists, strings, numbers and
   *     booleans
   */
  public static List<String> broken(Map<String, ?> request) {
    var rules = new ResponsesRules();
    rules.request(request);
    return rules.findings.found();
  }

  private void request(Map<String, ?> body) {
    findings.object(body, "request", List.of("model", "input", "store"), OPTIONS);
    findings.words(body.get("model"), "model");
    findings.check(Boolean.FALSE.equals(body.get("store")), "store", "is not false");
    if (body.containsKey("instructions")) findings.words(body.get("instructions"), "instructions");
    if (body.containsKey("include")) include(findings.list(body.get("include"), "include"));
    if (body.containsKey("tools")) tools(findings.list(body.get("tools"), "tools"));
    if (body.containsKey("tool_choice")) choice(body.get("tool_choice"));
    if (body.containsKey("parallel_tool_calls")) {
      findings.check(!tools.isEmpty(), "parallel_tool_calls", "stands without tools");
    }
    if (body.containsKey("stream_options")) {
      findings.object(
          body.get("stream_options"), "stream_options", List.of(), List.of("include_obfuscation"));
      findings.check(
          Boolean.TRUE.equals(body.get("stream")), "stream_options", "stands without stream");
    }
    input(findings.list(body.get("input"), "input"));
  }

  private void include(List<?> included) {
    for (var what : included) {
      findings.check(INCLUDED.contains(what), "include", "asks for " + what);
    }
  }

  private void tools(List<?> list) {
    findings.check(list.size() <= MOST_TOOLS, "tools", "are more than " + MOST_TOOLS);
    for (int i = 0; i < list.size(); i++) {
      var place = "tools[" + i + "]";
      var needed = List.of("type", "name", "parameters");
      var tool = findings.object(list.get(i), place, needed, List.of("description", "strict"));
      findings.oneOf(tool.get("type"), place + ".type", "function");
      var name = findings.name(tool.get("name"), place);
      findings.check(tools.add(name), place, "is the second " + name);
      if (tool.containsKey("description")) {
        findings.string(tool.get("description"), place + ".description");
      }
      var type = tool.get("parameters") instanceof Map<?, ?> it ? it.get("type") : null;
      findings.check("object".equals(type), place + ".parameters", "describe no object");
    }
  }

  private void choice(@Nullable Object value) {
    findings.check(!tools.isEmpty(), "tool_choice", "stands without tools");
    if (!(value instanceof Map<?, ?>)) {
      findings.oneOf(value, "tool_choice", "none", "auto", "required");
      return;
    }
    var choice = findings.object(value, "tool_choice", List.of("type", "name"), List.of());
    findings.oneOf(choice.get("type"), "tool_choice.type", "function");
    findings.check(tools.contains(choice.get("name")), "tool_choice", "is none of the tools");
  }

  private void input(List<?> input) {
    boolean begun = false;
    boolean thinks = false;
    var kind = "";
    for (int i = 0; i < input.size(); i++) {
      var place = "input[" + i + "]";
      var item = input.get(i) instanceof Map<?, ?> it ? it : Map.of();
      kind = kind(item, place);
      boolean system = kind.equals("system") || kind.equals("developer");
      if (system) findings.check(!begun, place, "is a system message behind others");
      else if (!begun) findings.check(kind.equals("user"), place, "is first and no user's");
      begun |= !system;
      boolean models = Set.of("assistant", "function_call", "reasoning").contains(kind);
      findings.check(!thinks || models, place, "comes where reasoning needs what it led to");
      thinks = kind.equals("reasoning");
      switch (kind) {
        case "system", "developer", "user", "assistant" -> message(item, kind, place);
        case "function_call" -> call(item, place);
        case "function_call_output" -> output(item, place);
        case "reasoning" -> reasoning(item, place);
        default -> findings.add(place, "is a " + kind);
      }
      if (item.get("id") == null) continue;
      var id = findings.string(item.get("id"), place + ".id");
      findings.check(items.add(id), place, "has the id of another item, " + id);
    }
    findings.check(open.isEmpty(), "input", "ends without the outputs of " + open);
    findings.check(
        kind.equals("user") || kind.equals("function_call_output"), "input", "ends with " + kind);
  }

  /** A message's kind is its role; it may do without its type. */
  private String kind(Map<?, ?> item, String place) {
    var type = item.containsKey("type") ? item.get("type") : "message";
    if (!"message".equals(type)) return findings.string(type, place + ".type");
    var role = findings.string(item.get("role"), place + ".role");
    findings.oneOf(role, place + ".role", "system", "developer", "user", "assistant");
    return role;
  }

  private void message(Map<?, ?> message, String role, String place) {
    boolean assistant = role.equals("assistant");
    var optional = assistant ? List.of("type", "id", "status", "phase") : List.of("type");
    findings.object(message, place, List.of("role", "content"), optional);
    if (message.containsKey("phase")) {
      findings.oneOf(message.get("phase"), place + ".phase", "commentary", "final_answer");
    }
    place += ".content";
    if (!(message.get("content") instanceof List<?> parts)) {
      findings.words(message.get("content"), place);
    } else if (assistant) {
      parts(parts, place, "output_text", "refusal");
    } else {
      parts(parts, place, "input_text", "input_image", "input_file");
    }
  }

  /** Of the parts that are neither text nor image only the type is looked at. */
  private void parts(List<?> parts, String place, String... types) {
    findings.list(parts, place);
    for (int i = 0; i < parts.size(); i++) {
      var at = place + "[" + i + "]";
      var part = parts.get(i) instanceof Map<?, ?> it ? it : Map.of();
      findings.oneOf(part.get("type"), at + ".type", types);
      if (part.containsKey("text")) findings.words(part.get("text"), at + ".text");
      if (!"input_image".equals(part.get("type"))) continue;
      if (part.containsKey("detail")) {
        findings.oneOf(part.get("detail"), at + ".detail", "auto", "low", "high", "original");
      }
      if (part.containsKey("file_id")) findings.words(part.get("file_id"), at + ".file_id");
      else findings.image(part.get("image_url"), at + ".image_url");
    }
  }

  private void call(Map<?, ?> call, String place) {
    var needed = List.of("type", "call_id", "name", "arguments");
    findings.object(call, place, needed, List.of("id", "status"));
    var id = findings.string(call.get("call_id"), place + ".call_id");
    int length = id.length();
    findings.check(length > 0 && length <= LONGEST_ID, place, "has a call_id of length " + length);
    findings.check(calls.add(id), place, "has the call_id of another call, " + id);
    open.add(id);
    findings.name(call.get("name"), place);
    findings.arguments(call.get("arguments"), place + ".arguments");
  }

  private void output(Map<?, ?> output, String place) {
    findings.object(output, place, List.of("type", "call_id", "output"), List.of("id", "status"));
    var id = findings.string(output.get("call_id"), place + ".call_id");
    findings.check(open.remove(id), place, "answers no open call, " + id);
    if (output.get("output") instanceof List<?> parts) {
      parts(parts, place + ".output", "input_text", "input_image", "input_file");
    } else {
      findings.string(output.get("output"), place + ".output");
    }
  }

  private void reasoning(Map<?, ?> reasoning, String place) {
    var optional = List.of("id", "content", "encrypted_content", "status");
    findings.object(reasoning, place, List.of("type", "summary"), optional);
    boolean closed = reasoning.get("encrypted_content") instanceof String it && !it.isEmpty();
    boolean readable = reasoning.get("content") instanceof List<?> it && !it.isEmpty();
    findings.check(closed || readable, place, "has no content, and none is stored");
    thoughts(reasoning.get("summary"), place + ".summary", "summary_text");
    if (reasoning.get("content") != null) {
      thoughts(reasoning.get("content"), place + ".content", "reasoning_text");
    }
  }

  private void thoughts(@Nullable Object value, String place, String type) {
    if (!(value instanceof List<?> parts)) {
      findings.add(place, "is no list");
      return;
    }
    for (int i = 0; i < parts.size(); i++) {
      var at = place + "[" + i + "]";
      var part = findings.object(parts.get(i), at, List.of("type", "text"), List.of());
      findings.oneOf(part.get("type"), at + ".type", type);
      findings.string(part.get("text"), at + ".text");
    }
  }
}
