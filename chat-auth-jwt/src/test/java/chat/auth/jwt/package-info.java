/**
 * Tests of the authenticator for JSON Web Tokens. Start reading at {@code JwtAuthenticatorTest}.
 */
@NullMarked
package chat.auth.jwt;

import org.jspecify.annotations.NullMarked;
