@NullMarked
package chat.app.data;

import org.jspecify.annotations.NullMarked;
