package chat.app.todo;

import chat.app.folder.DataFolder;
import chat.app.folder.StartFailure;
import chat.model.UserId;
import chat.port.Authenticator;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServer.SyncSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.DefaultServerTransportSecurityValidator;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import jakarta.servlet.DispatcherType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Is an MCP server for to-do items: over Streamable HTTP for whoever brings a token, or over stdio
 * for the one user who started it.
 *
 * <p>Threads: over HTTP those of the web server; tools run on those of the SDK.
 */
public final class TodoServer implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String PATH = "/mcp";
  private static final int MOST_THREADS = 64;
  private static final int MOST_BYTES = 64 * 1024;

  /** A stream that waits for messages of the server is silent for long. */
  private static final Duration IDLE = Duration.ofHours(1);

  private final McpSyncServer mcp;
  private final Server jetty;
  private final int port;

  private TodoServer(McpSyncServer mcp, Server jetty, int port) {
    this.mcp = mcp;
    this.jetty = jetty;
    this.port = port;
  }

  /**
   * Starts one that listens on the loopback interface.
   *
   * @param authenticator says who holds the token of a request
   * @param port 0 takes a free one
   */
  public static TodoServer start(DataFolder data, Authenticator authenticator, int port) {
    var json = McpJsonDefaults.getMapper();
    var transport =
        HttpServletStreamableServerTransportProvider.builder()
            .jsonMapper(json)
            .mcpEndpoint(PATH)
            .maxRequestSize(MOST_BYTES)
            .contextExtractor(TodoGate::context)
            // A page of a stranger that reaches this address by a name of its own gets nothing.
            .httpHeaderValidator(
                DefaultServerTransportSecurityValidator.builder()
                    .allowedHosts(List.of("127.0.0.1:*", "localhost:*"))
                    .build())
            .build();
    var mcp =
        described(
                McpServer.sync(transport),
                data,
                json,
                exchange -> TodoGate.user(exchange.transportContext()))
            .build();
    var jetty = new Server(new QueuedThreadPool(MOST_THREADS));
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    var connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    connector.setHost(HOST);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE.toMillis());
    jetty.addConnector(connector);
    var context = new ServletContextHandler();
    var gate = new FilterHolder(new TodoGate(authenticator));
    gate.setAsyncSupported(true);
    context.addFilter(gate, "/*", EnumSet.of(DispatcherType.REQUEST));
    var servlet = new ServletHolder(transport);
    servlet.setAsyncSupported(true);
    context.addServlet(servlet, PATH);
    jetty.setHandler(context);
    try {
      jetty.start();
      return new TodoServer(mcp, jetty, connector.getLocalPort());
    } catch (Exception e) {
      mcp.close();
      throw new StartFailure(
          "cannot listen on %s port %d (%s): set --port to another"
              .formatted(HOST, port, e.getMessage()),
          e);
    }
  }

  /**
   * Serves one user over the streams until the input ends.
   *
   * @param out takes the protocol and nothing else
   */
  public static void run(DataFolder data, UserId user, InputStream in, OutputStream out)
      throws InterruptedException {
    var json = McpJsonDefaults.getMapper();
    var input = new Awaited(in);
    var mcp =
        described(
                McpServer.sync(new StdioServerTransportProvider(json, input, out)),
                data,
                json,
                exchange -> user)
            .build();
    input.ended.await();
    mcp.close();
  }

  private static <S extends SyncSpecification<S>> SyncSpecification<S> described(
      SyncSpecification<S> server,
      DataFolder data,
      McpJsonMapper json,
      Function<McpSyncServerExchange, UserId> user) {
    try {
      return server
          .jsonMapper(json)
          .serverInfo("todo", "1")
          .instructions("Keeps the user's to-do list. Items are named by their id; see list.")
          .capabilities(ServerCapabilities.builder().tools(false).build())
          .tools(new TodoTools(new TodoItems(data, json), json, user).all());
    } catch (IOException e) {
      throw new StartFailure("cannot keep items in " + data.path() + ": " + e, e);
    }
  }

  /** Returns where it can be reached. */
  public String url() {
    return "http://" + HOST + ":" + port + PATH;
  }

  /** Ends its sessions, then stops listening. */
  @Override
  public void close() {
    mcp.closeGracefully();
    LifeCycle.stop(jetty);
  }

  /** Says when there is no more to read. */
  private static final class Awaited extends FilterInputStream {
    final CountDownLatch ended = new CountDownLatch(1);

    Awaited(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      return noted(super.read());
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return noted(super.read(bytes, offset, length));
    }

    private int noted(int result) {
      if (result < 0) ended.countDown();
      return result;
    }
  }
}
