package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import chat.app.PageServer;
import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.options.AriaRole;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a page of another origin shows the page in a frame, by the script that the docs give it. */
@Timeout(120)
final class FrameIT {
  @RegisterExtension static final Browser BROWSER = new Browser();

  private static final Path SCRIPT = Path.of("..", "docs", "examples", "frame", "host.js");
  private static final AtomicInteger TOKENS = new AtomicInteger();

  private static HttpServer host;
  private static PageServer server;

  @BeforeAll
  static void start() throws IOException {
    host = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server = PageServer.start(Map.of("CHAT_PAGE_ORIGINS", "http://127.0.0.1:" + port()));
    var user = PageServer.newUser();
    host.createContext("/", it -> answer(it, "text/html", page()));
    host.createContext("/favicon.ico", it -> answer(it, "image/x-icon", ""));
    host.createContext("/host.js", it -> answer(it, "text/javascript", Files.readString(SCRIPT)));
    host.createContext("/api/auth/token", it -> answer(it, "application/json", token(user)));
    host.start();
  }

  @AfterAll
  static void stop() {
    server.close();
    host.stop(0);
  }

  private static int port() {
    return host.getAddress().getPort();
  }

  private static String page() {
    return "<iframe title=\"Chat\" data-page=\"%s\"></iframe><script src=\"/host.js\"></script>"
        .formatted(server.page());
  }

  private static String token(String user) throws IOException {
    TOKENS.incrementAndGet();
    try (var client = server.client()) {
      return "{\"token\":\"" + client.token(user) + "\"}";
    }
  }

  private static void answer(HttpExchange exchange, String type, String text) throws IOException {
    try (exchange) {
      var bytes = text.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static FrameLocator frame(Tab tab) {
    return tab.page().frameLocator("iframe");
  }

  @Test
  void aPageThatIsNamedGivesItsUsersTokens() {
    var tab =
        BROWSER
            .open("http://127.0.0.1:" + port())
            .expects("asks others: \\w+ " + Pattern.quote(server.url()));
    var message = new FrameLocator.GetByRoleOptions().setName("Message").setExact(true);
    var composer = frame(tab).getByRole(AriaRole.TEXTBOX, message);
    composer.fill("hi");
    composer.press("Enter");
    assertThat(frame(tab).getByRole(AriaRole.LOG)).containsText("ok");
  }

  @Test
  void aPageThatIsNotNamedShowsNothingAndIsNotAsked() {
    int before = TOKENS.get();
    var tab =
        BROWSER
            .open("http://localhost:" + port())
            .expects("asks others: \\w+ " + Pattern.quote(server.url()))
            .expects("frame-ancestors");
    assertThat(frame(tab).getByRole(AriaRole.TEXTBOX)).hasCount(0);
    org.assertj.core.api.Assertions.assertThat(TOKENS).hasValue(before);
  }
}
