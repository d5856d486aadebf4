package chat.transport.javalin;

import chat.ChatService;
import chat.port.Authenticator;
import chat.transport.javalin.chatkit.ChatKit;
import chat.transport.javalin.chatkit.ChatKitSettings;
import chat.transport.javalin.http.AttachmentUrls;
import chat.transport.javalin.http.Door;
import chat.transport.javalin.http.FileRoutes;
import chat.transport.javalin.http.OpenStreams;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a {@link ChatService} over HTTP, as {@code openapi.yaml} says: REST and server-sent events
 * below {@code /api/{user_id}}, ChatKit, health, and that document itself. Either as a server of
 * its own ({@link #start}) or on somebody else's Javalin ({@link #routes}).
 */
public final class ChatHttp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChatHttp.class);

  /** Virtual threads are pinned by {@code synchronized} in older versions (JEP 491). */
  private static final int VIRTUAL_THREADS_SINCE = 24;

  private static final long STOP_MILLIS = 3000;

  /** How long a connection that nobody uses holds up the shutdown. */
  private static final long IDLE_MILLIS = 50;

  private final Javalin javalin;
  private final OpenStreams streams;
  private final HttpSettings settings;

  private ChatHttp(Javalin javalin, OpenStreams streams, HttpSettings settings) {
    this.javalin = javalin;
    this.streams = streams;
    this.settings = settings;
  }

  /**
   * Starts a server; it listens when this returns. The caller closes it, after the engine.
   *
   * @param more adds what else this server has, such as a page
   */
  public static ChatHttp start(
      ChatService service,
      Authenticator authenticator,
      HttpSettings settings,
      Consumer<JavalinConfig> more) {
    var streams = new OpenStreams();
    var port = new AtomicInteger(settings.port());
    var urls = urls(service, () -> settings.base(port.get()));
    var javalin =
        Javalin.create(
            config -> {
              serve(config, settings);
              mount(config.routes, service, authenticator, settings, streams, urls);
              more.accept(config);
            });
    javalin.start();
    port.set(javalin.port());
    return new ChatHttp(javalin, streams, settings);
  }

  public static ChatHttp start(
      ChatService service, Authenticator authenticator, HttpSettings settings) {
    return start(service, authenticator, settings, config -> {});
  }

  /**
   * Adds the routes to a Javalin of the caller's, whose virtual threads, compression and ways to
   * stop are the caller's own. Exceptions that it does not map become problems, as here.
   */
  public static Consumer<JavalinConfig> routes(
      ChatService service, Authenticator authenticator, HttpSettings settings) {
    var streams = new OpenStreams();
    var urls = urls(service, () -> settings.base(settings.port()));
    return config -> mount(config.routes, service, authenticator, settings, streams, urls);
  }

  private static AttachmentUrls urls(ChatService service, Supplier<String> base) {
    return new AttachmentUrls(service.attachments()::signingKey, base, InstantSource.system());
  }

  public int port() {
    return javalin.port();
  }

  int openStreams() {
    return streams.count();
  }

  /**
   * Takes no new connections, lets streams end for a while (they do when the engine is closed),
   * then stops.
   */
  @Override
  public void close() {
    for (var connector : javalin.jettyServer().server().getConnectors()) {
      if (connector instanceof NetworkConnector network) network.close();
    }
    try {
      streams.drain(settings.timing().drain());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      javalin.stop();
    } catch (JavalinException e) {
      LOG.warn("requests were cut short by the shutdown", e);
    }
  }

  private static void mount(
      RoutesConfig routes,
      ChatService service,
      Authenticator authenticator,
      HttpSettings settings,
      OpenStreams streams,
      AttachmentUrls urls) {
    routes.exception(Exception.class, (e, ctx) -> Problems.answer(ctx, e));
    routes.exception(HttpResponseException.class, (e, ctx) -> Problems.answer(ctx, e));
    var chatKit = new ChatKit(service, authenticator, chatKit(settings), streams, urls);
    chatKit.mount(routes, "/chatkit");
    chatKit.mountBehindDoor(routes, RestRoutes.USER + "/chatkit");
    var door = new Door(authenticator, settings.corsOrigins());
    new RestRoutes(
            service,
            new EventStream(streams, settings.timing().heartbeat()),
            settings,
            chatKit::take)
        .mount(routes, door);
    new AttachmentRoutes(service.attachments(), urls, settings.bodyLimit()).mount(routes);
    new FileRoutes(service.attachments(), urls).mount(routes, door);
    if (settings.login() != null) new DevLogin(settings.login(), authenticator).mount(routes);
    new OpenApiDocument().mount(routes);
    RestRoutes.read(routes, "/health/live", ctx -> health(ctx, true, "up"));
    RestRoutes.read(
        routes, "/health/ready", ctx -> health(ctx, isReady(service, settings.ready()), "ready"));
  }

  private static ChatKitSettings chatKit(HttpSettings settings) {
    return settings
        .chatKit()
        .withOrigins(settings.corsOrigins())
        .withBodyLimit(settings.bodyLimit());
  }

  private static boolean isReady(ChatService service, BooleanSupplier behind) {
    try {
      return service.ready() && behind.getAsBoolean();
    } catch (RuntimeException e) {
      LOG.warn("not ready: {}", e.toString());
      return false;
    }
  }

  private static void health(Context ctx, boolean well, String word) {
    if (!well) ctx.header("Retry-After", "1");
    RestRoutes.answer(ctx, well ? 200 : 503, new RestWire.Health(well ? word : "unavailable"));
  }

  private static void serve(JavalinConfig config, HttpSettings settings) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.concurrency.useVirtualThreads = Runtime.version().feature() >= VIRTUAL_THREADS_SINCE;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.http.prefer405over404 = true;
    config.jetty.host = settings.host();
    config.jetty.port = settings.port();
    config.jetty.modifyHttpConfiguration(ChatHttp::smallBuffers);
    config.jetty.modifyServer(
        server -> {
          server.setStopTimeout(STOP_MILLIS);
          server.setErrorHandler(new Unreadable());
          server.addEventListener(new SmallInput(server));
        });
  }

  /** An open stream costs what its buffers cost. */
  private static void smallBuffers(HttpConfiguration http) {
    http.setOutputBufferSize(4096);
    http.setOutputAggregationSize(1024);
    http.setRequestHeaderSize(8192);
    http.setResponseHeaderSize(4096);
    http.setUseOutputDirectByteBuffers(false);
    http.setSendServerVersion(false);
  }

  /** Does the same for what connections read into, once there are connectors. */
  private record SmallInput(Server server) implements LifeCycle.Listener {
    @Override
    public void lifeCycleStarting(LifeCycle event) {
      for (var connector : server.getConnectors()) {
        if (connector instanceof AbstractConnector kept) kept.setShutdownIdleTimeout(IDLE_MILLIS);
        var http = connector.getConnectionFactory(HttpConnectionFactory.class);
        if (http == null) continue;
        http.setInputBufferSize(2048);
      }
    }
  }

  /** Says in the same form what never became a request: a bad path, headers too large. */
  private static final class Unreadable extends ErrorHandler {
    @Override
    protected void generateResponse(
        Request request,
        Response response,
        int code,
        String message,
        @Nullable Throwable cause,
        Callback callback)
        throws IOException {
      var detail = HttpStatus.getMessage(code).toLowerCase(Locale.ROOT);
      response.getHeaders().put("Content-Type", Problems.TYPE);
      var body = RestJson.write(Problems.of(code, Problems.code(code), detail, null));
      response.write(true, ByteBuffer.wrap(body), callback);
    }
  }
}
