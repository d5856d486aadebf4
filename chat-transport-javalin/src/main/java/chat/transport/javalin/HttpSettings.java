package chat.transport.javalin;

import chat.model.UserId;
import chat.port.Transcriber;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Is what may differ between two servers.
 *
 * @param host the address to listen on
 * @param port 0 takes a free one
 * @param corsOrigins the origins whose pages may ask from a browser, written as browsers send them:
 *     {@code https://app.example}
 * @param bodyLimit of a request, in bytes
 * @param replyWithin how long a reply that does not stream is waited for
 * @param heartbeat how long a stream may be silent
 * @param chatKit how front ends built with ChatKit are served
 * @param drain how long {@link ChatHttp#close} waits for streams to end by themselves
 * @param ready tells whether what lies behind the service can be reached; may take a while, and may
 *     throw
 * @param login makes a token for anyone who asks from this machine, null (as it should be) for
 *     nobody
 * @param publicUrl where browsers reach this server, such as {@code https://chat.example}; null for
 *     {@code host} and port
 * @param transcriber hears what users dictate
 */
public record HttpSettings(
    String host,
    int port,
    Set<String> corsOrigins,
    int bodyLimit,
    Duration replyWithin,
    Duration heartbeat,
    ChatKitPolicy chatKit,
    Duration drain,
    BooleanSupplier ready,
    @Nullable Function<UserId, String> login,
    @Nullable URI publicUrl,
    Transcriber transcriber) {

  public HttpSettings {
    corsOrigins = Set.copyOf(corsOrigins);
    for (var origin : corsOrigins) requireOrigin(origin);
    if (publicUrl != null) requirePublic(publicUrl);
  }

  /**
   * Says what is for ChatKit alone.
   *
   * @param stopsWhenGone whether a turn is stopped when the client that follows it has gone, which
   *     is how its users stop one; else it goes on, and clients offer no stop
   * @param keepAlive how long a stream may be silent before it sends a comment; null for any time
   */
  public record ChatKitPolicy(boolean stopsWhenGone, @Nullable Duration keepAlive) {}

  /** Listens there, with everything else as most want it. */
  public static HttpSettings at(String host, int port) {
    return new HttpSettings(
        host,
        port,
        Set.of(),
        1 << 20,
        Duration.ofSeconds(55),
        Duration.ofSeconds(15),
        new ChatKitPolicy(false, Duration.ofSeconds(15)),
        Duration.ofSeconds(5),
        () -> true,
        null,
        null,
        Transcriber.NONE);
  }

  public HttpSettings corsOrigins(Set<String> origins) {
    return new HttpSettings(
        host,
        port,
        origins,
        bodyLimit,
        replyWithin,
        heartbeat,
        chatKit,
        drain,
        ready,
        login,
        publicUrl,
        transcriber);
  }

  /** Sets how long a reply is waited for, and how long a stream may be silent. */
  HttpSettings patience(Duration replyWithin, Duration heartbeat) {
    return new HttpSettings(
        host,
        port,
        corsOrigins,
        bodyLimit,
        replyWithin,
        heartbeat,
        chatKit,
        drain,
        ready,
        login,
        publicUrl,
        transcriber);
  }

  HttpSettings drain(Duration drain) {
    return new HttpSettings(
        host,
        port,
        corsOrigins,
        bodyLimit,
        replyWithin,
        heartbeat,
        chatKit,
        drain,
        ready,
        login,
        publicUrl,
        transcriber);
  }

  public HttpSettings chatKit(ChatKitPolicy chatKit) {
    return new HttpSettings(
        host,
        port,
        corsOrigins,
        bodyLimit,
        replyWithin,
        heartbeat,
        chatKit,
        drain,
        ready,
        login,
        publicUrl,
        transcriber);
  }

  public HttpSettings ready(BooleanSupplier ready) {
    return new HttpSettings(
        host,
        port,
        corsOrigins,
        bodyLimit,
        replyWithin,
        heartbeat,
        chatKit,
        drain,
        ready,
        login,
        publicUrl,
        transcriber);
  }

  /** Opens the development login. */
  public HttpSettings login(Function<UserId, String> login) {
    return new HttpSettings(
        host,
        port,
        corsOrigins,
        bodyLimit,
        replyWithin,
        heartbeat,
        chatKit,
        drain,
        ready,
        login,
        publicUrl,
        transcriber);
  }

  public HttpSettings publicUrl(URI publicUrl) {
    return new HttpSettings(
        host,
        port,
        corsOrigins,
        bodyLimit,
        replyWithin,
        heartbeat,
        chatKit,
        drain,
        ready,
        login,
        publicUrl,
        transcriber);
  }

  public HttpSettings transcriber(Transcriber transcriber) {
    return new HttpSettings(
        host,
        port,
        corsOrigins,
        bodyLimit,
        replyWithin,
        heartbeat,
        chatKit,
        drain,
        ready,
        login,
        publicUrl,
        transcriber);
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

  private static void requireOrigin(String origin) {
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
