package chat.tools.mcp;

import static chat.tools.mcp.Playground.ADA;
import static chat.tools.mcp.ToolScript.definition;
import static chat.tools.mcp.ToolScript.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import chat.model.Json;
import chat.model.ToolResult.Part;
import chat.tools.mcp.McpServer.Endpoint;
import chat.tools.mcp.McpServer.Identity;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Shows what a toolset makes of what servers say. */
final class McpToolsetTest {
  private static ToolScript saying(String result) {
    return new ToolScript().has("it", true, call -> json(result));
  }

  @Test
  void allKindsOfContentBecomePartsOfTheResult() throws IOException {
    var script =
        saying(
            """
            {"content": [
              {"type": "text", "text": "a\\u0000b"},
              {"type": "image", "mimeType": "image/png", "data": "iVBO"},
              {"type": "audio", "mimeType": "audio/wav", "data": "UklG"},
              {"type": "resource_link", "uri": "file:///a", "name": "a.txt"},
              {"type": "resource", "resource": {"uri": "file:///b", "text": "of b"}},
              {"type": "resource", "resource": {"uri": "file:///c", "mimeType": "image/gif", "blob": "R0lG"}},
              {"type": "resource", "resource": {"uri": "file:///d", "mimeType": "application/zip", "blob": "UEsD"}},
              {"type": "hologram"}],
             "structuredContent": {"n": 0.12345678901234567890123}}
            """);
    try (var play = new Playground(script)) {
      var result = play.call(ADA, "it");

      assertThat(result.error()).isNull();
      assertThat(result.parts())
          .containsExactly(
              new Part.Text("a\uFFFDb"),
              new Part.Image("image/png", "iVBO"),
              new Part.Text("[sound, audio/wav, left out]"),
              new Part.Link("file:///a", "a.txt"),
              new Part.Link("file:///b", "file:///b"),
              new Part.Text("of b"),
              new Part.Image("image/gif", "R0lG"),
              new Part.Link("file:///d", "file:///d"),
              new Part.Text("[content of an unknown type, left out]"));
      assertThat(result.structured()).isEqualTo(new Json("{\"n\":0.12345678901234567890123}"));
    }
  }

  @Test
  void aResultThatAsksForAnotherToolIsAResultAndNothingElse() throws IOException {
    var script =
        saying("{\"content\": [{\"type\": \"tool_use\", \"name\": \"drop\", \"input\": {}}]}")
            .has("drop", false, call -> ToolScript.text("dropped"));
    try (var play = new Playground(script)) {
      assertThat(play.call(ADA, "it").text()).contains("unknown type");
      assertThat(play.server.requests("tools/call")).hasSize(1);
    }
  }

  @Test
  void argumentsThatBreakTheSchemaAreNotSent() throws IOException {
    var schema =
        """
        {"type": "object", "required": ["n"], "additionalProperties": false,
         "properties": {"n": {"type": "integer", "minimum": 1}}}
        """;
    var script =
        new ToolScript().has(definition("it", "", schema, true), call -> ToolScript.text("done"));
    try (var play = new Playground(script)) {
      var tool = play.tool(ADA, "it");
      for (var bad : List.of("{}", "{\"n\": 0}", "{\"n\": \"1\"}", "{\"n\": 1, \"m\": 2}")) {
        var refusal = play.toolset.refusal(tool, new Json(bad));
        assertThat(refusal).as(bad).isNotNull();
        assertThat(refusal.error()).isEqualTo("invalid_arguments");
        assertThat(play.call(ADA, "it", bad)).isEqualTo(refusal);
      }
      assertThat(play.call(ADA, "it").text()).contains("required property 'n'");
      assertThat(play.server.requests("tools/call")).isEmpty();
      assertThat(play.call(ADA, "it", "{\"n\": 1}").text()).isEqualTo("done");
    }
  }

  @Test
  void aSchemaThatRefersToSomewhereElseIsNotFetchedAndRefusesNothing() throws IOException {
    try (var elsewhere = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var schema = "{\"$ref\": \"http://127.0.0.1:%d/s.json\"}".formatted(elsewhere.getLocalPort());
      var script =
          new ToolScript().has(definition("it", "", schema, true), call -> ToolScript.text("done"));
      elsewhere.setSoTimeout(1);
      try (var play = new Playground(script)) {
        assertThat(play.call(ADA, "it", "{\"n\": 1}").text()).isEqualTo("done");
        assertThatThrownBy(elsewhere::accept).isInstanceOf(java.net.SocketTimeoutException.class);
      }
    }
  }

  @Test
  void twoSchemasWithTheSameIdAreNotMistakenForEachOther() throws IOException {
    var first = "{\"$id\": \"urn:x\", \"type\": \"object\", \"required\": [\"a\"]}";
    var second = "{\"$id\": \"urn:x\", \"type\": \"object\", \"required\": [\"b\"]}";
    var script =
        new ToolScript()
            .has(definition("one", "", first, true), call -> ToolScript.text("1"))
            .has(definition("two", "", second, true), call -> ToolScript.text("2"));
    try (var play = new Playground(script)) {
      assertThat(play.call(ADA, "one", "{\"a\": 1}").error()).isNull();
      assertThat(play.call(ADA, "two", "{\"a\": 1}").error()).isEqualTo("invalid_arguments");
      assertThat(play.call(ADA, "two", "{\"b\": 1}").error()).isNull();
    }
  }

  @Test
  void whatAServerAsksOfOurModelOrUserIsDeclined() throws IOException {
    try (var play = new Playground(saying("{\"content\": []}"))) {
      var answers = new ConcurrentLinkedQueue<JsonNode>();
      play.server.fault(
          (request, exchange) -> {
            if (request.body().has("result") || request.body().has("error")) {
              answers.add(request.body());
            }
            return false;
          });
      play.tool(ADA, "it");
      await().atMost(Duration.ofSeconds(10)).until(() -> play.server.listeners() > 0);

      for (var method :
          List.of("elicitation/create", "sampling/createMessage", "roots/list", "no/such")) {
        var ask = ToolScript.JSON.createObjectNode().put("jsonrpc", "2.0").put("method", method);
        play.server.say(ask.put("id", method).set("params", ToolScript.JSON.createObjectNode()));
      }

      await().atMost(Duration.ofSeconds(10)).until(() -> answers.size() == 4);
      assertThat(answer(answers, "elicitation/create").at("/result/action").asText())
          .isEqualTo("decline");
      assertThat(answer(answers, "sampling/createMessage").at("/error/code").asInt()).isEqualTo(-1);
      assertThat(answer(answers, "roots/list").at("/result/roots")).isEmpty();
      assertThat(answer(answers, "no/such").at("/error/code").asInt()).isEqualTo(-32601);
    }
  }

  private static JsonNode answer(Iterable<JsonNode> answers, String id) {
    for (var answer : answers) {
      if (answer.path("id").asText().equals(id)) return answer;
    }
    throw new AssertionError(id);
  }

  @Test
  void toolsThatCannotBeUsedAreLeftOutAndTheRestStays() throws IOException {
    var script = saying("{\"content\": []}");
    script.has(
        definition("nul", "a", "{\"type\":\"object\",\"title\":\"\\u0000\"}", true),
        call -> json("{}"));
    var without = ToolScript.JSON.createObjectNode().put("name", "bare");
    script.has(without, call -> ToolScript.text("bare"));
    try (var play = new Playground(script)) {
      assertThat(play.toolset.tools(ADA))
          .extracting(tool -> tool.name())
          .containsExactly("s__it", "s__bare");
      assertThat(play.call(ADA, "bare").text()).isEqualTo("bare");
    }
  }

  @Test
  void aServerThatIsDownTakesNoOthersToolsAway() throws IOException {
    try (var server = new ScriptedServer(saying("{\"content\": []}"));
        var toolset =
            new McpToolset(
                List.of(
                    McpServer.at(
                        "down", new Endpoint.Http(nobodys(), Map.of(), new Identity.None())),
                    McpServer.at(
                        "up", new Endpoint.Http(server.url(), Map.of(), new Identity.None()))))) {
      assertThat(toolset.tools(ADA)).extracting(tool -> tool.name()).containsExactly("up__it");
    }
  }

  /** Returns an address where nobody listens. */
  private static URI nobodys() throws IOException {
    try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + gone.getLocalPort() + "/mcp");
    }
  }

  @Test
  void twoServersOfTheSameNameAreRefused() {
    var twice = McpServer.at("a", new Endpoint.Stdio("true", List.of(), Map.of()));
    assertThatThrownBy(() -> new McpToolset(List.of(twice, twice)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two servers have the name a");
  }

  @Test
  void aPatternDoesNotKeepAThreadBusy() throws IOException {
    var schema =
        """
        {"type": "object", "properties": {"t": {"type": "string", "pattern": "^(a+)+\\\\1$"}}}
        """;
    var script =
        new ToolScript().has(definition("it", "", schema, true), call -> ToolScript.text("done"));
    try (var play = new Playground(script)) {
      var evil = "{\"t\": \"" + "a".repeat(200) + "!\"}";
      assertThat(play.call(ADA, "it", evil).text()).isEqualTo("done");
    }
  }

  @Test
  void aSchemaWithoutEndRefusesNothing() throws IOException {
    var script =
        new ToolScript()
            .has(definition("it", "", "{\"$ref\": \"#\"}", true), call -> ToolScript.text("done"));
    try (var play = new Playground(script)) {
      assertThat(play.call(ADA, "it").text()).isEqualTo("done");
    }
  }

  @Test
  void aToolWithAnEndlessDefinitionIsLeftOut() throws IOException {
    var script = saying("{\"content\": []}");
    var endless = definition("endless", "x".repeat(100_000), ToolScript.ANYTHING, true);
    script.has(endless, call -> json("{}"));
    try (var play = new Playground(script)) {
      assertThat(play.toolset.tools(ADA)).extracting(tool -> tool.name()).containsExactly("s__it");
    }
  }
}
