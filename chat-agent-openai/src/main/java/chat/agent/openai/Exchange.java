package chat.agent.openai;

import chat.model.ChatException.AgentFailed;
import chat.model.ChatException.AgentFailed.Reason;
import chat.model.ModelCall;
import chat.port.Agent;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Is what goes to and fro between a turn and the model: one streaming HTTP exchange a model call,
 * all of them within the turn's budget. Used by the turn's thread; {@link #cancel} comes from
 * others.
 *
 * <p>A call is repeated while it had no answer at all: the connection failed before one, or the
 * endpoint is busy or broken. Once an answer has begun, what it said has been seen, and nothing is
 * repeated.
 */
final class Exchange {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final String DONE = "[DONE]";

  /**
   * How long the next event behind the end of an answer is waited for, usage say; comments that
   * keep the stream alive do not make it longer.
   */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final OpenAiSettings settings;
  private final HttpUrl url;
  private final OkHttpClient client;
  private final Patience.Time time;
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private volatile okhttp3.@Nullable Call call;

  /** What is left of the turn's budget when no call goes on. */
  private Duration left;

  Exchange(OpenAiSettings settings, HttpUrl url, OkHttpClient client, Patience.Time time) {
    this.settings = settings;
    this.url = url;
    this.client = client;
    this.time = time;
    this.left = settings.budget();
  }

  /** Ends what goes on, and whatever may come. */
  void cancel() {
    cancelled.countDown();
    var current = call;
    if (current != null) current.cancel();
  }

  /** Has one answer; each attempt at it is a model call, and is told of even if it fails. */
  Reply ask(Dialect dialect, ToolChoice choice, Agent.Sink sink) {
    var reply = new Reply(sink, dialect.model());
    var failure = answer(dialect, choice, reply, sink);
    if (failure != null) throw failure;
    if (reply.notice() != null) sink.tell(reply.notice());
    return reply;
  }

  /** Returns what went wrong between us and the model; what the sink throws passes through. */
  private @Nullable AgentFailed answer(
      Dialect dialect, ToolChoice choice, Reply reply, Agent.Sink sink) {
    long deadline = time.nanos() + left.toNanos();
    int retry = 1;
    try {
      while (true) {
        var rest = Duration.ofNanos(deadline - time.nanos());
        if (!rest.isPositive()) return Failures.outOfTime();
        var miss = attempt(dialect, choice, reply, rest, sink);
        if (miss == null) return null;
        if (dialect.concedes(miss.said())) continue;
        if (!miss.passing() || retry > settings.retries()) return miss.failure();
        rest = Duration.ofNanos(deadline - time.nanos());
        var wait = Patience.before(retry++, miss.failure().retryAfter(), rest);
        if (wait == null || !time.passes(wait, cancelled)) return miss.failure();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new AgentFailed(Reason.MODEL_UNREACHABLE, "the model call was interrupted", null);
    } finally {
      left = Duration.ofNanos(deadline - time.nanos());
    }
  }

  private Failures.@Nullable Miss attempt(
      Dialect dialect, ToolChoice choice, Reply reply, Duration atMost, Agent.Sink sink) {
    var body = dialect.body(choice);
    long began = time.nanos();
    var outcome = ModelCall.Outcome.FAILED;
    try {
      var miss = once(body, dialect.answer(reply), reply, atMost);
      if (miss == null) outcome = ModelCall.Outcome.COMPLETED;
      return miss;
    } finally {
      // A sink that is stopped says so here, whatever the closed exchange looked like.
      var took = Duration.ofNanos(time.nanos() - began);
      sink.modelCalled(new ModelCall(reply.model(), reply.usage(), took, outcome));
    }
  }

  private Failures.@Nullable Miss once(
      byte[] body, Dialect.Reader reader, Reply reply, Duration atMost) {
    var current = client.newCall(request(body));
    current.timeout().timeout(atMost.toNanos(), TimeUnit.NANOSECONDS);
    call = current;
    if (cancelled.getCount() == 0) current.cancel();
    boolean answered = false;
    try (var response = current.execute()) {
      if (!Failures.isAnswer(response)) return Failures.of(response, settings.apiKey());
      answered = true;
      boolean whole = false;
      try {
        read(response, reader, reply);
        whole = true;
      } finally {
        // Closing alone would wait for what else may come.
        if (!whole) current.cancel();
      }
      return null;
    } catch (IOException failure) {
      return Failures.of(failure, answered, settings.apiKey());
    }
  }

  private okhttp3.Request request(byte[] body) {
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

  private void read(Response response, Dialect.Reader reader, Reply reply) throws IOException {
    var source = response.body().source();
    if (Failures.isJson(response)) {
      // Some gateways ignore that a stream was asked for.
      reader.whole(ServerSentEvents.whole(source, settings.longestReply()));
      reader.end();
      return;
    }
    var events = new ServerSentEvents(source, settings.longestReply());
    boolean done = false;
    try {
      while (!done && !reply.settled()) {
        if (reply.over()) source.timeout().deadline(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS);
        else source.timeout().clearDeadline();
        var data = events.next();
        if (data == null) break;
        done = data.strip().equals(DONE);
        if (!done && !data.isBlank()) reader.event(data);
      }
    } catch (BrokenReply | JsonProcessingException broken) {
      throw broken;
    } catch (IOException brokenOff) {
      if (!reply.finished()) throw brokenOff;
    }
    if (!done && !reply.finished()) throw new BrokenReply("the model's answer broke off");
    reader.end();
  }
}
