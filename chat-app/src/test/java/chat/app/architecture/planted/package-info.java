@NullMarked
package chat.app.architecture.planted;

import org.jspecify.annotations.NullMarked;
