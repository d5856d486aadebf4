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
   * @param bearerToken as it stood behind {@code Bearer}
   */
  Caller authenticate(String bearerToken);
}
