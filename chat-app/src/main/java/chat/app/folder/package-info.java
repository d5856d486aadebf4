/**
 * The folder that holds what one machine must remember: secrets, and the embedded database.
 *
 * <p>Depends on the JDK. Start reading at {@link chat.app.folder.DataFolder}.
 */
@NullMarked
package chat.app.folder;

import org.jspecify.annotations.NullMarked;
