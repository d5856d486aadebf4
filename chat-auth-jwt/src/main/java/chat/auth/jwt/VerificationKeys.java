package chat.auth.jwt;

import io.jsonwebtoken.Header;
import io.jsonwebtoken.Locator;
import io.jsonwebtoken.security.SecureDigestAlgorithm;
import java.security.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows what signatures are checked with. Asked by any thread. */
interface VerificationKeys extends Locator<Key> {

  /** Returns all the algorithms there may be keys for; a token with another is refused unseen. */
  List<SecureDigestAlgorithm<?, ?>> algorithms();

  /**
   * Returns the key for a token with this header, null when there is none.
   *
   * @throws chat.model.ChatException.Unavailable when that cannot be told now
   */
  @Override
  @Nullable Key locate(Header header);

  /**
   * Returns what stands for the keys as they are now: it equals an earlier one only while no key is
   * gone. What was verified under another version has to be verified again.
   */
  Object version();
}
