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

  private static final String HOST = "(?:\\[[0-9a-fA-F:.]+]|[^/?#@:,\\[\\]\\s]+)(?::\\d{1,5})?";

  private static final String HOSTS = "(?<hosts>" + HOST + "(?:," + HOST + ")*)";

  /** What follows the hosts. A part of a password that ended up here does not match. */
  private static final String REST =
      "(?:/(?<database>[^?/@]*))?(?:\\?(?<parameters>(?:\\w+=[^&]*&?)*))?";

  /** The form that libpq and hosting providers print. A password may hold anything but a slash. */
  private static final Pattern LIBPQ =
      Pattern.compile(
          "postgres(?:ql)?://(?:(?<user>[^:@/]*)(?::(?<password>[^/]*))?@)?" + HOSTS + REST);

  private static final Pattern OWN = Pattern.compile(JDBC + "//" + HOSTS + "?" + REST);
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");
  private static final Pattern PORT = Pattern.compile(":(\\d{1,5})(?=,|$)");
  private static final int LAST_PORT = 65_535;

  /** What libpq and the driver call differently. */
  private static final Map<String, String> PARAMETERS =
      Map.of(
          "channel_binding", "channelBinding",
          "connect_timeout", "connectTimeout",
          "application_name", "ApplicationName");

  /**
   * Reads a URL in either form.
   *
   * @throws IllegalArgumentException when it is neither; the message holds nothing of the URL
   */
  static DatabaseUrl parse(String url) {
    if (BAD_ESCAPE.matcher(url).find()) {
      throw new IllegalArgumentException(
          "has a % that two hexadecimal digits do not follow; a % itself is written %25");
    }
    if (url.startsWith(JDBC)) return driversOwn(url);
    var parts = LIBPQ.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "is neither jdbc:postgresql://HOST:PORT/DB nor postgresql://USER:PASSWORD@HOST:PORT/DB;"
              + " in a password a slash is written %2F");
    }
    requirePorts(parts.group("hosts"));
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

  private static DatabaseUrl driversOwn(String url) {
    if (url.split("\\?", 2)[0].contains("@")) {
      throw new IllegalArgumentException(
          "has a user before the host, which the form jdbc:postgresql:// does not know; it is"
              + " jdbc:postgresql://HOST/DB?user=USER&password=PASSWORD");
    }
    var parts = OWN.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "does not have the form jdbc:postgresql://HOST:PORT/DB?user=USER&password=PASSWORD");
    }
    if (parts.group("hosts") != null) requirePorts(parts.group("hosts"));
    return new DatabaseUrl(url, null, null);
  }

  private static void requirePorts(String hosts) {
    var ports = PORT.matcher(hosts);
    while (ports.find()) {
      int port = Integer.parseInt(ports.group(1));
      if (port < 1 || port > LAST_PORT) {
        throw new IllegalArgumentException("has a port that is not one of 1 to " + LAST_PORT);
      }
    }
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
    return jdbc.split("\\?", 2)[0].replaceFirst("//.*@", "//");
  }
}
