package chat.app.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import chat.auth.jwt.JwtSettings;
import chat.auth.jwt.TokenIssuer;
import chat.model.UserId;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Is where one user has a session, or has none, and gets tokens: another origin than the page's.
 */
final class Sessions implements AutoCloseable {
  private final HttpServer server;
  private final UserId user;
  private volatile String secret;
  private volatile boolean open = true;

  Sessions(String user, String secret) throws IOException {
    this.user = new UserId(user);
    this.secret = secret;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String tokenUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  /** Signs with that from now on. */
  void sign(String other) {
    secret = other;
  }

  /** Has a session from now on, or has none. */
  void open(boolean now) {
    open = now;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var origin = Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Origin"), "");
      var headers = exchange.getResponseHeaders();
      headers.set("Access-Control-Allow-Origin", origin);
      headers.set("Access-Control-Allow-Credentials", "true");
      headers.set("Content-Type", "application/json");
      var body = (open ? "{\"token\":\"" + token() + "\"}" : "{}").getBytes(UTF_8);
      exchange.sendResponseHeaders(open ? 200 : 401, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private String token() {
    return new TokenIssuer(JwtSettings.secret(secret), InstantSource.system()).issue(user);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
