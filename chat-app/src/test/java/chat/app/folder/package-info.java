@NullMarked
package chat.app.folder;

import org.jspecify.annotations.NullMarked;
