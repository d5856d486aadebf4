package chat.tools.mcp;

import chat.model.Json;
import chat.model.Text;
import chat.model.Tool;
import chat.tools.mcp.McpServer.Approval;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Is what a server offered a user at some time: its tools, by the name that the model knows.
 *
 * @param tools with the server's own rules applied, but without what only time tells
 */
record Listing(Map<String, Entry> tools) {
  private static final ObjectMapper CANONICAL =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
  private static final int LONGEST_TOOL = 64 << 10;
  private static final String NO_ARGUMENTS = "{\"type\":\"object\"}";

  /**
   * Is one tool.
   *
   * @param remote what its server calls it
   * @param pinned whether the operator named this very revision
   */
  record Entry(Tool tool, String remote, boolean pinned) {}

  Collection<Entry> entries() {
    return tools.values();
  }

  @Nullable Entry named(String name) {
    return tools.get(name);
  }

  @Nullable String revisionOf(String name) {
    var entry = tools.get(name);
    return entry == null ? null : entry.tool().revision();
  }

  /** Takes over what {@code tools/list} gave; what is no usable tool is left out. */
  static Listing of(McpServer server, String slug, List<JsonNode> tools, ServerLog log) {
    var listed = new LinkedHashMap<String, Entry>();
    var seen = new HashSet<String>();
    for (var tool : tools) {
      var remote = tool.path("name").asText("");
      if (remote.isEmpty() || !seen.add(remote)) continue;
      if (tool.toString().length() > LONGEST_TOOL) {
        log.write(Level.WARN, "a tool's definition is too long, it is left out: " + remote);
        continue;
      }
      var name = Names.tool(slug, remote, listed.keySet());
      try {
        listed.put(name, entry(server, name, remote, tool));
      } catch (IllegalArgumentException e) {
        log.write(Level.WARN, "a tool's definition cannot be kept, it is left out: " + remote);
      }
    }
    // In this order, so that the model is told the same every time.
    return new Listing(Collections.unmodifiableMap(listed));
  }

  private static Entry entry(McpServer server, String name, String remote, JsonNode tool) {
    var schema = tool.path("inputSchema");
    var hints = tool.path("annotations");
    boolean readOnly = hints.path("readOnlyHint").asBoolean();
    boolean repeatable = readOnly || hints.path("idempotentHint").asBoolean();
    var description = tool.path("description").asText(tool.path("title").asText(""));
    var revision = Names.sha256(server.name() + "\0" + canonical(tool));
    var rule = server.tools().get(remote);
    var approval = rule == null ? server.approval() : rule.approval();
    if (approval == null) approval = readOnly ? Approval.ALLOW : Approval.ASK;
    boolean pinned = rule != null && revision.equals(rule.revision());
    if (rule != null && rule.revision() != null && !pinned && approval == Approval.ALLOW) {
      approval = Approval.ASK;
    }
    return new Entry(
        new Tool(
            name,
            server.name(),
            Text.storable(description),
            new Json(schema.isObject() ? schema.toString() : NO_ARGUMENTS),
            run(approval),
            repeatable,
            server.timeout(),
            revision),
        remote,
        pinned);
  }

  private static Tool.Run run(Approval approval) {
    return switch (approval) {
      case ALLOW -> Tool.Run.FREELY;
      case ASK -> Tool.Run.AFTER_APPROVAL;
      case DENY -> Tool.Run.NEVER;
    };
  }

  /** Everything that tells people or a model what a tool is; not the icons. */
  private static String canonical(JsonNode tool) {
    var parts = new LinkedHashMap<String, Object>();
    for (var part :
        List.of("name", "title", "description", "inputSchema", "outputSchema", "annotations")) {
      if (tool.has(part)) parts.put(part, CANONICAL.convertValue(tool.get(part), Object.class));
    }
    try {
      return CANONICAL.writeValueAsString(parts);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it cannot be written", e);
    }
  }
}
