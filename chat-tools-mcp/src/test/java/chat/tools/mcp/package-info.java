/** Tests of the toolset over MCP. Start reading at {@code EverythingIT}. */
@NullMarked
package chat.tools.mcp;

import org.jspecify.annotations.NullMarked;
