package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shows the example MCP server as a program, over both transports, through the SDK's client. */
@Timeout(240)
final class TodoIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int EACH = 20;
  private static final String READY = "todo is ready at ";

  @TempDir private Path home;

  @Test
  void overHttpATokenOfTheDataFolderSaysWhoseItemsTheyAre() throws Exception {
    var ada = ServerProcess.run(home, Map.of(), "token", "--user", "ada").out().strip();
    var process = ServerProcess.launch(ServerProcess.JAR, home, Map.of(), "todo", "--port", "0");
    try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      var ready = out.readLine();
      assertThat(ready).startsWith(READY + "http://127.0.0.1:");
      var transport =
          HttpClientStreamableHttpTransport.builder(ready.substring(READY.length()))
              .jsonMapper(McpJsonDefaults.getMapper())
              .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer " + ada))
              .build();
      assertThat(addsAndLists(transport)).isEqualTo("1: milk");
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(Files.readString(home.resolve("err.txt"))).doesNotContain("WARN", "ERROR");
    try (var kept = Files.list(home.resolve("data"))) {
      assertThat(kept.map(file -> file.getFileName().toString()))
          .as("no database")
          .containsExactlyInAnyOrder("token-key", "todo");
    }
  }

  @Test
  void overStdioTheEnvironmentSaysWhoseItemsTheyAre() {
    var said = new CopyOnWriteArrayList<String>();
    assertThat(addsAndLists(stdio("ada", said))).isEqualTo("1: milk");
    assertThat(addsAndLists(stdio("ada", said))).isEqualTo("1: milk\n2: milk");
    assertThat(addsAndLists(stdio("bob", said))).isEqualTo("1: milk");
    assertThat(said).noneMatch(line -> line.contains("ERROR"));
  }

  @Test
  void twoProcessesOfOneUserLoseNothingOfEachOther() throws Exception {
    var said = new CopyOnWriteArrayList<String>();
    try (var one = client(stdio("ada", said));
        var other = client(stdio("ada", said))) {
      one.initialize();
      other.initialize();
      var adding = new ArrayList<Future<?>>();
      try (var threads = Executors.newFixedThreadPool(2)) {
        for (var client : List.of(one, other)) {
          adding.add(
              threads.submit(
                  () -> {
                    for (int i = 0; i < EACH; i++) call(client, "add", Map.of("text", "milk"));
                  }));
        }
      }
      for (var each : adding) each.get();

      assertThat(call(one, "list", Map.of())).hasLineCount(2 * EACH);
    }
  }

  private StdioClientTransport stdio(String user, CopyOnWriteArrayList<String> said) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var parameters =
        ServerParameters.builder(java)
            .args(
                "-XX:TieredStopAtLevel=1", "-jar", ServerProcess.JAR.toString(), "todo", "--stdio")
            .env(Map.of("TODO_USER", user, "CHAT_DATA_DIR", home.resolve("data").toString()))
            .build();
    var transport = new StdioClientTransport(parameters, McpJsonDefaults.getMapper());
    transport.setStdErrorHandler(said::add);
    return transport;
  }

  private static McpSyncClient client(McpClientTransport transport) {
    return McpClient.sync(transport).initializationTimeout(PATIENCE).build();
  }

  private static String addsAndLists(McpClientTransport transport) {
    try (var client = client(transport)) {
      client.initialize();
      call(client, "add", Map.of("text", "milk"));
      return call(client, "list", Map.of());
    }
  }

  private static String call(McpSyncClient client, String tool, Map<String, Object> arguments) {
    var result = client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
    return ((TextContent) result.content().get(0)).text();
  }

  @Test
  void overStdioWithoutAUserItDoesNotStart() throws Exception {
    var ended = ServerProcess.run(home, Map.of(), "todo", "--stdio");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).startsWith("TODO_USER: ").hasLineCount(1);
  }
}
