@NullMarked
package chat.app.architecture.planted.transport.javalin.chatkit;

import org.jspecify.annotations.NullMarked;
