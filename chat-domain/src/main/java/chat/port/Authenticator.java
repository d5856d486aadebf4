package chat.port;

import chat.model.Caller;

/**
 * Turns the credentials of a request into a caller. Called by any thread, before anything else of a
 * request.
 */
@FunctionalInterface
public interface Authenticator {
  /**
   * Says who holds a token.
   *
   * <ol>
   *   <li>A good token gives a caller with its subject, itself and its expiry.
   *   <li>Any other, also an empty one, is refused with {@link
   *       chat.model.ChatException.Unauthenticated}, whose message does not say what was wrong with
   *       it in a way that helps to forge one.
   *   <li>The same token gives the same caller again until it expires.
   *   <li>It may be asked by many threads at once.
   * </ol>
   *
   * <p>An adapter that depends on another server may be unable to tell a good token from a bad one.
   * It then says so, rather than log users out by an outage of their identity provider.
   *
   * @param bearerToken as it stood behind {@code Bearer}
   * @throws chat.model.ChatException.Unavailable when whether the token is good cannot be told now
   */
  Caller authenticate(String bearerToken);
}
