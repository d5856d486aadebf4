/**
 * The server as a program: settings, wiring by {@code new}, the command line, the demo agent.
 *
 * <p>Depends on every module; nothing depends on it. Start reading at {@link chat.app.Main}, then
 * {@link chat.app.Wiring}.
 */
@NullMarked
package chat.app;

import org.jspecify.annotations.NullMarked;
