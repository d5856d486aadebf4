/**
 * An MCP server of its own, as an example: to-do items, for each user their own.
 *
 * <p>Depends on the MCP SDK, on the web server's library and on {@code chat.app.folder}; of the
 * conversation server it knows only how callers are told apart. Start reading at {@link
 * chat.app.todo.TodoServer}.
 */
@NullMarked
package chat.app.todo;

import org.jspecify.annotations.NullMarked;
