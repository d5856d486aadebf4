package chat.tools.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chat.npm.NpmPackages;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs scenarios of {@code @modelcontextprotocol/conformance} against a client: a Java program that
 * is given the URL of the scenario's server as its last argument, and the scenario's name as {@code
 * MCP_CONFORMANCE_SCENARIO}.
 */
final class Conformance {
  private static final String SCRIPT =
      "node_modules/@modelcontextprotocol/conformance/dist/index.js";
  private static final String PROTOCOL = "2025-11-25";
  private static final int PATIENCE_SECONDS = 120;
  private static final int CLIENT_PATIENCE_MILLIS = 60_000;
  private static final int LEAST_NODE = 22;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Conformance() {}

  /**
   * Is one thing that a scenario looked at.
   *
   * @param status {@code SUCCESS}, {@code FAILURE}, {@code WARNING}, {@code INFO} or {@code
   *     SKIPPED}
   */
  record Check(String id, String status, String description, String error) {}

  /**
   * Is how a scenario went.
   *
   * @param said what it printed, the client's words included
   */
  record Outcome(String scenario, List<Check> checks, String said) {
    /** Tells whether something was looked at, and found good, and nothing bad. */
    boolean passed() {
      return checks.stream().anyMatch(check -> check.status().equals("SUCCESS"))
          && checks.stream().noneMatch(check -> check.status().equals("FAILURE"));
    }

    /** Returns the bad ones, a line each. */
    List<String> failures() {
      return checks.stream()
          .filter(check -> check.status().equals("FAILURE"))
          .map(check -> check.id() + ": " + check.error())
          .toList();
    }
  }

  /**
   * Runs a scenario; without npm, or a Node.js that is new enough, the test is skipped, and says
   * so.
   *
   * @param folder is empty, and keeps what the scenario leaves
   */
  static Outcome run(String scenario, Class<?> client, Path folder) throws Exception {
    var packages = NpmPackages.installed();
    requireNode();
    var said = folder.resolve("said.txt");
    var results = folder.resolve("results");
    var builder =
        new ProcessBuilder(
                NpmPackages.node(),
                "--require",
                "./loopback.cjs",
                SCRIPT,
                "client",
                "--command",
                command(client, folder),
                "--scenario",
                scenario,
                "--spec-version",
                PROTOCOL,
                "--force",
                "--timeout",
                Integer.toString(CLIENT_PATIENCE_MILLIS),
                "--verbose",
                "--output-dir",
                results.toString())
            .directory(packages.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    var process = builder.start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(scenario).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Outcome(scenario, checks(results), Files.readString(said, UTF_8));
  }

  private static void requireNode() throws IOException {
    var process = new ProcessBuilder(NpmPackages.node(), "--version").start();
    var version = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (Integer.parseInt(version.substring(1, version.indexOf('.'))) >= LEAST_NODE) return;
    var line = "Node.js is " + version + ": NOT TESTED is the conformance of the MCP client";
    System.err.println(line);
    Assumptions.abort(line);
  }

  /** The class path is too long for a shell, and so stands in a file. */
  private static String command(Class<?> client, Path folder) throws IOException {
    var classPath = System.getProperty("java.class.path").replace("\\", "\\\\");
    var file = folder.resolve("arguments.txt");
    Files.writeString(
        file,
        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp \"" + classPath + "\"\n" + client.getName());
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    return java + " @" + file;
  }

  private static List<Check> checks(Path results) throws IOException {
    var checks = new ArrayList<Check>();
    if (!Files.exists(results)) return checks;
    try (var files = Files.walk(results)) {
      for (var file : files.filter(each -> each.endsWith("checks.json")).toList()) {
        for (var check : JSON.readTree(file.toFile())) {
          checks.add(
              new Check(
                  check.path("id").asText(),
                  check.path("status").asText(),
                  check.path("description").asText(),
                  check.path("errorMessage").asText()));
        }
      }
    }
    return checks;
  }
}
