package chat.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import chat.ChatService;
import chat.engine.EngineSettings;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Content.ToolCall.State;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.ToolResult.Part;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.model.Window;
import chat.port.Agent;
import chat.tools.mcp.McpServer.Approval;
import chat.tools.mcp.McpServer.Endpoint;
import chat.tools.mcp.McpServer.Identity;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tells what becomes of each tool of the reference server, in turns, over both transports. */
@Timeout(360)
final class EverythingIT {
  private static final Caller ADA = Caller.withoutToken(new UserId("ada"));
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How the server is reached. */
  enum Transport {
    STDIO,
    HTTP
  }

  /** Is the reference server, and the toolset that has its tools. */
  private static final class Everything implements AutoCloseable {
    final @Nullable EverythingServer server;
    final McpToolset tools;

    Everything(Transport transport) throws IOException {
      this.server = transport == Transport.HTTP ? EverythingServer.start() : null;
      var endpoint = server == null ? stdio() : http(server);
      this.tools =
          new McpToolset(List.of(McpServer.at("every", endpoint).withApproval(Approval.ALLOW)));
    }

    private static Endpoint stdio() throws IOException {
      var command = EverythingServer.stdio();
      var arguments = command.subList(1, command.size());
      return new Endpoint.Stdio(command.get(0), arguments, Map.of("GREETING", "hello ${user.id}"));
    }

    private static Endpoint http(EverythingServer server) {
      return new Endpoint.Http(URI.create(server.url()), Map.of(), new Identity.None());
    }

    @Override
    public void close() {
      tools.close();
      if (server != null) server.close();
    }
  }

  /** Is what a turn came to. */
  private record Told(Map<String, Content.ToolCall> calls, List<TurnEvent> events) {
    Content.ToolCall call(String tool) {
      return Objects.requireNonNull(calls.get("every__" + tool), tool);
    }

    ToolResult result(String tool) {
      var call = call(tool);
      assertThat(call.state()).as("%s: %s", tool, call.result()).isEqualTo(State.SUCCEEDED);
      return Objects.requireNonNull(call.result());
    }
  }

  /** Calls tools of the server, all in one step of one turn. */
  private static Told turn(McpToolset tools, Map<String, String> arguments)
      throws InterruptedException {
    var step =
        arguments.entrySet().stream()
            .map(call -> new Agent.Call("every__" + call.getKey(), new Json(call.getValue()), null))
            .toList();
    Agent agent = (request, sink) -> sink.call(step);
    var chat =
        ChatService.start(
            new InMemoryStore(), agent, tools, EngineSettings.DEFAULT, TurnObserver.NONE);
    try (chat) {
      var send = new Turn.Input.Send(null, null, Content.UserInput.of("all of them"), null);
      var follower = chat.begin(ADA, send, Turn.OnBusy.REJECT, null);
      var events = new ArrayList<TurnEvent>();
      while (!follower.ended()) {
        var next = follower.next(LONG);
        assertThat(next).as("something in time, after %s", events).isNotEmpty();
        for (var event : next) events.add(event.event());
      }
      var calls = new LinkedHashMap<String, Content.ToolCall>();
      var query = Window.Query.newest(100);
      for (var message : chat.window(ADA, follower.turn().conversation(), query).messages()) {
        if (message.content() instanceof Content.ToolCall call) calls.put(call.name(), call);
      }
      return new Told(calls, events);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyToolAnswersInATurn(Transport transport) throws Exception {
    var arguments = new LinkedHashMap<String, String>();
    arguments.put("echo", "{\"message\": \"wörld 🌍\"}");
    arguments.put("get-sum", "{\"a\": 2, \"b\": 40}");
    arguments.put("get-tiny-image", "{}");
    arguments.put("get-structured-content", "{\"location\": \"Chicago\"}");
    arguments.put("get-annotated-message", "{\"messageType\": \"error\", \"includeImage\": true}");
    arguments.put("get-env", "{}");
    arguments.put("get-resource-links", "{\"count\": 2}");
    arguments.put("get-resource-reference", "{\"resourceType\": \"Text\", \"resourceId\": 2}");
    arguments.put(
        "gzip-file-as-resource",
        "{\"name\": \"a.gz\", \"data\": \"data:text/plain,a\", \"outputType\": \"resourceLink\"}");
    arguments.put("toggle-simulated-logging", "{}");
    arguments.put("toggle-subscriber-updates", "{}");
    arguments.put("trigger-long-running-operation", "{\"duration\": 0.4, \"steps\": 4}");
    arguments.put("simulate-research-query", "{\"topic\": \"tools\"}");

    try (var everything = new Everything(transport)) {
      assertThat(everything.tools.tools(ADA))
          .extracting(tool -> tool.name().replaceFirst("^every__", ""))
          .containsExactlyInAnyOrderElementsOf(arguments.keySet());

      var told = turn(everything.tools, arguments);

      assertThat(told.result("echo").text()).isEqualTo("Echo: wörld 🌍");
      assertThat(told.result("get-sum").text()).contains("42");
      picturesAndDataComeBack(told);
      linksComeBack(told);
      progressIsTold(told);
      assertThat(told.result("toggle-simulated-logging").text()).startsWith("Started");
      assertThat(told.result("toggle-subscriber-updates").text()).startsWith("Started");
      assertThat(told.call("simulate-research-query").state())
          .as("it is only for clients with tasks")
          .isEqualTo(State.FAILED);
      if (transport == Transport.STDIO) theEnvironmentIsWhatWasGiven(told);
    }
  }

  private static void picturesAndDataComeBack(Told told) throws IOException {
    var image = told.result("get-tiny-image").parts();
    assertThat(image).hasSize(3);
    assertThat(image.get(1))
        .isInstanceOfSatisfying(
            Part.Image.class,
            part -> {
              assertThat(part.mimeType()).isEqualTo("image/png");
              assertThat(part.data()).startsWith("iVBORw0KGgo");
            });
    var weather = told.result("get-structured-content").structured();
    assertThat(JSON.readTree(String.valueOf(weather)).get("temperature").intValue()).isEqualTo(36);
    var annotated = told.result("get-annotated-message");
    assertThat(annotated.text()).isEqualTo("Error: Operation failed");
    assertThat(annotated.parts().get(1)).isInstanceOf(Part.Image.class);
  }

  private static void linksComeBack(Told told) {
    assertThat(told.result("get-resource-links").parts())
        .filteredOn(Part.Link.class::isInstance)
        .hasSize(2);
    assertThat(told.result("get-resource-reference").text()).contains("Resource 2");
    assertThat(told.result("gzip-file-as-resource").parts())
        .singleElement()
        .isInstanceOfSatisfying(Part.Link.class, link -> assertThat(link.uri()).contains("a.gz"));
  }

  private static void progressIsTold(Told told) {
    assertThat(told.result("trigger-long-running-operation").text()).contains("completed");
    assertThat(told.events()).filteredOn(TurnEvent.Progress.class::isInstance).hasSizeBetween(1, 4);
  }

  private static void theEnvironmentIsWhatWasGiven(Told told) throws IOException {
    JsonNode environment = JSON.readTree(told.result("get-env").text());
    assertThat(environment.fieldNames()).toIterable().containsOnly("GREETING", "PATH");
    assertThat(environment.get("GREETING").textValue()).isEqualTo("hello ada");
  }

  @ParameterizedTest
  @EnumSource
  void whatTheServerWouldRefuseIsRefusedBeforeItIsAsked(Transport transport) throws Exception {
    var wrong =
        Map.of(
            "get-sum", "{\"a\": \"two\", \"b\": 40}",
            "get-structured-content", "{\"location\": \"Paris\"}",
            "echo", "{}",
            "no-such-tool", "{}");
    try (var everything = new Everything(transport)) {
      var told = turn(everything.tools, wrong);

      for (var tool : List.of("get-sum", "get-structured-content", "echo")) {
        assertThat(told.call(tool).state()).isEqualTo(State.FAILED);
        assertThat(error(told, tool)).as(tool).isEqualTo("invalid_arguments");
      }
      assertThat(error(told, "no-such-tool")).isEqualTo("unknown_tool");
    }
  }

  private static @Nullable String error(Told told, String tool) {
    return Objects.requireNonNull(told.call(tool).result()).error();
  }

  @ParameterizedTest
  @EnumSource
  void aToolThatOnlyReadsRunsFreelyWhereTheOperatorSaysNothing(Transport transport)
      throws Exception {
    try (var everything = new Everything(transport);
        var careful =
            new McpToolset(
                List.of(
                    McpServer.at(
                        "every",
                        everything.server == null
                            ? Everything.stdio()
                            : Everything.http(everything.server))))) {
      var runs = new LinkedHashMap<String, Tool.Run>();
      for (var tool : careful.tools(ADA)) runs.put(tool.name(), tool.run());

      assertThat(runs)
          .containsEntry("every__get-sum", Tool.Run.FREELY)
          .containsEntry("every__gzip-file-as-resource", Tool.Run.AFTER_APPROVAL);
    }
  }
}
