@NullMarked
package chat.app.architecture.planted.app;

import org.jspecify.annotations.NullMarked;
