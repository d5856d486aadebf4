@NullMarked
package chat.app.architecture.planted.engine;

import org.jspecify.annotations.NullMarked;
