@NullMarked
package chat.app.architecture.planted.testkit;

import org.jspecify.annotations.NullMarked;
