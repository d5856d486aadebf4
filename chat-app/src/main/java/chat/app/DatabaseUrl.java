package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Is where a database is, in the form of the JDBC driver.
 *
 * @param jdbc begins with {@code jdbc:postgresql:}; may hold user and password as parameters
 * @param user null if the URL tells it, or nobody does
 */
record DatabaseUrl(String jdbc, @Nullable String user, @Nullable String password) {
  private static final String JDBC = "jdbc:postgresql:";

  /** The form that libpq and hosting providers print. A password may hold anything but a slash. */
  private static final Pattern LIBPQ =
      Pattern.compile(
          "postgres(?:ql)?://(?:(?<user>[^:@/]*)(?::(?<password>[^/]*))?@)?"
              + "(?<hosts>[^/?@]+)(?:/(?<database>[^?]*))?(?:\\?(?<parameters>.*))?");

  /** What libpq and the driver call differently. */
  private static final Map<String, String> PARAMETERS =
      Map.of(
          "channel_binding", "channelBinding",
          "connect_timeout", "connectTimeout",
          "application_name", "ApplicationName");

  /**
   * Reads a URL in either form.
   *
   * @throws IllegalArgumentException when it is neither; the message does not hold the URL
   */
  static DatabaseUrl parse(String url) {
    if (url.startsWith(JDBC + "//")) return new DatabaseUrl(url, null, null);
    var parts = LIBPQ.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "begins neither with jdbc:postgresql:// nor with postgresql://USER:PASSWORD@HOST/DB");
    }
    var database = parts.group("database");
    var parameters = parts.group("parameters");
    return new DatabaseUrl(
        JDBC
            + "//"
            + parts.group("hosts")
            + "/"
            + (database == null ? "" : database)
            + (parameters == null ? "" : "?" + renamed(parameters)),
        decoded(parts.group("user")),
        decoded(parts.group("password")));
  }

  private static String renamed(String parameters) {
    return Arrays.stream(parameters.split("&"))
        .map(
            parameter -> {
              var name = parameter.split("=", 2)[0];
              return PARAMETERS.getOrDefault(name, name) + parameter.substring(name.length());
            })
        .collect(Collectors.joining("&"));
  }

  /** In a URL's user and password a plus is a plus. */
  private static @Nullable String decoded(@Nullable String part) {
    return part == null ? null : URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
  }

  /** Leaves out what may hold a password. */
  @Override
  public String toString() {
    return jdbc.split("\\?", 2)[0];
  }
}
