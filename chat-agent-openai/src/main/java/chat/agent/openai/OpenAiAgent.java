package chat.agent.openai;

import chat.model.ChatException.AgentFailed;
import chat.model.TurnEvent.Notice;
import chat.port.Agent;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Lets a model behind OpenAI's Chat Completions answer, at any base URL that speaks them. Every
 * model call is one streaming HTTP exchange on the thread that runs the agent; a stop closes it.
 * After ten calls in one turn the model may ask for no more tools.
 *
 * <p>May run many turns at once. Closing it ends the exchanges that are still going on.
 */
public final class OpenAiAgent implements Agent, AutoCloseable {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final int MOST_STEPS = 10;

  /** Connections kept after use: a streaming server has about as many as it has turns. */
  private static final int IDLE_CONNECTIONS = 200;

  private static final Duration IDLE = Duration.ofMinutes(5);
  private static final String DONE = "[DONE]";

  private final OpenAiSettings settings;
  private final HttpUrl url;
  private final OkHttpClient client;
  private final Set<okhttp3.Call> running = ConcurrentHashMap.newKeySet();

  public OpenAiAgent(OpenAiSettings settings) {
    this(settings, new PromptSockets());
  }

  OpenAiAgent(OpenAiSettings settings, SocketFactory sockets) {
    this.settings = settings;
    this.url =
        HttpUrl.get(settings.baseUrl().toString())
            .newBuilder()
            .addPathSegments("chat/completions")
            .build();
    this.client =
        new OkHttpClient.Builder()
            .connectTimeout(settings.connectTimeout())
            .readTimeout(settings.gapTimeout())
            .writeTimeout(settings.gapTimeout())
            .callTimeout(settings.callTimeout())
            .followRedirects(false)
            .socketFactory(sockets)
            .connectionPool(
                new ConnectionPool(IDLE_CONNECTIONS, IDLE.toMillis(), TimeUnit.MILLISECONDS))
            .build();
  }

  @Override
  public void run(Request request, Sink sink) {
    var prompt = new Prompt(request, settings.model());
    for (int step = prompt.stepsTaken() + 1; ; step++) {
      boolean mayCall = step < MOST_STEPS;
      var reply = ask(prompt.body(mayCall), sink);
      if (reply.calls().isEmpty()) return;
      if (!mayCall) {
        sink.tell(new Notice(Notice.Level.WARNING, "ended after " + step + " model calls", null));
        return;
      }
      var results = sink.call(reply.calls());
      if (results.isEmpty()) return;
      prompt.add(reply.text(), results);
    }
  }

  /** Makes one model call; its usage is told even if it fails. */
  private Reply ask(byte[] body, Sink sink) {
    var reply = new Reply(sink);
    var failure = exchange(body, reply, sink);
    // A sink that is stopped says so here, whatever the closed exchange looked like.
    sink.usage(reply.usage());
    if (failure != null) throw failure;
    if (reply.notice() != null) sink.tell(reply.notice());
    return reply;
  }

  /** Returns what went wrong between us and the model; what the sink throws passes through. */
  private @Nullable AgentFailed exchange(byte[] body, Reply reply, Sink sink) {
    var call = client.newCall(httpRequest(body));
    running.add(call);
    boolean answered = false;
    try {
      sink.onStop(call::cancel);
      try (var response = call.execute()) {
        if (!isStream(response)) return Failures.of(response, settings.apiKey());
        answered = true;
        boolean whole = false;
        try {
          read(response, reply);
          whole = true;
        } finally {
          // Closing alone would wait for what else may come.
          if (!whole) call.cancel();
        }
      }
      return null;
    } catch (IOException failure) {
      return Failures.of(failure, answered);
    } finally {
      running.remove(call);
    }
  }

  private okhttp3.Request httpRequest(byte[] body) {
    var request =
        new okhttp3.Request.Builder()
            .url(url)
            .header("Accept", "text/event-stream")
            // Compression would hold tokens back.
            .header("Accept-Encoding", "identity")
            .post(RequestBody.create(body, JSON));
    if (settings.apiKey() != null) request.header("Authorization", "Bearer " + settings.apiKey());
    return request.build();
  }

  /** Some endpoints give their streams no type, or a wrong one; these two are never streams. */
  private static boolean isStream(Response response) {
    var type = response.body().contentType();
    return response.code() == 200
        && (type == null || !(type.subtype().equals("json") || type.subtype().equals("html")));
  }

  private void read(Response response, Reply reply) throws IOException {
    var events = new ServerSentEvents(response.body().source(), settings.longestReply());
    boolean done = false;
    try {
      for (var data = events.next(); data != null; data = events.next()) {
        done = data.strip().equals(DONE);
        if (done) break;
        if (!data.isBlank()) ChunkReader.read(data, reply);
      }
    } catch (BrokenReply | JsonProcessingException broken) {
      throw broken;
    } catch (IOException brokenOff) {
      if (!reply.finished()) throw brokenOff;
    }
    if (!done && !reply.finished()) throw new BrokenReply("the model's answer broke off");
    reply.complete();
  }

  /** Ends all exchanges; what runs then fails. */
  @Override
  public void close() {
    running.forEach(okhttp3.Call::cancel);
    client.connectionPool().evictAll();
  }
}
