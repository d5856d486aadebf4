package chat.app;

import static java.net.http.HttpClient.Version.HTTP_1_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** Is the people who sign up at a Better Auth. */
final class BetterAuthUsers implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  // Next.js hangs up on whoever offers another version of HTTP.
  private final HttpClient http = HttpClient.newBuilder().version(HTTP_1_1).build();
  private final String url;

  /**
   * @param url of the site, without a path
   */
  BetterAuthUsers(String url) {
    this.url = url;
  }

  /** Is who signed up, with the session's cookie. */
  record User(String id, String cookie) {}

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

  /**
   * Asks for something.
   *
   * @param cookie empty for none
   */
  JsonNode get(String path, String cookie) throws Exception {
    var request = request(path);
    if (!cookie.isEmpty()) request.header("Cookie", cookie);
    var reply = http.send(request.build(), BodyHandlers.ofString());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(60));
  }

  @Override
  public void close() {
    http.close();
  }
}
