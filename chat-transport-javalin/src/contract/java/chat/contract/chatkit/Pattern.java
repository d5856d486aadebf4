package chat.contract.chatkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Compares JSON with what was expected, in which {@code <kind:n>} stands for a value that is the
 * same wherever the name stands, {@code <kind>} for any value of the kind, {@code <any>} for any
 * JSON, and a field whose name ends in {@code ?} for one that may be absent. Two names of the same
 * kind stand for two values.
 */
final class Pattern {
  private static final java.util.regex.Pattern NAME =
      java.util.regex.Pattern.compile("<([a-z]+)(:\\w+)?>");

  private static final Map<String, String> KINDS =
      Map.of(
          "thr", "thr_[0-9a-f]{32}",
          "item", "(?:msg|tc|wf|tsk)_[0-9a-f]{32}",
          "msg", "msg_[0-9a-f]{32}",
          "tc", "tc_[0-9a-f]{32}",
          "wf", "wf_[0-9a-f]{32}",
          "tsk", "tsk_[0-9a-f]{32}",
          "atc", "atc_[0-9a-f]{32}",
          "ts", "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z",
          "url", "https?://\\S+",
          "text", "(?s).+");

  private final Map<String, String> known = new HashMap<>();

  /** Replaces the names in a request by what they stand for. */
  String filled(String text) {
    return NAME.matcher(text)
        .replaceAll(
            name -> {
              var value = known.get(name.group());
              if (value == null) throw new IllegalArgumentException("unknown " + name.group());
              return Matcher.quoteReplacement(value);
            });
  }

  /** Fills in all names, those that are not known yet with values of their kind. */
  String invented(String text) {
    return NAME.matcher(text)
        .replaceAll(
            name -> {
              var value =
                  name.group(2) == null
                      ? invent(name.group(1))
                      : known.computeIfAbsent(name.group(), it -> invent(name.group(1)));
              return Matcher.quoteReplacement(value);
            });
  }

  private int inventions;

  private String invent(String kind) {
    int n = ++inventions;
    return switch (kind) {
      case "thr", "atc", "msg", "tc", "wf", "tsk" -> "%s_%032x".formatted(kind, n);
      case "item" -> "msg_%032x".formatted(n);
      case "ts" -> "2026-01-01T00:00:00.%06dZ".formatted(n);
      case "url" -> "https://chat.example/" + n;
      default -> kind + n;
    };
  }

  /** Returns what is not as expected; null if all is. */
  @Nullable String difference(JsonNode expected, JsonNode actual) {
    return difference("", expected, actual);
  }

  private @Nullable String difference(String at, JsonNode expected, JsonNode actual) {
    if (expected.isTextual()) return text(at, expected.textValue(), actual);
    if (expected instanceof ObjectNode fields && actual.isObject()) {
      return fields(at, fields, actual);
    }
    if (expected instanceof ArrayNode && actual.isArray() && expected.size() == actual.size()) {
      for (int i = 0; i < expected.size(); i++) {
        var difference = difference(at + "/" + i, expected.get(i), actual.get(i));
        if (difference != null) return difference;
      }
      return null;
    }
    return expected.equals(actual) ? null : wrong(at, expected, actual);
  }

  private @Nullable String fields(String at, ObjectNode expected, JsonNode actual) {
    var wanted = new ArrayList<String>();
    for (var field : expected.properties()) {
      boolean optional = field.getKey().endsWith("?");
      var name =
          optional ? field.getKey().substring(0, field.getKey().length() - 1) : field.getKey();
      wanted.add(name);
      if (optional && !actual.has(name)) continue;
      if (!actual.has(name)) return wrong(at + "/" + name, field.getValue(), "nothing");
      var difference = difference(at + "/" + name, field.getValue(), actual.get(name));
      if (difference != null) return difference;
    }
    for (var field : actual.properties()) {
      if (!wanted.contains(field.getKey())) {
        return wrong(at + "/" + field.getKey(), "nothing", field.getValue());
      }
    }
    return null;
  }

  private @Nullable String text(String at, String expected, JsonNode actual) {
    if (expected.equals("<any>")) return null;
    if (!actual.isTextual()) return wrong(at, expected, actual);
    var regex = new StringBuilder();
    var news = new ArrayList<String>();
    var name = NAME.matcher(expected);
    int end = 0;
    for (; name.find(); end = name.end()) {
      regex.append(java.util.regex.Pattern.quote(expected.substring(end, name.start())));
      var value = known.get(name.group());
      var kind = KINDS.get(name.group(1));
      if (kind == null) throw new IllegalArgumentException("an unknown kind " + name.group());
      if (value != null) regex.append(java.util.regex.Pattern.quote(value));
      else if (name.group(2) == null) regex.append("(?:").append(kind).append(')');
      else {
        regex.append('(').append(kind).append(')');
        news.add(name.group());
      }
    }
    regex.append(java.util.regex.Pattern.quote(expected.substring(end)));
    var found = java.util.regex.Pattern.compile(regex.toString()).matcher(actual.textValue());
    if (!found.matches()) return wrong(at, expected, actual);
    for (int i = 0; i < news.size(); i++) {
      if (isTaken(news.get(i), found.group(i + 1))) return wrong(at, news.get(i), actual);
      known.put(news.get(i), found.group(i + 1));
    }
    return null;
  }

  private boolean isTaken(String name, String value) {
    var kind = name.substring(0, name.indexOf(':'));
    return known.entrySet().stream()
        .anyMatch(it -> it.getKey().startsWith(kind + ":") && it.getValue().equals(value));
  }

  private static String wrong(String at, Object expected, Object actual) {
    return at + ": expected " + expected + ", was " + actual;
  }

  /**
   * Returns the events with the pieces of a text joined that come one after the other, and with the
   * pieces of a thought: how fast they come decides how many there are.
   */
  static List<JsonNode> joined(List<JsonNode> events) {
    var joined = new ArrayList<JsonNode>();
    for (var event : events) {
      var last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last == null || !isMore(last, event)) {
        joined.add(event.deepCopy());
        continue;
      }
      var before = (ObjectNode) last.get("update");
      var now = event.get("update");
      if (now.has("delta")) {
        before.put("delta", before.get("delta").asText() + now.get("delta").asText());
        if (now.has("done")) before.set("done", now.get("done"));
      } else {
        before.set("task", now.get("task"));
      }
    }
    return joined;
  }

  private static boolean isMore(JsonNode last, JsonNode event) {
    if (!last.path("item_id").equals(event.path("item_id")) || !event.has("item_id")) return false;
    var before = last.path("update");
    var now = event.path("update");
    boolean thought = now.path("task").path("type").asText().equals("thought");
    boolean grows = now.path("type").asText().equals("workflow.task.updated") && thought;
    if (grows) return before.path("task_index").equals(now.path("task_index"));
    return now.has("delta")
        && before.path("type").equals(now.path("type"))
        && before.path("component_id").equals(now.path("component_id"))
        && before.path("content_index").equals(now.path("content_index"));
  }
}
