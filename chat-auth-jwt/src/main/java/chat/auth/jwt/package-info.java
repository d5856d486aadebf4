/**
 * Says who holds a JSON Web Token, and makes such tokens for development.
 *
 * <p>Depends on the domain and jjwt. Start reading at {@link chat.auth.jwt.JwtAuthenticator}.
 */
@NullMarked
package chat.auth.jwt;

import org.jspecify.annotations.NullMarked;
