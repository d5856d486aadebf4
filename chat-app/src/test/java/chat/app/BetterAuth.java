package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.npm.NodeProgram;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/**
 * Is a real Better Auth on the loopback interface, with the page that logs in, and its operator.
 */
final class BetterAuth implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final NodeProgram program;

  private BetterAuth(NodeProgram program) {
    this.program = program;
  }

  /** Starts one that knows nobody and has no keys yet; port 0 takes a free one. */
  static BetterAuth start(int port) throws IOException {
    var settings =
        Map.of(
            "PORT", Integer.toString(port), "SECRET", "T8fq2kXw9LrZ0vYb5nJm7sGd3hCp1eUa6iKo4tRx");
    return new BetterAuth(NodeProgram.start("ready at ", settings, "better-auth.mjs"));
  }

  /** Is who signed up, with the session's cookie. */
  record User(String id, String cookie) {}

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
    var body =
        Map.of("name", name, "email", name + "@users.example", "password", "correct horse " + name);
    var reply =
        http.send(
            request("/api/auth/sign-up/email")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build(),
            BodyHandlers.ofString());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    var cookie = reply.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    return new User(JSON.readTree(reply.body()).at("/user/id").textValue(), cookie);
  }

  /** Returns a new token for the user. */
  String token(User user) throws Exception {
    return get("/api/auth/token", user.cookie()).get("token").textValue();
  }

  /** Ends the time of the key that signs: the next token is signed with another. */
  void rotate() throws Exception {
    get("/operator/rotate", "");
  }

  /** Publishes keys no more whose time is over. */
  void forget() throws Exception {
    get("/operator/forget", "");
  }

  /** Returns how often its keys were fetched. */
  int fetches() throws Exception {
    return get("/operator/count", "").get("fetches").intValue();
  }

  private JsonNode get(String path, String cookie) throws Exception {
    var request = request(path);
    if (!cookie.isEmpty()) request.header("Cookie", cookie);
    var reply = http.send(request.build(), BodyHandlers.ofString());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(60));
  }

  @Override
  public void close() {
    program.close();
    http.close();
  }
}
