package chat.agent.openai;

import chat.port.Agent;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * Lets a model answer that is behind OpenAI's Chat Completions or Responses, at any base URL that
 * speaks them. Every model call is one streaming HTTP exchange on the thread that runs the agent; a
 * stop closes it. When the turn may make no more calls of tools, the model is not offered any.
 *
 * <p>A call that got no answer is repeated a few times after a while, {@link
 * OpenAiSettings#retries()}; what follows the first byte of an answer never is.
 *
 * <p>May run many turns at once. Closing it ends the exchanges that are still going on.
 */
public final class OpenAiAgent implements Agent, AutoCloseable {
  /** Connections kept after use: a streaming server has about as many as it has turns. */
  private static final int IDLE_CONNECTIONS = 200;

  private static final Duration IDLE = Duration.ofMinutes(5);

  private final OpenAiSettings settings;
  private final HttpUrl url;
  private final OkHttpClient client;
  private final Patience.Time time;
  private final Set<Exchange> running = ConcurrentHashMap.newKeySet();

  public OpenAiAgent(OpenAiSettings settings) {
    this(settings, Patience.Time.REAL, new PromptSockets());
  }

  OpenAiAgent(OpenAiSettings settings, SocketFactory sockets) {
    this(settings, Patience.Time.REAL, sockets);
  }

  OpenAiAgent(OpenAiSettings settings, Patience.Time time) {
    this(settings, time, new PromptSockets());
  }

  private OpenAiAgent(OpenAiSettings settings, Patience.Time time, SocketFactory sockets) {
    this.settings = settings;
    this.time = time;
    this.url =
        HttpUrl.get(settings.baseUrl().toString())
            .newBuilder()
            .addPathSegments(settings.api().path)
            .build();
    this.client =
        new OkHttpClient.Builder()
            .connectTimeout(settings.connectTimeout())
            .readTimeout(settings.gapTimeout())
            .writeTimeout(settings.gapTimeout())
            .followRedirects(false)
            .socketFactory(sockets)
            .connectionPool(
                new ConnectionPool(IDLE_CONNECTIONS, IDLE.toMillis(), TimeUnit.MILLISECONDS))
            .build();
  }

  @Override
  public void run(Request request, Sink sink) {
    var exchange = new Exchange(settings, url, client, time);
    running.add(exchange);
    try {
      sink.onStop(exchange::cancel);
      run(request, sink, exchange);
    } finally {
      running.remove(exchange);
    }
  }

  private void run(Request request, Sink sink, Exchange exchange) {
    var dialect = dialect(request);
    var asked = ToolChoice.of(request);
    int taken = Wording.stepsTaken(request.turn().id(), request.history());
    for (int step = taken + 1; ; step++) {
      var choice = sink.callsLeft() > 0 ? asked.in(step) : ToolChoice.NONE;
      var reply = exchange.ask(dialect, choice, sink);
      if (reply.calls().isEmpty()) return;
      var results = sink.call(reply.calls());
      if (results.isEmpty()) return;
      dialect.add(results);
    }
  }

  private Dialect dialect(Request request) {
    var model = request.options().model() == null ? settings.model() : request.options().model();
    var origin = url.host() + ":" + url.port() + " " + model;
    return switch (settings.api()) {
      case CHAT -> new ChatCompletions(request, model, origin);
      case RESPONSES -> new Responses(request, model, origin);
    };
  }

  /** Ends all exchanges; what runs then fails. */
  @Override
  public void close() {
    running.forEach(Exchange::cancel);
    client.connectionPool().evictAll();
  }
}
