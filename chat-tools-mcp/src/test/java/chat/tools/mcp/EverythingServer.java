package chat.tools.mcp;

import chat.npm.NodeProgram;
import chat.npm.NpmPackages;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Is {@code @modelcontextprotocol/server-everything}, the reference server that tries a client with
 * every kind of tool, over Streamable HTTP on a free port of the loopback interface.
 */
final class EverythingServer implements AutoCloseable {
  private static final String SCRIPT =
      "node_modules/@modelcontextprotocol/server-everything/dist/index.js";

  private final NodeProgram program;

  private EverythingServer(NodeProgram program) {
    this.program = program;
  }

  /** Starts one; without Node.js or npm the test is skipped, and says so. */
  static EverythingServer start() throws IOException {
    return start(0);
  }

  /** Starts one at this port. */
  static EverythingServer start(int port) throws IOException {
    var environment =
        Map.of("PORT", Integer.toString(port), "NODE_OPTIONS", "--require ./loopback.cjs");
    return new EverythingServer(
        NodeProgram.start("listening at ", environment, SCRIPT, "streamableHttp"));
  }

  /** Returns the command that is one over stdio. */
  static List<String> stdio() throws IOException {
    return List.of(NpmPackages.node(), NpmPackages.installed().resolve(SCRIPT).toString(), "stdio");
  }

  String url() {
    return "http://" + program.ready() + "/mcp";
  }

  /** Returns the last lines it printed. */
  List<String> said() {
    return program.said();
  }

  /** Ends its process, and with it its sessions. */
  @Override
  public void close() {
    program.close();
  }
}
