package chat.tools.mcp;

import chat.model.Json;
import chat.model.ToolResult;
import chat.model.ToolResult.Part;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes our result of a {@code CallToolResult} (MCP 2025-11-25, Server Features, Tools). */
final class Results {
  private static final String TOOL_ERROR = "tool_error";

  private Results() {}

  static ToolResult of(JsonNode result) {
    var parts = new ArrayList<Part>();
    for (var content : result.path("content")) add(content, parts);
    boolean failed = result.path("isError").asBoolean();
    var structured = structured(result.path("structuredContent"));
    if (failed && parts.isEmpty() && structured == null) {
      return ToolResult.error(TOOL_ERROR, "The tool failed and does not say why.");
    }
    return new ToolResult(parts, structured, failed ? TOOL_ERROR : null, false);
  }

  private static void add(JsonNode content, List<Part> parts) {
    switch (content.path("type").asText()) {
      case "text" -> parts.add(new Part.Text(content.path("text").asText()));
      case "image" -> parts.add(image(content, "data"));
      case "audio" ->
          parts.add(new Part.Text("[sound, " + content.path("mimeType").asText() + ", left out]"));
      case "resource_link" -> {
        var uri = content.path("uri").asText();
        var name = content.path("title").asText(content.path("name").asText(uri));
        parts.add(new Part.Link(uri, name));
      }
      case "resource" -> addResource(content.path("resource"), parts);
      default -> parts.add(new Part.Text("[content of an unknown type, left out]"));
    }
  }

  private static void addResource(JsonNode resource, List<Part> parts) {
    var uri = resource.path("uri").asText();
    if (resource.has("text")) {
      parts.add(new Part.Link(uri, uri));
      parts.add(new Part.Text(resource.path("text").asText()));
    } else if (resource.path("mimeType").asText().startsWith("image/")) {
      parts.add(image(resource, "blob"));
    } else {
      parts.add(new Part.Link(uri, uri));
    }
  }

  private static Part image(JsonNode content, String data) {
    return new Part.Image(content.path("mimeType").asText(), content.path(data).asText());
  }

  private static @Nullable Json structured(JsonNode json) {
    if (json.isMissingNode() || json.isNull()) return null;
    try {
      return new Json(json.toString());
    } catch (IllegalArgumentException e) {
      // Nested too deep, or with U+0000: its text says the same, by the protocol's advice.
      return null;
    }
  }
}
