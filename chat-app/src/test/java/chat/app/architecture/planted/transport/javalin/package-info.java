@NullMarked
package chat.app.architecture.planted.transport.javalin;

import org.jspecify.annotations.NullMarked;
