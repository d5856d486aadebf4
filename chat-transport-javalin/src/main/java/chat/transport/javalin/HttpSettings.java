package chat.transport.javalin;

import chat.model.UserId;
import chat.transport.javalin.chatkit.ChatKitSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Is what may differ between two servers. Begin with {@link #at} and change what is to be
 * different.
 *
 * @param host the address to listen on
 * @param port 0 takes a free one
 * @param corsOrigins the origins whose pages may ask from a browser, written as browsers send them:
 *     {@code https://app.example}
 * @param bodyLimit of a request, in bytes
 * @param chatKit how front ends built with ChatKit are served; origins, body limit and public URL
 *     are those of the whole server
 * @param ready tells whether what lies behind the service can be reached; may take a while, and may
 *     throw
 * @param login makes a token for anyone who asks from this machine, null (as it should be) for
 *     nobody
 * @param publicUrl where browsers reach this server, such as {@code https://chat.example}; null for
 *     {@code host} and port
 */
public record HttpSettings(
    String host,
    int port,
    Set<String> corsOrigins,
    int bodyLimit,
    Timing timing,
    ChatKitSettings chatKit,
    BooleanSupplier ready,
    @Nullable Function<UserId, String> login,
    @Nullable URI publicUrl) {

  public HttpSettings {
    corsOrigins = Set.copyOf(corsOrigins);
    for (var origin : corsOrigins) requireOrigin(origin);
    if (publicUrl != null) requirePublic(publicUrl);
  }

  /**
   * Says how long things take.
   *
   * @param replyWithin how long a reply that does not stream is waited for
   * @param heartbeat how long a stream may be silent
   * @param drain how long {@link ChatHttp#close} waits for streams to end by themselves
   */
  public record Timing(Duration replyWithin, Duration heartbeat, Duration drain) {
    public static final Timing DEFAULT =
        new Timing(Duration.ofSeconds(55), Duration.ofSeconds(15), Duration.ofSeconds(5));
  }

  /** Listens there, with everything else as most want it. */
  public static HttpSettings at(String host, int port) {
    return new HttpSettings(
        host,
        port,
        Set.of(),
        1 << 20,
        Timing.DEFAULT,
        ChatKitSettings.DEFAULT,
        () -> true,
        null,
        null);
  }

  public HttpSettings corsOrigins(Set<String> origins) {
    return new HttpSettings(
        host, port, origins, bodyLimit, timing, chatKit, ready, login, publicUrl);
  }

  public HttpSettings timing(Timing timing) {
    return new HttpSettings(
        host, port, corsOrigins, bodyLimit, timing, chatKit, ready, login, publicUrl);
  }

  public HttpSettings chatKit(ChatKitSettings chatKit) {
    return new HttpSettings(
        host, port, corsOrigins, bodyLimit, timing, chatKit, ready, login, publicUrl);
  }

  public HttpSettings ready(BooleanSupplier ready) {
    return new HttpSettings(
        host, port, corsOrigins, bodyLimit, timing, chatKit, ready, login, publicUrl);
  }

  /** Opens the development login. */
  public HttpSettings login(Function<UserId, String> login) {
    return new HttpSettings(
        host, port, corsOrigins, bodyLimit, timing, chatKit, ready, login, publicUrl);
  }

  public HttpSettings publicUrl(URI publicUrl) {
    return new HttpSettings(
        host, port, corsOrigins, bodyLimit, timing, chatKit, ready, login, publicUrl);
  }

  /** Returns where browsers reach a server that listens on this port, without a slash behind. */
  String base(int listening) {
    if (publicUrl != null) return publicUrl.toString().replaceAll("/+$", "");
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + listening;
  }

  private static void requirePublic(URI url) {
    var scheme = String.valueOf(url.getScheme());
    boolean plain = url.getRawQuery() == null && url.getRawFragment() == null;
    if (scheme.matches("https?") && url.getHost() != null && plain && url.getUserInfo() == null) {
      return;
    }
    throw new IllegalArgumentException(
        "not where a server is reached: " + url + " (it has the form https://chat.example)");
  }

  /** Refuses what is no origin as browsers write it. */
  public static void requireOrigin(String origin) {
    try {
      var uri = new URI(origin);
      var plain =
          uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
      if (uri.getScheme() != null && uri.getHost() != null && origin.equals(plain)) return;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not an origin: " + origin, e);
    }
    throw new IllegalArgumentException(
        "not an origin: " + origin + " (it has the form https://app.example)");
  }
}
