package chat.app.todo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import chat.app.folder.DataFolder;
import chat.app.folder.StartFailure;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.UserId;
import chat.port.Authenticator;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class TodoServerTest {
  private static final String GREETING =
      """
      {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25",
       "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}
      """;
  private static final String LISTING =
      "{\"jsonrpc\": \"2.0\", \"id\": 2, \"method\": \"tools/list\"}";

  /** Takes {@code token-of-<user>}. */
  private static final Authenticator AUTHENTICATOR =
      token -> {
        if (token.equals("undecided")) {
          throw new ChatException.Unavailable(
              ChatException.Unavailable.Reason.OVERLOADED, Duration.ofSeconds(1));
        }
        if (!token.startsWith("token-of-")) throw new ChatException.Unauthenticated("no");
        return new Caller(new UserId(token.substring("token-of-".length())), token, null);
      };

  @TempDir private Path folder;
  private TodoServer server;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void start() {
    server = TodoServer.start(DataFolder.open(folder), AUTHENTICATOR, 0);
  }

  @AfterEach
  void stop() {
    server.close();
    http.close();
  }

  private McpSyncClient client(String user) {
    var client =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder(server.url())
                    .jsonMapper(McpJsonDefaults.getMapper())
                    .requestBuilder(
                        HttpRequest.newBuilder().header("Authorization", "Bearer token-of-" + user))
                    .build())
            .build();
    client.initialize();
    return client;
  }

  private static CallToolResult call(
      McpSyncClient client, String tool, Map<String, Object> arguments) {
    return client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
  }

  private static String text(CallToolResult result) {
    return ((TextContent) result.content().get(0)).text();
  }

  @Test
  void itemsAreAddedListedCompletedAndDeleted() {
    try (var ada = client("ada")) {
      var added = call(ada, "add", Map.of("text", "milk"));
      assertThat(added.isError()).isFalse();
      assertThat(text(added)).isEqualTo("added 1: milk");
      assertThat(added.structuredContent())
          .isEqualTo(Map.of("id", 1, "text", "milk", "done", false));
      call(ada, "add", Map.of("text", "bread"));
      assertThat(text(call(ada, "complete", Map.of("id", 2))))
          .isEqualTo("completed 2: bread (done)");
      var listed = call(ada, "list", Map.of());
      assertThat(text(listed)).isEqualTo("1: milk\n2: bread (done)");
      assertThat(listed.structuredContent())
          .isEqualTo(
              Map.of(
                  "items",
                  List.of(
                      Map.of("id", 1, "text", "milk", "done", false),
                      Map.of("id", 2, "text", "bread", "done", true))));
      assertThat(text(call(ada, "delete", Map.of("id", 1)))).isEqualTo("deleted 1: milk");
      assertThat(text(call(ada, "list", Map.of()))).isEqualTo("2: bread (done)");
    }
  }

  @Test
  void eachToolSaysWhatItDoesToTheWorld() {
    try (var ada = client("ada")) {
      assertThat(ada.listTools().tools())
          .extracting(
              Tool::name,
              tool -> tool.annotations().readOnlyHint(),
              tool -> tool.annotations().destructiveHint(),
              tool -> tool.annotations().idempotentHint())
          .containsExactlyInAnyOrder(
              tuple("add", false, false, false),
              tuple("list", true, false, true),
              tuple("complete", false, false, true),
              tuple("delete", false, true, true));
      assertThat(ada.listTools().tools())
          .allMatch(tool -> !tool.description().isBlank() && tool.outputSchema() != null);
    }
  }

  @Test
  void whatCannotBeDoneIsAResultThatSaysWhy() {
    try (var ada = client("ada")) {
      var absent = call(ada, "delete", Map.of("id", 7));
      assertThat(absent.isError()).isTrue();
      assertThat(text(absent)).isEqualTo("there is no item 7");
      for (var wrong : List.<Map<String, Object>>of(Map.of(), Map.of("text", 1))) {
        assertThat(call(ada, "add", wrong).isError()).as(wrong.toString()).isTrue();
      }
      assertThat(text(call(ada, "list", Map.of()))).isEqualTo("there are no items");
    }
  }

  @Test
  void twoUsersAtOnceHaveTheirOwnItems() {
    try (var ada = client("ada");
        var bob = client("bob")) {
      call(ada, "add", Map.of("text", "milk"));
      call(bob, "add", Map.of("text", "beer"));

      assertThat(text(call(ada, "list", Map.of()))).isEqualTo("1: milk");
      assertThat(text(call(bob, "list", Map.of()))).isEqualTo("1: beer");
    }
  }

  @Test
  void withoutAGoodTokenNothingIsAnswered() throws Exception {
    var without = post(null, null, GREETING);
    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(without.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"todo\"");
    var wrong = post("forged", null, GREETING);
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.headers().firstValue("WWW-Authenticate"))
        .contains("Bearer realm=\"todo\", error=\"invalid_token\"");
    assertThat(post("undecided", null, GREETING).statusCode()).isEqualTo(503);
  }

  @Test
  void aSessionDoesNotExistForAnotherUser() throws Exception {
    var session =
        post("token-of-ada", null, GREETING).headers().firstValue("Mcp-Session-Id").orElseThrow();

    assertThat(post("token-of-bob", session, LISTING).statusCode()).isEqualTo(404);
    assertThat(send("token-of-bob", session, "DELETE", "").statusCode()).isEqualTo(404);
    assertThat(send("token-of-bob", session, "GET", "").statusCode()).isEqualTo(404);
    assertThat(post("token-of-bob", "none-such", LISTING).statusCode()).isEqualTo(404);
    assertThat(post("token-of-ada", session, LISTING).body()).contains("\"complete\"");
  }

  @Test
  void aPageOfAStrangerGetsNothing() throws Exception {
    var request =
        request("token-of-ada", null)
            .header("Origin", "https://elsewhere.example")
            .POST(BodyPublishers.ofString(GREETING))
            .build();

    assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
  }

  @Test
  void aPortThatIsTakenIsALineThatSaysSo() {
    var port = URI.create(server.url()).getPort();

    assertThatThrownBy(() -> TodoServer.start(DataFolder.open(folder), AUTHENTICATOR, port))
        .isInstanceOf(StartFailure.class)
        .hasMessageStartingWith("cannot listen on 127.0.0.1 port " + port)
        .hasMessageContaining("--port");
  }

  private HttpResponse<String> post(@Nullable String token, @Nullable String session, String body)
      throws Exception {
    return send(token, session, "POST", body);
  }

  private HttpResponse<String> send(
      @Nullable String token, @Nullable String session, String method, String body)
      throws Exception {
    var request = request(token, session).method(method, BodyPublishers.ofString(body, UTF_8));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(@Nullable String token, @Nullable String session) {
    var request =
        HttpRequest.newBuilder(URI.create(server.url()))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream");
    if (token != null) request.header("Authorization", "Bearer " + token);
    if (session != null) request.header("Mcp-Session-Id", session);
    return request;
  }
}
