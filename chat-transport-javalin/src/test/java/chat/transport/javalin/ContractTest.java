package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.ChatService;
import chat.contract.Contract;
import chat.contract.Contract.Operation;
import chat.contract.ServerSentEvents;
import chat.contract.ServerSentEvents.Event;
import chat.engine.EngineSettings;
import chat.engine.TurnEngine;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.port.Toolset;
import chat.testkit.ScriptedAgent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.javalin.Javalin;
import io.javalin.http.HandlerType;
import io.javalin.router.ParsedEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract in writing: that it is one, that it is whole, and that the server keeps it. */
class ContractTest {
  private static final Contract CONTRACT = Contract.read();

  @Test
  void theDocumentIsAnOpenApiDocument() throws IOException {
    String schema;
    try (var in = ContractTest.class.getResourceAsStream("openapi-3.1-schema.json")) {
      schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    var id = ServerUnderTest.MAPPER.readTree(schema).get("$id").asText();
    var registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(id, schema)));
    var official = registry.getSchema(SchemaLocation.of(id));
    assertThat(official.validate(CONTRACT.document())).isEmpty();
    var broken = CONTRACT.document().deepCopy();
    ((com.fasterxml.jackson.databind.node.ObjectNode) broken.at("/paths/~1health~1live/get"))
        .put("respones", 1);
    assertThat(official.validate(broken)).isNotEmpty();
  }

  @Test
  void everyReferenceLeadsSomewhereAndEveryComponentIsUsed() {
    var references = new HashSet<String>();
    walk(
        "",
        CONTRACT.document(),
        (pointer, node) -> {
          if (node.path("$ref").isTextual()) references.add(node.get("$ref").asText());
        });
    assertThat(references).allMatch(it -> !CONTRACT.at(it.substring(1)).isMissingNode());
    for (var kind : List.of("schemas", "responses", "parameters", "headers")) {
      for (var component : CONTRACT.document().get("components").get(kind).properties()) {
        assertThat(references).contains("#/components/" + kind + "/" + component.getKey());
      }
    }
  }

  private static void walk(String pointer, JsonNode node, BiConsumer<String, JsonNode> visitor) {
    visitor.accept(pointer, node);
    for (var field : node.properties()) {
      walk(pointer + Contract.key(field.getKey()), field.getValue(), visitor);
    }
    if (node instanceof ArrayNode items) {
      for (int i = 0; i < items.size(); i++) walk(pointer + "/" + i, items.get(i), visitor);
    }
  }

  @Test
  void theRoutesThatAreMountedAreTheOperationsOfTheContract() {
    var store = new InMemoryStore();
    try (var engine =
        TurnEngine.start(
            "routes",
            store,
            new ScriptedAgent(),
            Toolset.NONE,
            EngineSettings.DEFAULT,
            TurnObserver.NONE)) {
      var settings = HttpSettings.at("127.0.0.1", 0).login(user -> "token-of-" + user);
      var service = new ChatService(store, engine);
      var javalin =
          Javalin.create(ChatHttp.routes(service, ServerUnderTest.AUTHENTICATOR, settings));
      var mounted =
          javalin.unsafe.internalRouter.allHttpHandlers().stream()
              .map((ParsedEndpoint it) -> it.endpoint)
              .filter(it -> !it.method.equals(HandlerType.BEFORE))
              .map(it -> it.method + " " + it.path)
              .collect(Collectors.toCollection(TreeSet::new));
      var promised = new TreeSet<String>();
      for (var operation : CONTRACT.operations()) {
        promised.add(operation.method() + " " + operation.path());
        if (operation.method().equals("GET")) promised.add("HEAD " + operation.path());
      }
      assertThat(mounted).isEqualTo(promised).hasSizeGreaterThan(20);
    }
  }

  @Test
  void everyCodeOfTheContractIsGivenAndEveryCodeThatIsGivenIsInTheContract() {
    var promised = words("/components/schemas/Code/enum");
    var given =
        Stream.concat(
                ProblemsTest.all().map(it -> it.status() + " " + it.code()),
                Problems.UNROUTED.entrySet().stream().map(it -> it.getKey() + " " + it.getValue()))
            .collect(Collectors.toSet());
    given.add("503 turn_interrupted");
    var documented = new HashSet<String>();
    for (var response : CONTRACT.at("/components/responses").properties()) {
      var schema =
          "/components/responses/"
              + response.getKey()
              + "/content/application~1problem+json/schema";
      var status = CONTRACT.at(schema + "/properties/status").path("const").asText();
      for (var code : words(schema + "/properties/code/enum")) documented.add(status + " " + code);
    }
    assertThat(documented).isEqualTo(given);
    assertThat(codes(documented)).isEqualTo(promised);
  }

  private static Set<String> words(String pointer) {
    var words = new HashSet<String>();
    CONTRACT.at(pointer).forEach(word -> words.add(word.asText()));
    return words;
  }

  private static Set<String> codes(Set<String> documented) {
    return documented.stream().map(it -> it.split(" ", 2)[1]).collect(Collectors.toSet());
  }

  @Test
  void everyOperationNamesTheRefusalsOfWhatStandsBeforeIt() {
    for (var operation : CONTRACT.operations()) {
      if (!operation.path().startsWith("/api/")) continue;
      var statuses = statuses(operation);
      assertThat(statuses).as(operation.path()).contains("400", "401", "403", "429", "500", "503");
      boolean takesABody = CONTRACT.document().at(operation.pointer()).has("requestBody");
      assertThat(statuses.contains("413")).as(operation.path()).isEqualTo(takesABody);
      boolean namesOne = operation.path().contains("{conversation_id}");
      if (namesOne) assertThat(statuses).as(operation.path()).contains("404");
    }
  }

  private static Set<String> statuses(Operation operation) {
    var statuses = new HashSet<String>();
    var responses = CONTRACT.document().at(operation.pointer() + "/responses");
    responses.fieldNames().forEachRemaining(statuses::add);
    return statuses;
  }

  /** Every example, with the pointer to the schema it is an example of. */
  static Stream<Map.Entry<String, JsonNode>> examples() {
    var all = new ArrayList<Map.Entry<String, JsonNode>>();
    walk(
        "",
        CONTRACT.document(),
        (pointer, node) -> {
          if (!pointer.matches(".*/content/[^/]*json")) return;
          for (var example : node.path("examples")) {
            all.add(Map.entry(pointer + "/schema", example.get("value")));
          }
        });
    for (var event : CONTRACT.document().get("x-events").properties()) {
      var data = "/x-events" + Contract.key(event.getKey()) + "/data";
      all.add(Map.entry(data, event.getValue().get("example")));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsAsItsSchemaSaysAndNothingMayBeAddedToIt(Map.Entry<String, JsonNode> example) {
    var pointer = example.getKey();
    assertThat(CONTRACT.value(pointer, example.getValue())).isEmpty();
    for (var changed : Mutation.added(example.getValue())) {
      if (changed.isFree() || isChatKits(pointer)) continue;
      assertThat(CONTRACT.value(pointer, changed.value())).as(changed.toString()).isNotEmpty();
    }
  }

  /** What ChatKit asks and is told is in its own contract. */
  private static boolean isChatKits(String pointer) {
    return pointer.matches("/components/(requestBodies/ChatKit|responses/ChatKitReply)/.*");
  }

  @Test
  void everyBodyHasAnExample() {
    walk(
        "",
        CONTRACT.document(),
        (pointer, node) -> {
          if (!pointer.matches(".*/content/[^/]*json")) return;
          var reference = node.path("schema").path("$ref").asText();
          boolean elsewhere = reference.matches(".*/(Turn|Conversation)");
          assertThat(elsewhere || !node.path("examples").isEmpty()).as(pointer).isTrue();
        });
  }

  @Test
  void theExampleOfAStreamIsOne() {
    var pointer = "/components/responses/Stream/content/text~1event-stream/examples/short/value";
    var events = ServerSentEvents.parse(CONTRACT.at(pointer).asText());
    assertThat(events).hasSize(3).allMatch(event -> CONTRACT.event(event).isEmpty());
  }

  @Test
  void theDocumentIsServedAsItIsToAnyone() throws IOException {
    try (var server = ServerUnderTest.with(new ScriptedAgent())) {
      var answer = server.send(server.anonymous("/openapi.yaml"));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Type")).isEqualTo("application/yaml");
      try (var in = ContractTest.class.getResourceAsStream("openapi.yaml")) {
        assertThat(answer.text()).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
      var tag = answer.header("ETag");
      var again = server.anonymous("/openapi.yaml").header("If-None-Match", "\"x\", W/" + tag);
      assertThat(server.send(again).status()).isEqualTo(304);
      var any = server.anonymous("/openapi.yaml").header("If-None-Match", "*");
      assertThat(server.send(any).status()).isEqualTo(304);
      var other = server.anonymous("/openapi.yaml").header("If-None-Match", "\"x\"");
      assertThat(server.send(other).status()).isEqualTo(200);
      assertThat(server.send(server.anonymous("/openapi.yaml").head()).text()).isEmpty();
    }
  }

  @Test
  void anEventIsAsItsNameSays() {
    var data = CONTRACT.at("/x-events/turn.started/example").toString();
    assertThat(CONTRACT.event(new Event("1", "turn.started", data))).isEmpty();
    assertThat(CONTRACT.event(new Event("1", "turn.begun", data))).isNotEmpty();
    assertThat(CONTRACT.event(new Event(null, "turn.started", data))).isNotEmpty();
    assertThat(CONTRACT.event(new Event("x", "turn.started", data))).isNotEmpty();
    assertThat(CONTRACT.event(new Event("1", "turn.queued", data))).isNotEmpty();
    assertThat(CONTRACT.event(new Event("1", "turn.started", data + " {}"))).isNotEmpty();
  }
}
