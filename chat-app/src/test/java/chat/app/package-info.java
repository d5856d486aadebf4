@NullMarked
package chat.app;

import org.jspecify.annotations.NullMarked;
