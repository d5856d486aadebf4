/**
 * Says who holds a JSON Web Token, and makes such tokens for development.
 *
 * <p>Depends on the domain, jjwt and OkHttp. Start reading at {@link
 * chat.auth.jwt.JwtAuthenticator}.
 */
@NullMarked
package chat.auth.jwt;

import org.jspecify.annotations.NullMarked;
