package chat.tools.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Is an issuer that exchanges tokens as it is told to, and keeps what it was asked. */
final class TokenEndpoint implements AutoCloseable {
  private final HttpServer server;
  private final List<Map<String, String>> forms = new CopyOnWriteArrayList<>();

  record Reply(int code, String body) {}

  TokenEndpoint(Function<Map<String, String>, Reply> answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/token",
        exchange -> {
          try (exchange) {
            var form = new HashMap<String, String>();
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            for (var pair : body.split("&", -1)) {
              var parts = pair.split("=", 2);
              form.put(URLDecoder.decode(parts[0], UTF_8), URLDecoder.decode(parts[1], UTF_8));
            }
            form.put("authorization", exchange.getRequestHeaders().getFirst("Authorization"));
            forms.add(form);
            var reply = answers.apply(form);
            var bytes = reply.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(reply.code(), bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
  }

  static Reply token(String token, long seconds) {
    return new Reply(
        200,
        """
        {"access_token": "%s", "token_type": "Bearer", "expires_in": %d,
         "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
        """
            .formatted(token, seconds));
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  List<Map<String, String>> forms() {
    return List.copyOf(forms);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
