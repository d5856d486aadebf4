/**
 * Calls the tools of MCP servers (Model Context Protocol, revision 2025-11-25) in the name of the
 * user whose turn it is.
 *
 * <p>Depends on the domain, the MCP Java SDK, OkHttp, Jackson and a JSON Schema validator. Start
 * reading at {@link chat.tools.mcp.McpToolset}.
 */
@NullMarked
package chat.tools.mcp;

import org.jspecify.annotations.NullMarked;
