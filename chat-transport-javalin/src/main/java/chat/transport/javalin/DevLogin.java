package chat.transport.javalin;

import chat.model.ChatException;
import chat.model.UserId;
import chat.port.Authenticator;
import chat.transport.javalin.http.Exchange;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collections;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Gives a token to anyone who asks from this machine: for development only. It is not there for a
 * request that came through a proxy, or under a name that is not this machine's own (a page that
 * rebinds its own name to a loopback address).
 */
final class DevLogin {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");
  private static final int BODY_LIMIT = 4096;

  private final Function<UserId, String> login;
  private final Authenticator authenticator;

  DevLogin(Function<UserId, String> login, Authenticator authenticator) {
    this.login = login;
    this.authenticator = authenticator;
  }

  void mount(RoutesConfig routes) {
    routes.post("/dev/token", this::token);
  }

  private void token(Context ctx) throws IOException {
    if (!isFromHere(ctx)) throw new ChatException.NotFound("resource");
    Params.onlyQuery(ctx);
    var body = Exchange.body(ctx, BODY_LIMIT);
    var token = login.apply(user(RestJson.read(body, RestRequest.Login.class)));
    var expiresAt = authenticator.authenticate(token).expiresAt();
    RestRoutes.answer(ctx, 200, new RestWire.Token(token, expiresAt));
  }

  private static UserId user(RestRequest.Login request) {
    if (request.userId() == null || request.userId().isBlank()) {
      throw new ChatException.InvalidInput("user_id", "a user id is needed");
    }
    try {
      return new UserId(request.userId());
    } catch (IllegalArgumentException e) {
      throw new ChatException.InvalidInput(
          "user_id", "a user id has 1 to 255 characters, none of them a control character");
    }
  }

  private static boolean isFromHere(Context ctx) throws IOException {
    for (var name : Collections.list(ctx.req().getHeaderNames())) {
      var header = name.toLowerCase(Locale.ROOT);
      if (header.equals("forwarded")
          || header.startsWith("x-forwarded-")
          || header.equals("x-real-ip")
          || header.equals("via")) {
        return false;
      }
    }
    var hosts = Collections.list(ctx.req().getHeaders("Host"));
    return hosts.size() == 1
        && LOOPBACK.matcher(hosts.get(0).toLowerCase(Locale.ROOT)).matches()
        && InetAddress.getByName(ctx.req().getRemoteAddr()).isLoopbackAddress();
  }
}
