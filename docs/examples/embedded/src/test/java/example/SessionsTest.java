package example;

import chat.model.UserId;
import chat.port.Authenticator;
import chat.testkit.AuthenticatorContract;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

class SessionsTest implements AuthenticatorContract {
  private final Sessions sessions = new Sessions(InstantSource.system());

  @Override
  public Authenticator authenticator() {
    return sessions;
  }

  @Override
  public String tokenOf(UserId user, Instant expiresAt) {
    return sessions.open(user, expiresAt);
  }

  @Override
  public List<String> badTokens() {
    return List.of("never heard of");
  }
}
