@NullMarked
package chat.app.architecture.planted.persistence.jpa;

import org.jspecify.annotations.NullMarked;
