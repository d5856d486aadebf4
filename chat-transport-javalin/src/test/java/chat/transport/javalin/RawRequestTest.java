package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.testkit.ScriptedAgent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no decent client sends, written to the socket as it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RawRequestTest {
  private ServerUnderTest server;

  @BeforeAll
  void start() {
    server = ServerUnderTest.with(new ScriptedAgent());
  }

  @AfterAll
  void stop() {
    server.close();
  }

  /** Sends lines without a body behind them, and returns what comes until the server hangs up. */
  private String answer(String... lines) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.http.port())) {
      socket.setSoTimeout(20_000);
      var head = String.join("\r\n", lines) + "\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aBodyThatSaysItIsTooLargeIsNotRead() throws Exception {
    var answer =
        answer(
            "POST /api/alice/chat HTTP/1.1",
            "Authorization: Bearer token-of-alice",
            "Content-Length: 1048577",
            "Expect: 100-continue");
    assertThat(answer).startsWith("HTTP/1.1 413").contains("\"code\":\"too_large\"");
  }

  @Test
  void aBodyIsNotAskedForBeforeTheToken() throws Exception {
    var answer =
        answer("POST /api/alice/chat HTTP/1.1", "Content-Length: 10", "Expect: 100-continue");
    assertThat(answer).startsWith("HTTP/1.1 401");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/%zz/conversations",
        "GET /api/a%2",
        "GET /api/a%00b/conversations",
        "GET relative"
      })
  void whatIsNoRequestIsAProblemToo(String line) throws Exception {
    var answer = answer(line + " HTTP/1.1");
    assertThat(answer).startsWith("HTTP/1.1 400").contains("\"code\":\"invalid_input\"");
    assertThat(answer).doesNotContain("<html", "Jetty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=%zz", "after=%", "%=1", "limit=1&after=%4"})
  void aQueryWithHalfAnEscapeIsRefused(String query) throws Exception {
    var answer =
        answer(
            "GET /api/alice/conversations?" + query + " HTTP/1.1",
            "Authorization: Bearer token-of-alice");
    assertThat(answer).startsWith("HTTP/1.1 400").contains("\"field\":\"query\"");
  }

  @Test
  void headersThatAreTooLargeAreAProblemToo() throws Exception {
    var answer = answer("GET /api/alice/conversations HTTP/1.1", "X: " + "x".repeat(9000));
    assertThat(answer).startsWith("HTTP/1.1 431").contains("\"code\":\"bad_request\"");
  }
}
