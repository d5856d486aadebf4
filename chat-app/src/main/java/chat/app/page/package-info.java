/**
 * The page at {@code /dashboard/chat}: the files that {@code src/main/webui} was built into, what
 * browsers are told to allow it, and what it has to know of this server. Depends on Javalin and
 * Jackson, and on nothing else of the app.
 *
 * <p>Start reading at {@link chat.app.page.Page}.
 */
@NullMarked
package chat.app.page;

import org.jspecify.annotations.NullMarked;
