package chat.tools.mcp;

import chat.model.Caller;
import chat.model.UserId;
import chat.tools.mcp.Failure.Kind;
import chat.tools.mcp.McpServer.Identity;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Gets, for a caller's token, one that a server takes (OAuth 2.0 Token Exchange, RFC 8693), and
 * keeps it in memory while it is good and the caller's is the same.
 */
final class TokenExchange {
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final int LONGEST_REPLY = 1 << 16;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A token is not used when it may run out on its way. */
  private static final Duration MARGIN = Duration.ofSeconds(20);

  private static final long ASSUMED_SECONDS = 60;

  /** What the endpoint says of a caller's token that is no longer good. */
  private static final Set<String> NO_LONGER_GOOD =
      Set.of("invalid_grant", "invalid_request", "invalid_token");

  private static final long LONGEST_SECONDS = Duration.ofDays(1).toSeconds();

  private final Identity.Exchange settings;
  private final OkHttpClient client;
  private final ObjectMapper json;
  private final InstantSource clock;
  private final Logger log;
  private final Map<UserId, Issued> issued = new ConcurrentHashMap<>();

  private record Issued(String subject, String token, Instant until) {}

  TokenExchange(
      Identity.Exchange settings,
      OkHttpClient client,
      ObjectMapper json,
      InstantSource clock,
      Logger log) {
    this.settings = settings;
    this.client = client.newBuilder().callTimeout(PATIENCE).build();
    this.json = json;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Returns a token for this caller.
   *
   * @throws Failure {@code UNAUTHORIZED} if the caller's token is no longer good
   */
  String token(Caller caller, String subject) {
    var known = issued.get(caller.user());
    if (known != null
        && known.subject().equals(subject)
        && clock.instant().isBefore(known.until())) {
      return known.token();
    }
    var fresh = exchange(subject);
    issued.put(caller.user(), fresh);
    return fresh.token();
  }

  /** Drops what is kept for a user. */
  void forget(UserId user) {
    issued.remove(user);
  }

  private Issued exchange(String subject) {
    var asked = clock.instant();
    try (var response = client.newCall(request(subject)).execute()) {
      var reply = body(response);
      if (!response.isSuccessful()) throw refused(response.code(), reply);
      var token = reply.path("access_token").asText("");
      if (token.isEmpty()) throw unavailable("it gives no access_token", null);
      long said = reply.path("expires_in").asLong(ASSUMED_SECONDS);
      long seconds = Math.clamp(said, 0, LONGEST_SECONDS);
      return new Issued(subject, token, asked.plusSeconds(seconds).minus(MARGIN));
    } catch (IOException e) {
      throw unavailable("it cannot be reached", e);
    }
  }

  private Request request(String subject) {
    var form =
        new FormBody.Builder()
            .add("grant_type", GRANT)
            .add("subject_token", subject)
            .add("subject_token_type", settings.subjectTokenType())
            .add("requested_token_type", Identity.Exchange.ACCESS_TOKEN);
    add(form, "audience", settings.audience());
    add(form, "resource", settings.resource());
    add(form, "scope", settings.scope());
    var request =
        new Request.Builder()
            .url(settings.endpoint().toString())
            .tag(Sent.class, new Sent())
            .header("Accept", "application/json");
    var id = settings.clientId();
    var secret = settings.clientSecret();
    if (id != null && secret != null) {
      request.header("Authorization", Credentials.basic(encoded(id), encoded(secret)));
    } else {
      add(form, "client_id", id);
    }
    return request.post(form.build()).build();
  }

  private static void add(FormBody.Builder form, String name, @Nullable String value) {
    if (value != null) form.add(name, value);
  }

  /** RFC 6749, section 2.3.1: both are form-encoded before they are put together. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private JsonNode body(Response response) throws IOException {
    var source = response.body().source();
    if (source.request(LONGEST_REPLY + 1L)) throw new IOException("its answer is too long");
    var text = source.readUtf8();
    try {
      return json.readTree(text.isBlank() ? "{}" : text);
    } catch (JsonProcessingException e) {
      if (response.isSuccessful()) throw new IOException("its answer is no JSON");
      return json.createObjectNode();
    }
  }

  private Failure refused(int code, JsonNode reply) {
    var error = reply.path("error").asText("");
    if (code / 100 == 4 && NO_LONGER_GOOD.contains(error)) {
      log.info("a caller's token is not exchanged: {}", error);
      return new Failure(Kind.UNAUTHORIZED, "the caller's token is not exchanged");
    }
    return unavailable("it refuses (" + code + ", " + ServerLog.line(error) + ")", null);
  }

  private Failure unavailable(String why, @Nullable Exception cause) {
    log.warn("no token from the endpoint for exchanging tokens: {}", why);
    var message = "the endpoint for exchanging tokens: " + why;
    return cause == null
        ? new Failure(Kind.REFUSED, message)
        : new Failure(Kind.REFUSED, message, cause);
  }
}
