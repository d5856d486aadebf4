package chat.app;

import chat.npm.NodeProgram;
import chat.npm.NpmPackages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;

/**
 * Is the site of {@code docs/examples/nextjs}, built and served by a real Next.js, with a database
 * of its own for its users.
 */
public final class NextJs implements AutoCloseable {
  private static final Path EXAMPLE = Path.of("..", "docs", "examples", "nextjs");
  private static final Path SITE = Path.of("target", "nextjs");
  private static final String NEXT = "node_modules/next/dist/bin/next";

  private final NodeProgram program;
  private final String url;

  private NextJs(NodeProgram program, String url) {
    this.program = program;
    this.url = url;
  }

  /** Returns where a site may be started, on a port that was free. */
  public static String freeUrl() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }

  /**
   * Returns what the server before which the site stands has to be told.
   *
   * @param url where the site is to be
   */
  public static Map<String, String> settingsOfTheServer(String url) {
    return Map.of(
        "CHAT_JWT_JWKS_URL",
        url + "/api/auth/jwks",
        "CHAT_JWT_AUDIENCE",
        url,
        "CHAT_PUBLIC_URL",
        url,
        "CHAT_PAGE_TOKEN_URL",
        "/api/auth/token",
        "CHAT_PAGE_SIGN_IN_URL",
        "/sign-in");
  }

  /** Installs what the site needs; skips the test without npm. */
  public static void install() throws IOException {
    NpmPackages.installed(EXAMPLE, SITE);
  }

  /**
   * Builds and starts the site.
   *
   * @param url where it is to be
   * @param chat the server that it stands before
   */
  public static NextJs start(String url, String chat) throws IOException, SQLException {
    var port = url.substring(url.lastIndexOf(':') + 1);
    var database = SharedDatabase.inThisJvm().makeAnother("site_" + port);
    var site = NpmPackages.installed(EXAMPLE, SITE);
    var environment =
        Map.of(
            "CHAT_URL", chat,
            "BETTER_AUTH_URL", url,
            "BETTER_AUTH_SECRET", "T8fq2kXw9LrZ0vYb5nJm7sGd3hCp1eUa6iKo4tRx",
            "DATABASE_URL", database,
            "NEXT_TELEMETRY_DISABLED", "1");
    NodeProgram.run(site, environment, NEXT, "build");
    var program =
        NodeProgram.start(
            site, "✓ Ready", environment, NEXT, "start", "--hostname", "127.0.0.1", "--port", port);
    return new NextJs(program, url);
  }

  public String url() {
    return url;
  }

  @Override
  public void close() {
    program.close();
  }
}
