package chat.app;

import chat.npm.NodeProgram;
import chat.npm.NpmPackages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;

/** Is the site of {@code docs/examples/nextjs}, built and served by a real Next.js. */
final class NextJs implements AutoCloseable {
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
  static String freeUrl() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }

  /** Installs what the site needs; skips the test without npm. */
  static void install() throws IOException {
    NpmPackages.installed(EXAMPLE, SITE);
  }

  /**
   * Builds and starts the site.
   *
   * @param url where it is to be
   * @param chat the server that it stands before
   * @param database of its users, in the form of libpq
   */
  static NextJs start(String url, String chat, String database) throws IOException {
    var site = NpmPackages.installed(EXAMPLE, SITE);
    var environment =
        Map.of(
            "CHAT_URL", chat,
            "BETTER_AUTH_URL", url,
            "BETTER_AUTH_SECRET", "T8fq2kXw9LrZ0vYb5nJm7sGd3hCp1eUa6iKo4tRx",
            "DATABASE_URL", database,
            "NEXT_TELEMETRY_DISABLED", "1");
    NodeProgram.run(site, environment, NEXT, "build");
    var port = url.substring(url.lastIndexOf(':') + 1);
    var program =
        NodeProgram.start(
            site, "✓ Ready", environment, NEXT, "start", "--hostname", "127.0.0.1", "--port", port);
    return new NextJs(program, url);
  }

  String url() {
    return url;
  }

  @Override
  public void close() {
    program.close();
  }
}
