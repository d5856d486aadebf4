package example;

import chat.model.Caller;
import chat.model.ChatException.Unauthenticated;
import chat.model.UserId;
import chat.port.Authenticator;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Knows callers by the session that the surrounding program has opened for them. */
public final class Sessions implements Authenticator {
  private static final int TOKEN_BYTES = 32;

  private final Map<String, Caller> sessions = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final InstantSource clock;

  public Sessions(InstantSource clock) {
    this.clock = clock;
  }

  /** Opens a session and returns its token. */
  public String open(UserId user, Instant until) {
    var bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    sessions.put(token, new Caller(user, token, until));
    return token;
  }

  @Override
  public Caller authenticate(String token) {
    var caller = sessions.get(token);
    if (caller == null || !clock.instant().isBefore(caller.expiresAt())) {
      sessions.remove(token);
      throw new Unauthenticated("the session is unknown or over");
    }
    return caller;
  }
}
