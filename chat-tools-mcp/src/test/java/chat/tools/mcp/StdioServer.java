package chat.tools.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import chat.tools.mcp.McpServer.Endpoint;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Is an MCP server over stdio with the tools of the contract, and some that go wrong. */
final class StdioServer {
  private StdioServer() {}

  /** Returns how one is started that takes its caller's name from {@code WHO}. */
  static Endpoint.Stdio endpoint() {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new Endpoint.Stdio(
        java,
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            StdioServer.class.getName()),
        Map.of("WHO", "${user.id}"));
  }

  public static void main(String[] arguments) throws Exception {
    var out = new PrintStream(System.out, true, UTF_8);
    var script =
        ToolScript.ofTheContract()
            .has(
                "environment",
                true,
                call -> ToolScript.text(String.join(",", System.getenv().keySet())))
            .has("dies", false, call -> die())
            .has("diesReadOnly", true, call -> die())
            .has(
                "garbles",
                true,
                call -> {
                  out.println("{\"jsonrpc\": \"2.0\", \"id\": 1, ...");
                  return ToolScript.never();
                })
            .has("big", true, call -> ToolScript.text("x".repeat(10 << 20)));
    out.println("Welcome to the scripted server!");
    System.err.println("about to serve");
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      var message = ToolScript.json(line);
      Thread.startVirtualThread(
          () -> {
            try {
              var answer = script.answer(message, System.getenv("WHO"));
              if (answer != null) {
                synchronized (out) {
                  out.println(answer);
                }
              }
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  private static com.fasterxml.jackson.databind.JsonNode die() {
    Runtime.getRuntime().halt(3);
    return ToolScript.text("never");
  }
}
