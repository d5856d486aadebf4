package chat.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Json;
import chat.model.Turn;
import chat.testkit.CompletionsRules;
import chat.testkit.ResponsesRules;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Is an endpoint on the loopback that answers as it is told to, one answer per request. It refuses
 * what breaks the provider's rules; its test then fails in the end.
 */
final class ScriptedModel implements AutoCloseable {
  static final String KEY = "sk-test-0123456789";
  static final String DONE = "data: [DONE]\n\n";
  static final String STOP = chunk("{}", "\"stop\"");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private final MockWebServer server = new MockWebServer();
  private final List<MockResponse> script = new ArrayList<>();
  private final List<OpenAiAgent> agents = new ArrayList<>();
  private final List<Held> helds = new ArrayList<>();
  private final SkippedTime time = new SkippedTime();
  private final List<String> broken = new CopyOnWriteArrayList<>();
  private int answered;

  /** Passes at once, and so much later it is. */
  private static final class SkippedTime implements Patience.Time {
    final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final AtomicLong skipped = new AtomicLong();

    @Override
    public long nanos() {
      return System.nanoTime() + skipped.get();
    }

    @Override
    public boolean passes(Duration time, CountDownLatch end) {
      if (end.getCount() == 0) return false;
      waits.add(time);
      skipped.addAndGet(time.toNanos());
      return true;
    }
  }

  ScriptedModel() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            var found = rulesBrokenBy(request);
            broken.addAll(found);
            return found.isEmpty() ? next() : status(400, "{}");
          }
        });
    server.setServerSocketFactory(new PromptServerSockets());
    try {
      server.start();
    } catch (IOException noPort) {
      throw new IllegalStateException(noPort);
    }
  }

  private static List<String> rulesBrokenBy(RecordedRequest request) {
    var body = request.getBody();
    if (body == null) return List.of("there is no body");
    try {
      Map<String, ?> sent = JSON.readValue(body.utf8(), new TypeReference<>() {});
      boolean responses = request.getUrl().encodedPath().endsWith("/responses");
      return responses ? ResponsesRules.broken(sent) : CompletionsRules.broken(sent);
    } catch (JsonProcessingException notJson) {
      return List.of("the body is no JSON: " + body.utf8());
    }
  }

  /** The last answer is given to all further requests. */
  private synchronized MockResponse next() {
    return script.get(Math.min(answered++, script.size() - 1));
  }

  synchronized ScriptedModel answers(MockResponse response) {
    script.add(response);
    return this;
  }

  /** Answers with a whole stream of events. */
  ScriptedModel streams(String... events) {
    return answers(stream().chunkedBody(String.join("", events), 1000).build());
  }

  /** Answers with a stream that is cut off behind this. */
  ScriptedModel breaksOffAfter(String... events) {
    var body = String.join("", events);
    return answers(
        stream()
            .body(body)
            .setHeader("Content-Length", body.length() + 100_000)
            .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
  }

  /** Answers with a stream that ends cleanly behind this. */
  ScriptedModel endsAfter(byte[] bytes) {
    return answers(stream().body(new okio.Buffer().write(bytes)).build());
  }

  ScriptedModel holds(Held held) {
    helds.add(held);
    return answers(
        stream()
            .body(held)
            .removeHeader("Content-Length")
            .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
  }

  OpenAiAgent agent() {
    return agent(settings());
  }

  OpenAiAgent agent(OpenAiSettings settings) {
    var agent = new OpenAiAgent(settings, time);
    agents.add(agent);
    return agent;
  }

  /** Leaves everything time to happen on a slow machine. */
  OpenAiSettings settings() {
    return OpenAiSettings.of(baseUrl(), KEY, "gpt-test").gapTimeout(Duration.ofSeconds(30));
  }

  /** Returns how long the agents waited before their retries; no time passed meanwhile. */
  List<Duration> waits() {
    return List.copyOf(time.waits);
  }

  /** Returns what is kept with a call that this endpoint made. */
  Json kept(String callId) {
    var url = baseUrl();
    return new Json(
        "{\"id\":\"%s\",\"from\":\"%s:%d gpt-test\"}"
            .formatted(callId, url.getHost(), url.getPort()));
  }

  URI baseUrl() {
    return server.url("/v1").uri();
  }

  int requests() {
    return server.getRequestCount();
  }

  RecordedRequest takeRequest() throws InterruptedException {
    var request = server.takeRequest(10, TimeUnit.SECONDS);
    if (request == null) throw new IllegalStateException("no request came");
    return request;
  }

  /** Returns the body of the next request. */
  String takeBody() throws InterruptedException {
    var body = takeRequest().getBody();
    return body == null ? "" : body.utf8();
  }

  @Override
  public void close() {
    agents.forEach(OpenAiAgent::close);
    helds.forEach(Held::goOn);
    server.close();
    assertThat(broken).as("broken rules of the provider").isEmpty();
  }

  static MockResponse.Builder stream() {
    return new MockResponse.Builder().setHeader("Content-Type", "text/event-stream; charset=utf-8");
  }

  static MockResponse status(int status, String body, String... headers) {
    var response =
        new MockResponse.Builder()
            .code(status)
            .setHeader("Content-Type", "application/json")
            .body(body);
    for (int i = 0; i < headers.length; i += 2) response.setHeader(headers[i], headers[i + 1]);
    return response.build();
  }

  static String say(String text) {
    return chunk("{\"content\":" + quote(text) + "}", "null");
  }

  static String tool(String piece) {
    return chunk("{\"tool_calls\":[" + piece + "]}", "null");
  }

  static String finish(String reason) {
    return chunk("{}", quote(reason));
  }

  static String chunk(String delta, String finish) {
    return event(
        "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
            + delta
            + ",\"logprobs\":null,\"finish_reason\":"
            + finish
            + "}],\"usage\":null}");
  }

  static String used(Turn.Usage usage) {
    return event(
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":9,"
                .formatted(usage.input(), usage.output())
            + "\"prompt_tokens_details\":{\"audio_tokens\":0,\"cached_tokens\":%d},"
                .formatted(usage.cached())
            + "\"completion_tokens_details\":{\"reasoning_tokens\":%d}}}"
                .formatted(usage.reasoning()));
  }

  static String event(String data) {
    return "data: " + data + "\n\n";
  }

  static String quote(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }

  /** Is a stream that stays open behind its first part, until it is told to go on or is closed. */
  static final class Held implements MockResponseBody {
    private final String first;
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final boolean silent;
    private @Nullable String rest;

    private Held(boolean silent, String... first) {
      this.first = String.join("", first);
      this.silent = silent;
    }

    /** Writes a comment every few milliseconds and so notices when it is closed. */
    static Held after(String... first) {
      return new Held(false, first);
    }

    /** Writes nothing while it is held. */
    static Held silentAfter(String... first) {
      return new Held(true, first);
    }

    void goOn(String... events) {
      rest = String.join("", events);
      goOn.countDown();
    }

    boolean seesItsClose(Duration within) throws InterruptedException {
      return closed.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public long getContentLength() {
      return -1;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.writeUtf8(first).flush();
      try {
        while (!goOn.await(silent ? 60_000 : 5, TimeUnit.MILLISECONDS)) {
          sink.writeUtf8(": held\n\n").flush();
        }
      } catch (IOException gone) {
        closed.countDown();
        throw gone;
      } catch (InterruptedException shutDown) {
        Thread.currentThread().interrupt();
      }
      if (rest != null) sink.writeUtf8(rest).flush();
    }
  }
}
