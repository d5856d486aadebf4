@NullMarked
package chat.app.architecture.planted.auth.jwt;

import org.jspecify.annotations.NullMarked;
