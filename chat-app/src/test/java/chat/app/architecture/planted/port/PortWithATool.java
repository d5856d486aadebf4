package chat.app.architecture.planted.port;

import io.modelcontextprotocol.spec.McpSchema;

/** Breaks: tool protocols stay in their adapter. */
public interface PortWithATool {
  McpSchema.Tool tool();
}
