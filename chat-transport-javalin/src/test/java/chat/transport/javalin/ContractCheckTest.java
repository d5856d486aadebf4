package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.contract.Contract;
import chat.contract.ContractCheck;
import chat.contract.ServerSentEvents;
import chat.model.Json;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.port.Agent;
import chat.testkit.Samples;
import chat.testkit.ScriptedAgent;
import chat.testkit.ScriptedToolset;
import chat.transport.javalin.ServerUnderTest.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That a server which does not keep the contract would be found out. */
class ContractCheckTest {
  private static final Contract CONTRACT = Contract.read();
  private static final String CHAT = "/api/alice/chat";
  private static final String JSON = "application/json";

  private HttpServer other;
  private volatile Answer next = answer(500, JSON, "{}");
  private final OkHttpClient client =
      new OkHttpClient.Builder().addInterceptor(new ContractCheck()).build();

  @BeforeEach
  void start() throws Exception {
    other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            next.headers()
                .forEach(it -> exchange.getResponseHeaders().add(it.getFirst(), it.getSecond()));
            var body = next.text().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(next.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
          }
        });
    other.start();
  }

  @AfterEach
  void stop() {
    other.stop(0);
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
  }

  /** Asks another server, which answers so, and reads the answer to its end. */
  private String ask(String method, String path, String body, Answer answer) throws Exception {
    next = answer;
    var url = "http://127.0.0.1:" + other.getAddress().getPort() + path;
    var sent = body.isEmpty() ? null : ServerUnderTest.body(body);
    var request = new Request.Builder().url(url).method(method, sent).build();
    try (var response = client.newCall(request).execute()) {
      return response.body().string();
    }
  }

  private static Answer answer(int status, String type, String body) {
    return new Answer(status, Headers.of("Content-Type", type), body);
  }

  /** What the server answers to a chat with a tool call in it, and when it is asked later. */
  private static Map<String, JsonNode> real() {
    var agent =
        new ScriptedAgent()
            .thinks("hm")
            .calls(new Agent.Call("echo", new Json("{\"text\":\"hi\"}"), null))
            .says("Hello")
            .uses(new Turn.Usage(10, 4, 20, 5));
    var tools =
        new ScriptedToolset().has(Samples.tool("echo"), call -> ToolResult.text("it says hi"));
    try (var server = ServerUnderTest.with(agent, tools, settings -> settings)) {
      var reply = server.chat("{\"message\":\"Hi\"}");
      var conversation = "/api/alice/conversations/" + reply.at("conversation_id");
      var answers = new LinkedHashMap<String, JsonNode>();
      for (var path :
          List.of(
              "/api/alice/conversations",
              conversation,
              conversation + "/messages",
              conversation + "/messages/" + reply.at("message_id") + "/siblings",
              conversation + "/turns/" + reply.at("turn_id"),
              conversation + "/turns/" + reply.at("turn_id") + "/model_calls",
              "/health/live")) {
        answers.put("GET " + path, server.get(path).json());
      }
      answers.put("POST " + CHAT, reply.json());
      return answers;
    }
  }

  @Test
  void aFieldThatIsRenamedRetypedOrAddedIsRefusedWhereverItStands() {
    for (var real : real().entrySet()) {
      var asked = real.getKey().split(" ", 2);
      assertThat(faults(asked, real.getValue())).isEmpty();
      var changes =
          Stream.concat(
                  Mutation.added(real.getValue()).stream(),
                  Mutation.renamedAndRetyped(real.getValue()).stream())
              .toList();
      assertThat(changes).hasSizeGreaterThan(2);
      for (var changed : changes) {
        if (changed.isFree()) continue;
        assertThat(faults(asked, changed.value())).as(asked[1] + " " + changed).isNotEmpty();
      }
    }
  }

  @Test
  void aFieldThatIsLeftOutIsRefused() {
    var reply = Objects.requireNonNull(real().get("POST " + CHAT));
    assertThat(reply.get("tool_calls")).hasSize(1);
    var needed = List.of("conversation_id", "turn_id", "message", "status", "tool_calls");
    for (var dropped : Mutation.dropped(reply, needed)) {
      assertThat(faults(new String[] {"POST", CHAT}, dropped.value()))
          .as(dropped.at())
          .isNotEmpty();
    }
  }

  private static List<String> faults(String[] asked, JsonNode body) {
    var headers = Headers.of("Content-Type", JSON);
    return CONTRACT.response(asked[0], asked[1], 200, headers, body.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | /health/live | 200 | application/json | {\"state\":\"up\"}",
        "GET | /health/live | 200 | text/plain | {\"status\":\"up\"}",
        "GET | /health/live | 201 | application/json | {\"status\":\"up\"}",
        "GET | /health/live | 200 | application/json | {\"status\":\"up\",\"status\":\"up\"}",
        "GET | /health/dead | 200 | application/json | {\"status\":\"up\"}",
        "POST | /health/live | 200 | application/json | {\"status\":\"up\"}",
        "GET | /health/ready | 503 | application/json | {\"status\":\"unavailable\"}",
      })
  void theClientOfTheTestsLetsNoSuchAnswerPass(
      String method, String path, int status, String type, String body) throws Exception {
    var sent = method.equals("POST") ? "{}" : "";
    var fine = answer(200, JSON, "{\"status\":\"up\"}");
    assertThat(ask("GET", "/health/live", "", fine)).contains("up");
    assertThatThrownBy(() -> ask(method, path, sent, answer(status, type, body)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("not as the contract says");
  }

  @Test
  void norAHeaderThatItDoesNotKnow() {
    var headers = Headers.of("Content-Type", JSON, "X-Powered-By", "steam");
    var answer = new Answer(200, headers, "{\"status\":\"up\"}");
    assertThatThrownBy(() -> ask("GET", "/health/live", "", answer))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("unknown header");
  }

  @Test
  void norARequestThatShouldHaveBeenRefused() {
    var reply = CONTRACT.at("/components/responses/Reply/content/application~1json/examples");
    var answer = answer(200, JSON, reply.at("/completed/value").toString());
    assertThatCode(() -> ask("POST", CHAT, "{\"message\":\"Hi\"}", answer))
        .doesNotThrowAnyException();
    for (var request :
        List.of(
            "{\"message\":\"Hi\",\"massage\":1}",
            "{\"message\":\"\"}",
            "{\"message\":\"Hi\",\"replaces_message_id\":\"01890000-0000-7000-8000-00000000000c\"}",
            "{\"message\":\"Hi\",\"on_busy\":\"wait\"}")) {
      assertThatThrownBy(() -> ask("POST", CHAT, request, answer))
          .as(request)
          .hasMessageContaining("accepted");
    }
    assertThatThrownBy(() -> ask("POST", CHAT + "?x=1", "{\"message\":\"Hi\"}", answer))
        .hasMessageContaining("unknown query parameter x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event: message.delta|data: {'message_id':'M','content':'x'}",
        "id: 4|event: message.piece|data: {'message_id':'M','content':'x'}",
        "id: 4|event: message.delta|data: {'message_id':'M','text':'x'}",
        "id: 4|event: message.delta|data: {'message_id':'2','content':'x'}",
        "id: 4|event: message.delta|data: {'content':'x'}",
        "id: 4|event: message.delta|data: not json",
        "id: 4|event: message.delta|retry: 5|data: {'message_id':'M','content':'x'}",
      })
  void norAnEventWithAnotherNameOrAnotherField(String line) throws Exception {
    var frame = frame(line);
    var headers =
        Headers.of("Content-Type", "text/event-stream;charset=utf-8", "X-Accel-Buffering", "no");
    var example = CONTRACT.at("/x-events/message.delta/example");
    var good = ":\n\n" + frame("id: 3|event: message.delta|data: " + example);
    var hi = "{\"message\":\"Hi\"}";
    assertThat(ask("POST", CHAT, hi, new Answer(200, headers, good))).isEqualTo(good);
    assertThatThrownBy(() -> ask("POST", CHAT, hi, new Answer(200, headers, good + frame)))
        .isInstanceOf(AssertionError.class);
    var half = good.substring(0, good.length() - 1);
    assertThatThrownBy(() -> ask("POST", CHAT, hi, new Answer(200, headers, half)))
        .hasMessageContaining("ends within a frame");
  }

  private static String frame(String line) {
    var id = "01890000-0000-7000-8000-000000000002";
    return line.replace('|', '\n').replace('\'', '"').replace("\"M\"", '"' + id + '"') + "\n\n";
  }

  @Test
  void anEventWhoseFieldIsRenamedRetypedOrAddedIsRefused() {
    for (var event : CONTRACT.document().get("x-events").properties()) {
      var example = event.getValue().get("example");
      var id = event.getKey().equals("turn.queued") ? null : "4";
      for (var changed : Mutation.renamedAndRetyped(example)) {
        if (changed.isFree()) continue;
        var said = new ServerSentEvents.Event(id, event.getKey(), changed.value().toString());
        assertThat(CONTRACT.event(said)).as(event.getKey() + " " + changed).isNotEmpty();
      }
    }
  }
}
