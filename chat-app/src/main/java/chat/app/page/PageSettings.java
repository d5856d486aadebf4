package chat.app.page;

import chat.transport.javalin.HttpSettings;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Is what whoever runs the server decides about the page.
 *
 * @param hosts the origins whose pages may frame it and give it tokens
 * @param imageOrigins where images in messages may come from
 * @param tokenUrl gives the token of who is signed in there, as JSON {@code {"token": "…"}}: an
 *     address, or a path at the page's own origin; null if there is none
 * @param signInUrl where a user without a session there is sent; null if there is no such place
 */
public record PageSettings(
    Set<String> hosts, Set<String> imageOrigins, @Nullable URI tokenUrl, @Nullable URI signInUrl) {

  /** Lets nobody frame the page, and draws no image of others. */
  public static final PageSettings DEFAULT = new PageSettings(Set.of(), Set.of(), null, null);

  public PageSettings {
    hosts = Set.copyOf(hosts);
    imageOrigins = Set.copyOf(imageOrigins);
    hosts.forEach(HttpSettings::requireOrigin);
    imageOrigins.forEach(HttpSettings::requireOrigin);
    if (tokenUrl != null) requireReachable(tokenUrl);
    if (signInUrl != null) requireReachable(signInUrl);
  }

  public PageSettings hosts(Set<String> origins) {
    return new PageSettings(origins, imageOrigins, tokenUrl, signInUrl);
  }

  public PageSettings imageOrigins(Set<String> origins) {
    return new PageSettings(hosts, origins, tokenUrl, signInUrl);
  }

  public PageSettings tokenUrl(URI url) {
    return new PageSettings(hosts, imageOrigins, url, signInUrl);
  }

  public PageSettings signInUrl(URI url) {
    return new PageSettings(hosts, imageOrigins, tokenUrl, url);
  }

  private static void requireReachable(URI url) {
    boolean path = url.getScheme() == null && url.toString().matches("/(?!/).*");
    boolean address = String.valueOf(url.getScheme()).matches("https?") && url.getHost() != null;
    if ((path || address) && url.getUserInfo() == null && url.getRawFragment() == null) return;
    throw new IllegalArgumentException(
        "not where a browser can ask (it has the form https://app.example/api/auth/token, or"
            + " /api/auth/token at the page's own origin)");
  }
}
