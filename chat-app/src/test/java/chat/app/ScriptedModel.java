package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chat.testkit.CompletionsRules;
import chat.testkit.ResponsesRules;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Is a model server on the loopback interface that answers as a test says, and keeps what it was
 * asked. Asked to name a conversation, it always says {@link #TITLE}, and does not count that. It
 * refuses what breaks the provider's rules; its test then fails in the end.
 */
public final class ScriptedModel implements AutoCloseable {
  public static final String TITLE = "A title";

  private static final ObjectMapper JSON = new ObjectMapper();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
  private final List<String> broken = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Function<JsonNode, Script> scripts;

  /** Is how it answers one request. */
  @FunctionalInterface
  public interface Script {
    void play(HttpExchange exchange) throws Exception;
  }

  ScriptedModel(Script script) throws IOException {
    this.scripts = request -> script;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Answers like this from now on. */
  public void plays(Script next) {
    playsTo(request -> next);
  }

  /** Answers each request as it is found to deserve from now on. */
  public void playsTo(Function<JsonNode, Script> next) {
    scripts = next;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** Returns the bodies of the requests so far. */
  public List<JsonNode> asked() {
    return List.copyOf(asked);
  }

  /** Returns what the user said last in a request for Chat Completions. */
  public static String lastQuestion(JsonNode request) {
    var question = "";
    for (var message : request.get("messages")) {
      if (message.get("role").textValue().equals("user")) {
        question = message.get("content").textValue();
      }
    }
    return question;
  }

  private void answer(HttpExchange exchange) throws IOException {
    var request = JSON.readTree(exchange.getRequestBody().readAllBytes());
    Map<String, ?> sent = JSON.convertValue(request, new TypeReference<>() {});
    boolean responses = exchange.getRequestURI().getPath().endsWith("/responses");
    var found = responses ? ResponsesRules.broken(sent) : CompletionsRules.broken(sent);
    broken.addAll(found);
    boolean names = request.at("/messages/0/content").asText().startsWith("You name conversations");
    if (!names) asked.add(request);
    try {
      if (!found.isEmpty()) refuses(400).play(exchange);
      else (names ? says(TITLE) : scripts.apply(request)).play(exchange);
    } catch (Exception e) {
      throw new IOException(e);
    } finally {
      exchange.close();
    }
  }

  /** Says these pieces and is done. */
  public static Script says(String... pieces) {
    return exchange -> {
      var body = stream(exchange);
      for (var piece : pieces) say(body, piece);
      end(body);
    };
  }

  /** Refuses with a status. */
  public static Script refuses(int status) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      var body = "{\"error\":{\"message\":\"as the script says\"}}".getBytes(UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    };
  }

  /** Begins a stream. */
  public static OutputStream stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  public static void say(OutputStream stream, String piece) throws IOException {
    var delta = JSON.createObjectNode();
    delta.putArray("choices").addObject().putObject("delta").put("content", piece);
    write(stream, JSON.writeValueAsString(delta));
  }

  /** Calls a tool, and says nothing more. */
  public static void call(OutputStream stream, String tool) throws IOException {
    write(
        stream,
        """
        {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"call_%s","type":"function",\
        "function":{"name":"%s","arguments":"{}"}}]}}]}\
        """
            .formatted(tool, tool));
    write(stream, "{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}");
    write(stream, "[DONE]");
  }

  public static void end(OutputStream stream) throws IOException {
    write(stream, "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}");
    write(
        stream,
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}");
    write(stream, "[DONE]");
  }

  /** Sends one event's data, as it is. */
  public static void write(OutputStream stream, String data) throws IOException {
    stream.write(("data: " + data + "\n\n").getBytes(UTF_8));
    stream.flush();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    assertThat(broken).as("broken rules of the provider").isEmpty();
  }
}
