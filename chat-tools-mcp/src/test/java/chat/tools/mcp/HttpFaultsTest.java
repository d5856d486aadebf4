package chat.tools.mcp;

import static chat.tools.mcp.Playground.ADA;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chat.model.Json;
import chat.model.ToolResult;
import chat.model.TurnEvent.Progress;
import chat.tools.mcp.McpServer.Identity;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Shows what becomes of a call when the server or the way to it goes wrong. */
final class HttpFaultsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private final AtomicInteger deeds = new AtomicInteger();

  /** {@code read} may be repeated, {@code write} may not; both count. */
  private ToolScript counting() {
    return new ToolScript()
        .has("read", true, call -> ToolScript.text("read " + deeds.incrementAndGet()))
        .has("write", false, call -> ToolScript.text("write " + deeds.incrementAndGet()));
  }

  private static void atCalls(Playground play, int first, int last, ScriptedServer.Fault fault) {
    var calls = new AtomicInteger();
    play.server.fault(
        (request, exchange) -> {
          if (!request.method().equals("tools/call")) return false;
          int number = calls.incrementAndGet();
          return number >= first && number <= last && fault.answers(request, exchange);
        });
  }

  @Test
  void aServerThatForgotTheSessionIsGreetedAgainOnceAndTheCallIsMadeOnce() throws IOException {
    try (var play = new Playground(counting())) {
      var write = play.tool(ADA, "write");
      play.server.forget();

      assertThat(call(play, "write").text()).isEqualTo("write 1");
      assertThat(deeds).hasValue(1);
      assertThat(play.server.requests("initialize")).hasSize(2);
      assertThat(play.toolset.tools(ADA)).contains(write);
    }
  }

  @Test
  void aServerThatForgetsEverySessionIsNotAskedForEver() throws IOException {
    try (var play = new Playground(counting())) {
      play.tool(ADA, "write");
      atCalls(play, 1, 99, (request, exchange) -> refuse(exchange, 404));

      assertThat(call(play, "write").error()).isEqualTo("unavailable");
      assertThat(play.server.requests("tools/call")).hasSize(2);
    }
  }

  @Test
  void aCallWhoseConnectionBreaksIsRepeatedOnlyWhereThatDoesNoHarm() throws IOException {
    try (var play = new Playground(counting())) {
      atCalls(
          play,
          1,
          1,
          (request, exchange) -> {
            deeds.incrementAndGet();
            return hangUp(exchange);
          });
      assertThat(call(play, "read").text()).isEqualTo("read 2");

      deeds.set(0);
      atCalls(
          play,
          1,
          1,
          (request, exchange) -> {
            deeds.incrementAndGet();
            return hangUp(exchange);
          });
      var cut = call(play, "write");
      assertThat(cut.error()).isEqualTo("interrupted");
      assertThat(cut.text()).contains("effect is unknown");
      assertThat(deeds).hasValue(1);
    }
  }

  @Test
  void aServerThatIsGoneIsUnavailableAndItsToolsAreAbsentUntilItIsBack() throws IOException {
    var server = new ScriptedServer(counting());
    int port = server.port();
    try (var play = new Playground(server, new Identity.Forward(), Map.of(), it -> it)) {
      var write = play.tool(ADA, "write");
      server.close();

      // On a connection of before it may have been taken, for all that can be told.
      assertThat(play.toolset.call(ADA, write, Json.EMPTY, p -> {}).error())
          .isIn("interrupted", "unavailable");
      assertThat(play.toolset.call(ADA, write, Json.EMPTY, p -> {}).error())
          .isEqualTo("unavailable");
      assertThat(play.toolset.tools(ADA)).isEmpty();

      try (var back = new ScriptedServer(counting(), port)) {
        assertThat(play.toolset.tools(ADA)).as("not yet tried again").isEmpty();
        play.nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(play.toolset.tools(ADA)).contains(write);
        assertThat(call(play, "write").text()).isEqualTo("write 1");
        assertThat(back.requests("initialize")).hasSize(1);
      }
    }
  }

  @Test
  void anAbandonedCallReturnsAtOnceAndTheServerIsTold()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    var begun = new CountDownLatch(1);
    var script =
        new ToolScript()
            .has(
                "hang",
                false,
                call -> {
                  begun.countDown();
                  return ToolScript.never();
                });
    try (var play = new Playground(script)) {
      var hang = play.tool(ADA, "hang");
      var result = new FutureTask<>(() -> play.toolset.call(ADA, hang, Json.EMPTY, progress -> {}));
      var thread = Thread.ofVirtual().start(result);
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

      thread.interrupt();

      assertThat(result.get(10, TimeUnit.SECONDS).error()).isEqualTo("interrupted");
      await()
          .atMost(PATIENCE)
          .until(() -> !play.server.requests("notifications/cancelled").isEmpty());
      var told = play.server.requests("notifications/cancelled").get(0);
      assertThat(told.body().at("/params/requestId"))
          .isEqualTo(play.server.requests("tools/call").get(0).body().path("id"));
      assertThat(told.user()).isEqualTo("ada");
    }
  }

  @Test
  void aCallThatTakesTooLongIsCancelled() throws IOException {
    var script =
        new ToolScript()
            .has(
                "hang",
                true,
                call -> {
                  return ToolScript.never();
                });
    try (var play =
        new Playground(
            script, new Identity.Forward(), it -> it.withTimeout(Duration.ofMillis(300)))) {
      assertThat(call(play, "hang").error()).isEqualTo("timeout");
      await()
          .atMost(PATIENCE)
          .until(() -> !play.server.requests("notifications/cancelled").isEmpty());
      assertThat(play.server.requests("tools/call")).as("not repeated").hasSize(1);
    }
  }

  @Test
  void whatIsNoAnswerIsNotWaitedFor() throws IOException {
    try (var play = new Playground(counting())) {
      atCalls(play, 1, 1, (request, exchange) -> reply(exchange, "{\"jsonrpc\": \"2.0\", "));
      assertThat(call(play, "write").error()).isEqualTo("interrupted");
      atCalls(play, 1, 1, (request, exchange) -> reply(exchange, "[]"));
      assertThat(call(play, "write").error()).isEqualTo("interrupted");
      atCalls(
          play,
          1,
          1,
          (request, exchange) ->
              reply(exchange, "{\"jsonrpc\":\"2.0\",\"id\":\"another\",\"result\":{}}"));
      assertThat(call(play, "write").error()).isEqualTo("interrupted");
      atCalls(
          play,
          1,
          1,
          (request, exchange) -> {
            ScriptedServer.stream(exchange).close();
            return true;
          });
      assertThat(call(play, "write").error()).isEqualTo("interrupted");
      atCalls(play, 1, 1, (request, exchange) -> refuse(exchange, 500));
      assertThat(call(play, "write").error()).isEqualTo("interrupted");
      atCalls(play, 1, 1, (request, exchange) -> refuse(exchange, 403));
      assertThat(call(play, "write").error()).isEqualTo("unavailable");
      assertThat(call(play, "write").text()).isEqualTo("write 1");
    }
  }

  @Test
  void aRedirectIsNotFollowed() throws IOException {
    try (var other = new ScriptedServer(counting());
        var play = new Playground(counting())) {
      play.tool(ADA, "write");
      atCalls(
          play,
          1,
          1,
          (request, exchange) -> {
            exchange.getResponseHeaders().set("Location", other.url().toString());
            return refuse(exchange, 307);
          });

      assertThat(call(play, "write").error()).isEqualTo("unavailable");
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void anErrorOfTheProtocolIsTheToolsError() throws IOException {
    try (var play = new Playground(counting())) {
      atCalls(
          play,
          1,
          1,
          (request, exchange) ->
              reply(exchange, ToolScript.error(request.body(), -32000, "no disk").toString()));

      var failed = call(play, "write");
      assertThat(failed.error()).isEqualTo("tool_error");
      assertThat(failed.text()).contains("no disk");
    }
  }

  @Test
  void aHugeResultComesThroughAndAMonstrousOneIsCut() throws IOException {
    var script =
        new ToolScript()
            .has("huge", true, call -> ToolScript.text("x".repeat(10 << 20)))
            .has("monster", false, call -> ToolScript.text("x".repeat(40 << 20)));
    try (var play = new Playground(script)) {
      assertThat(call(play, "huge").text()).hasSize(10 << 20);
      assertThat(call(play, "monster").error()).isEqualTo("interrupted");
    }
  }

  @Test
  void aStreamThatBreaksOffIsTakenUpAgain() throws IOException {
    try (var play = new Playground(counting())) {
      var asked = new ConcurrentLinkedQueue<ScriptedServer.Request>();
      play.server.fault(
          (request, exchange) -> {
            if (request.method().equals("tools/call")) {
              asked.add(request);
              try (var out = ScriptedServer.stream(exchange)) {
                ScriptedServer.write(out, "id: one\nretry: 1\ndata:\n\n");
              }
              return true;
            }
            var last = request.header("Last-Event-ID");
            if (last == null) return false;
            try (var out = ScriptedServer.stream(exchange)) {
              if (last.equals("one")) {
                ScriptedServer.write(out, "id: two\ndata:\n\n");
              } else {
                var answer =
                    ToolScript.result(asked.peek().body(), ToolScript.text("after " + last));
                ScriptedServer.write(out, ScriptedServer.event(answer));
              }
            }
            return true;
          });

      assertThat(call(play, "write").text()).isEqualTo("after two");
      assertThat(asked).hasSize(1);
    }
  }

  @Test
  void aStreamThatIsNotTakenUpAgainLeavesTheEffectUnknownWhateverTheServerSays()
      throws IOException {
    for (int code : new int[] {404, 401, 405, 400, 307, 503}) {
      deeds.set(0);
      try (var play = new Playground(counting())) {
        play.server.fault(
            (request, exchange) -> {
              if (request.header("Last-Event-ID") != null) return refuse(exchange, code);
              if (!request.method().equals("tools/call")) return false;
              deeds.incrementAndGet();
              try (var out = ScriptedServer.stream(exchange)) {
                ScriptedServer.write(out, "id: one\nretry: 1\ndata:\n\n");
              }
              return true;
            });

        assertThat(call(play, "write").error()).as("" + code).isEqualTo("interrupted");
        assertThat(deeds).as("" + code).hasValue(1);
      }
    }
  }

  @Test
  void aBadRequestIsRepeatedOnlyIfItIsForTheSession() throws IOException {
    try (var play = new Playground(counting())) {
      play.tool(ADA, "write");
      atCalls(play, 1, 1, (request, exchange) -> refuse(exchange, 400));
      assertThat(call(play, "write").error()).isEqualTo("unavailable");

      atCalls(
          play,
          1,
          1,
          (request, exchange) -> {
            var body = "{\"error\": \"Bad Request: No valid session ID\"}".getBytes(UTF_8);
            exchange.sendResponseHeaders(400, body.length);
            exchange.getResponseBody().write(body);
            return true;
          });
      assertThat(call(play, "write").text()).isEqualTo("write 1");
    }
  }

  @Test
  void aServerThatAsksForTooMuchIsNotAnsweredForEver() throws IOException {
    try (var play = new Playground(counting())) {
      var begun = new AtomicInteger();
      var held = new CountDownLatch(1);
      play.server.fault(
          (request, exchange) -> {
            if (request.method().equals("tools/call")) {
              try (var out = ScriptedServer.stream(exchange)) {
                for (int i = 0; i < 200; i++) {
                  var ping =
                      ToolScript.JSON
                          .createObjectNode()
                          .put("jsonrpc", "2.0")
                          .put("method", "ping");
                  ScriptedServer.write(out, ScriptedServer.event(ping.put("id", "ping" + i)));
                }
                var answer = ToolScript.result(request.body(), ToolScript.text("done"));
                ScriptedServer.write(out, ScriptedServer.event(answer));
              }
              return true;
            }
            if (!request.body().has("result")) return false;
            begun.incrementAndGet();
            held.await();
            return refuse(exchange, 202);
          });

      assertThat(call(play, "read").text()).isEqualTo("done");
      assertThat(begun).hasValueLessThanOrEqualTo(8);
      held.countDown();
    }
  }

  @Test
  void progressComesBeforeTheResultAndAFloodOfItIsThinnedOut() throws IOException {
    try (var play = new Playground(counting())) {
      atCalls(
          play,
          1,
          1,
          (request, exchange) -> {
            var token = request.body().at("/params/_meta/progressToken");
            try (var out = ScriptedServer.stream(exchange)) {
              for (int i = 1; i <= 500; i++) {
                var params =
                    ToolScript.JSON.createObjectNode().put("progress", i).put("total", 500);
                params.put("message", "step").set("progressToken", token);
                ScriptedServer.write(
                    out,
                    ScriptedServer.event(
                        ToolScript.notification("notifications/progress", params)));
              }
              var answer = ToolScript.result(request.body(), ToolScript.text("done"));
              ScriptedServer.write(out, ScriptedServer.event(answer));
            }
            return true;
          });
      var told = new ConcurrentLinkedQueue<Progress>();
      var write = play.tool(ADA, "write");

      assertThat(play.toolset.call(ADA, write, Json.EMPTY, told::add).text()).isEqualTo("done");
      assertThat(told.peek()).isEqualTo(new Progress("step (1/500)", null));
      assertThat(told).hasSizeLessThan(100);
    }
  }

  private static ToolResult call(Playground play, String tool) {
    return play.call(ADA, tool);
  }

  private static boolean refuse(HttpExchange exchange, int code) throws IOException {
    ScriptedServer.end(exchange, code);
    return true;
  }

  private static boolean reply(HttpExchange exchange, String text) throws IOException {
    ScriptedServer.json(exchange, text);
    return true;
  }

  /** Ends the connection without a word. */
  private static boolean hangUp(HttpExchange exchange) {
    exchange.close();
    return true;
  }
}
