package chat.app.page;

import io.javalin.http.Context;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Is what browsers are told to allow the page, and everything that comes with it: its own files,
 * its own server, and what the settings name. No script and no style stands in the document itself,
 * and no text becomes either (Trusted Types), whatever a message holds.
 */
final class PageHeaders {
  private final Map<String, String> headers;

  PageHeaders(PageSettings settings) {
    headers =
        Map.of(
            "Content-Security-Policy",
            policy(settings),
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Permissions-Policy",
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()");
  }

  void set(Context ctx) {
    headers.forEach(ctx::header);
  }

  private static String policy(PageSettings settings) {
    return String.join(
        "; ",
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:" + also(settings.imageOrigins()),
        "font-src 'self'",
        "connect-src 'self'" + also(origin(settings.tokenUrl())),
        "frame-ancestors" + (settings.hosts().isEmpty() ? " 'none'" : also(settings.hosts())),
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'");
  }

  private static String also(Set<String> origins) {
    return new TreeSet<>(origins).stream().map(" "::concat).reduce("", String::concat);
  }

  /** A path is at the page's own origin. */
  private static Set<String> origin(@Nullable URI url) {
    if (url == null || url.getScheme() == null) return Set.of();
    return Set.of(url.getScheme() + "://" + url.getRawAuthority());
  }
}
