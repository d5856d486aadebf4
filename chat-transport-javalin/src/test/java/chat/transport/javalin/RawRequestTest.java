package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.contract.Contract;
import chat.contract.ContractCheck;
import chat.testkit.ScriptedAgent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import okhttp3.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no decent client sends, written to the socket as it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RawRequestTest {
  private static final Contract CONTRACT = Contract.read();
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
    var parts = lines[0].split(" ", 3);
    var answer = exchange(lines);
    check(parts[0], parts[1], answer);
    return answer;
  }

  /** Fails unless the contract allows the answer. */
  private static void check(String method, String target, String answer) throws IOException {
    var head = answer.substring(0, answer.indexOf("\r\n\r\n")).split("\r\n", -1);
    var headers = new Headers.Builder();
    for (int i = 1; i < head.length; i++) headers.add(head[i]);
    var body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    int status = Integer.parseInt(head[0].split(" ", 3)[1]);
    var path = target.split("\\?", 2)[0];
    var faults =
        CONTRACT.response(method, path, status, headers.build(), body.isEmpty() ? null : body);
    ContractCheck.require(answer, faults);
  }

  private String exchange(String... lines) throws IOException {
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /health/live HTTP/9.9 | 505 | http_version_not_supported",
        "GET /health/live HTTP/2.0 | 426 | upgrade_required",
        "BREW /health/live HTTP/1.1 | 405 | method_not_allowed",
        "TRACE /health/live HTTP/1.1 | 405 | method_not_allowed",
        "TRACE /api/alice/chat HTTP/1.1 | 401 | unauthenticated",
        "BREW /nowhere HTTP/1.1 | 404 | not_found",
        "PUT /health/live HTTP/1.1 | 405 | method_not_allowed",
      })
  void whatIsAskedInAnOddWayIsAProblemWithItsOwnCode(String line, int status, String code)
      throws Exception {
    assertThat(answer(line)).startsWith("HTTP/1.1 " + status).contains("\"code\":\"" + code + "\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Expect: a-miracle | 417 | expectation_failed",
        "Transfer-Encoding: gzip | 400 | invalid_input",
        "Content-Length: x | 400 | invalid_input",
        "Content-Length: -1 | 400 | invalid_input",
        "Host: a b | 400 | invalid_input",
        "no colon | 400 | invalid_input",
      })
  void aHeaderThatCannotBeIsAProblemWithItsOwnCode(String header, int status, String code)
      throws Exception {
    assertThat(answer("POST /api/alice/chat HTTP/1.1", header))
        .startsWith("HTTP/1.1 " + status)
        .contains("\"code\":\"" + code + "\"");
  }

  @Test
  void anAddressThatIsTooLongIsAProblemToo() throws Exception {
    var answer = answer("GET /" + "x".repeat(9000) + " HTTP/1.1");
    assertThat(answer).startsWith("HTTP/1.1 414").contains("\"code\":\"uri_too_long\"");
  }

  @Test
  void headersThatAreTooLargeAreAProblemToo() throws Exception {
    var answer = answer("GET /api/alice/conversations HTTP/1.1", "X: " + "x".repeat(9000));
    assertThat(answer).startsWith("HTTP/1.1 431").contains("\"code\":\"headers_too_large\"");
  }
}
