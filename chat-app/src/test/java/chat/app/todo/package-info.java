@NullMarked
package chat.app.todo;

import org.jspecify.annotations.NullMarked;
