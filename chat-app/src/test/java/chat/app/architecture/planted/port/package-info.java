@NullMarked
package chat.app.architecture.planted.port;

import org.jspecify.annotations.NullMarked;
