@NullMarked
package chat.app.page;

import org.jspecify.annotations.NullMarked;
