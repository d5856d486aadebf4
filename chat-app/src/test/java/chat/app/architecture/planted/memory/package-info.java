@NullMarked
package chat.app.architecture.planted.memory;

import org.jspecify.annotations.NullMarked;
