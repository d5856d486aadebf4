package chat.app;

import chat.app.BetterAuthUsers.User;
import chat.npm.NodeProgram;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** Is a real Better Auth on the loopback interface, with its users and its operator. */
final class BetterAuth implements AutoCloseable {
  private final NodeProgram program;
  private final BetterAuthUsers users;

  private BetterAuth(NodeProgram program) {
    this.program = program;
    this.users = new BetterAuthUsers(program.ready());
  }

  /** Starts one that knows nobody and has no keys yet; port 0 takes a free one. */
  static BetterAuth start(int port) throws IOException {
    var settings =
        Map.of(
            "PORT", Integer.toString(port), "SECRET", "T8fq2kXw9LrZ0vYb5nJm7sGd3hCp1eUa6iKo4tRx");
    return new BetterAuth(NodeProgram.start("ready at ", settings, "better-auth.mjs"));
  }

  String url() {
    return program.ready();
  }

  int port() {
    return URI.create(url()).getPort();
  }

  URI jwks() {
    return URI.create(url() + "/api/auth/jwks");
  }

  /** Signs up with an e-mail address and a password. */
  User signUp(String name) throws Exception {
    return users.signUp(name);
  }

  /** Returns a new token for the user. */
  String token(User user) throws Exception {
    return users.token(user);
  }

  /** Ends the time of the key that signs: the next token is signed with another. */
  void rotate() throws Exception {
    users.get("/operator/rotate", "");
  }

  /** Publishes keys no more whose time is over. */
  void forget() throws Exception {
    users.get("/operator/forget", "");
  }

  /** Returns how often its keys were fetched. */
  int fetches() throws Exception {
    return users.get("/operator/count", "").get("fetches").intValue();
  }

  @Override
  public void close() {
    program.close();
    users.close();
  }
}
