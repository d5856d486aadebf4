@NullMarked
package chat.app.postgres;

import org.jspecify.annotations.NullMarked;
