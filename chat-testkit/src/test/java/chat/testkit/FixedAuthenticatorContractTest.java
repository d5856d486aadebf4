package chat.testkit;

import chat.model.UserId;
import chat.port.Authenticator;
import java.time.Instant;
import java.util.List;

/** The authenticator of tests keeps what every authenticator promises. */
class FixedAuthenticatorContractTest implements AuthenticatorContract {
  private final FixedAuthenticator authenticator = new FixedAuthenticator();

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public String tokenOf(UserId user, Instant expiresAt) {
    var token = "token of " + user + " until " + expiresAt;
    authenticator.knows(token, user, expiresAt);
    return token;
  }

  @Override
  public List<String> badTokens() {
    return List.of("never heard of");
  }
}
