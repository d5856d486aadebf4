package chat.testkit;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a request for OpenAI's Chat Completions, by the provider's rules: its API
 * reference ({@code CreateChatCompletionRequest}) with the schema closed, what its server refuses
 * beyond that, and what the servers refuse that others offer behind the same protocol. Knows
 * nothing of how a request is made here, so that a test of an agent may trust it.
 *
 * <ol>
 *   <li>No member that the reference does not name, at any depth; but what an endpoint gave to have
 *       it back: {@code reasoning_content} of a message, {@code extra_content} of a call.
 *   <li>System messages first, then a user's, and a user's or a tool's last.
 *   <li>Every call is answered by exactly one tool message, directly behind the message that makes
 *       it; no tool message without its call.
 *   <li>Ids of calls: 1–40 characters, no two alike in a request.
 *   <li>Names: 1–64 of {@code A-Z a-z 0-9 _ -}; each tool once, 128 at most.
 *   <li>Arguments are the text of a JSON object.
 *   <li>Content: a system's or user's message has words; an assistant's has words or calls, and
 *       never words that are blank.
 *   <li>Images are a user's, at an address or as data of a kind that models see.
 *   <li>Options fit: {@code stream_options} with {@code stream}, {@code tool_choice} with {@code
 *       tools} and naming one of them.
 * </ol>
 */
public final class CompletionsRules {
  private static final int LONGEST_ID = 40;
  private static final int MOST_TOOLS = 128;

  private static final Set<String> OPTIONS =
      Set.of(
          ("stream stream_options tools tool_choice parallel_tool_calls store metadata user seed "
                  + "temperature top_p n stop max_tokens max_completion_tokens presence_penalty "
                  + "frequency_penalty logit_bias logprobs top_logprobs response_format "
                  + "reasoning_effort verbosity service_tier modalities audio prediction "
                  + "web_search_options prompt_cache_key safety_identifier")
              .split(" "));

  private final WireFindings findings = new WireFindings();
  private final Set<String> ids = new HashSet<>();
  private final Set<String> tools = new HashSet<>();

  private CompletionsRules() {}

  /**
   * Returns what is wrong, each with its place; nothing for a request that any provider takes.
   *
   * @param request its body as any JSON library reads it into maps, lists, strings, numbers and
   *     booleans
   */
  public static List<String> broken(Map<String, ?> request) {
    var rules = new CompletionsRules();
    rules.request(request);
    return rules.findings.found();
  }

  private void request(Map<String, ?> body) {
    findings.object(body, "request", List.of("model", "messages"), OPTIONS);
    findings.words(body.get("model"), "model");
    if (body.containsKey("tools")) tools(body.get("tools"));
    if (body.containsKey("tool_choice")) choice(body.get("tool_choice"));
    if (body.containsKey("parallel_tool_calls")) {
      findings.check(!tools.isEmpty(), "parallel_tool_calls", "stands without tools");
    }
    if (body.containsKey("stream_options")) {
      var known = List.of("include_usage", "include_obfuscation");
      findings.object(body.get("stream_options"), "stream_options", List.of(), known);
      findings.check(
          Boolean.TRUE.equals(body.get("stream")), "stream_options", "stands without stream");
    }
    messages(findings.list(body.get("messages"), "messages"));
  }

  private void tools(@Nullable Object value) {
    var list = findings.list(value, "tools");
    findings.check(list.size() <= MOST_TOOLS, "tools", "are more than " + MOST_TOOLS);
    for (int i = 0; i < list.size(); i++) {
      var place = "tools[" + i + "]";
      var tool = findings.object(list.get(i), place, List.of("type", "function"), List.of());
      findings.oneOf(tool.get("type"), place + ".type", "function");
      place += ".function";
      var optional = List.of("description", "parameters", "strict");
      var function = findings.object(tool.get("function"), place, List.of("name"), optional);
      var name = findings.name(function.get("name"), place);
      findings.check(tools.add(name), place, "is the second " + name);
      if (function.containsKey("description")) {
        findings.string(function.get("description"), place + ".description");
      }
      if (!function.containsKey("parameters")) continue;
      var type = function.get("parameters") instanceof Map<?, ?> it ? it.get("type") : null;
      findings.check("object".equals(type), place + ".parameters", "describe no object");
    }
  }

  private void choice(@Nullable Object value) {
    findings.check(!tools.isEmpty(), "tool_choice", "stands without tools");
    if (!(value instanceof Map<?, ?>)) {
      findings.oneOf(value, "tool_choice", "none", "auto", "required");
      return;
    }
    var choice = findings.object(value, "tool_choice", List.of("type", "function"), List.of());
    findings.oneOf(choice.get("type"), "tool_choice.type", "function");
    var place = "tool_choice.function";
    var function = findings.object(choice.get("function"), place, List.of("name"), List.of());
    findings.check(tools.contains(function.get("name")), place, "is none of the tools");
  }

  private void messages(List<?> messages) {
    boolean begun = false;
    Set<String> open = new HashSet<>();
    var role = "";
    for (int i = 0; i < messages.size(); i++) {
      var place = "messages[" + i + "]";
      var message = messages.get(i) instanceof Map<?, ?> it ? it : Map.of();
      role = findings.string(message.get("role"), place + ".role");
      boolean system = role.equals("system") || role.equals("developer");
      if (system) findings.check(!begun, place, "is a system message behind others");
      else if (!begun) findings.check(role.equals("user"), place, "is first and no user's");
      begun |= !system;
      if (!role.equals("tool")) {
        findings.check(open.isEmpty(), place, "comes before the results of " + open);
        open.clear();
      }
      switch (role) {
        case "system", "developer", "user" -> said(message, place);
        case "assistant" -> assistant(message, place, open);
        case "tool" -> result(message, place, open);
        default -> findings.add(place, "has the role " + role);
      }
    }
    findings.check(open.isEmpty(), "messages", "end without the results of " + open);
    findings.check(
        role.equals("user") || role.equals("tool"), "messages", "end with the role " + role);
  }

  private void said(Map<?, ?> message, String place) {
    findings.object(message, place, List.of("role", "content"), List.of("name"));
    content(message.get("content"), place, "user".equals(message.get("role")));
  }

  private void assistant(Map<?, ?> message, String place, Set<String> open) {
    var optional =
        List.of("content", "tool_calls", "refusal", "name", "audio", "reasoning_content");
    findings.object(message, place, List.of("role"), optional);
    boolean calls = message.containsKey("tool_calls");
    if (message.get("content") != null) content(message.get("content"), place, false);
    else findings.check(calls, place, "has neither words nor calls");
    if (!calls) return;
    var list = findings.list(message.get("tool_calls"), place + ".tool_calls");
    for (int i = 0; i < list.size(); i++) {
      call(list.get(i), place + ".tool_calls[" + i + "]", open);
    }
  }

  private void call(@Nullable Object value, String place, Set<String> open) {
    var needed = List.of("id", "type", "function");
    var call = findings.object(value, place, needed, List.of("extra_content"));
    var id = findings.string(call.get("id"), place + ".id");
    int length = id.length();
    findings.check(length > 0 && length <= LONGEST_ID, place, "has an id of length " + length);
    findings.check(ids.add(id), place, "has the id of another call, " + id);
    open.add(id);
    findings.oneOf(call.get("type"), place + ".type", "function");
    place += ".function";
    var function =
        findings.object(call.get("function"), place, List.of("name", "arguments"), List.of());
    findings.name(function.get("name"), place);
    findings.arguments(function.get("arguments"), place + ".arguments");
  }

  private void result(Map<?, ?> message, String place, Set<String> open) {
    findings.object(message, place, List.of("role", "tool_call_id", "content"), List.of());
    var id = findings.string(message.get("tool_call_id"), place + ".tool_call_id");
    findings.check(open.remove(id), place, "answers no open call, " + id);
    if (message.get("content") instanceof List<?> parts) parts(parts, place, false);
    else findings.string(message.get("content"), place + ".content");
  }

  private void content(@Nullable Object content, String place, boolean user) {
    if (content instanceof List<?> parts) parts(parts, place, user);
    else findings.words(content, place + ".content");
  }

  /** Parts of other types than text and images are not told apart. */
  private void parts(List<?> parts, String place, boolean user) {
    findings.list(parts, place + ".content");
    for (int i = 0; i < parts.size(); i++) {
      var at = place + ".content[" + i + "]";
      if (!(parts.get(i) instanceof Map<?, ?> part)) findings.add(at, "is no object");
      else if ("text".equals(part.get("type"))) findings.words(part.get("text"), at + ".text");
      else if ("image_url".equals(part.get("type"))) image(part, at, user);
      else findings.string(part.get("type"), at + ".type");
    }
  }

  private void image(Map<?, ?> part, String place, boolean user) {
    findings.check(user, place, "is an image that is no user's");
    findings.object(part, place, List.of("type", "image_url"), List.of());
    place += ".image_url";
    var image = findings.object(part.get("image_url"), place, List.of("url"), List.of("detail"));
    findings.image(image.get("url"), place + ".url");
  }
}
