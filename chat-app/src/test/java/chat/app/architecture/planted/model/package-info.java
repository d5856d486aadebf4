@NullMarked
package chat.app.architecture.planted.model;

import org.jspecify.annotations.NullMarked;
