package chat.contract.chatkit;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Makes of the transcripts what a server might have said: each name becomes a value. */
final class Examples {
  static final JsonMapper MAPPER = new JsonMapper();

  private Examples() {}

  static Path folder() throws URISyntaxException {
    var known = Objects.requireNonNull(Examples.class.getResource("/chatkit/create-text.txt"));
    return Objects.requireNonNull(Path.of(known.toURI()).getParent());
  }

  static List<String> names() throws IOException, URISyntaxException {
    return transcripts().stream().map(Transcript::name).toList();
  }

  static List<Transcript> transcripts() throws IOException, URISyntaxException {
    return Transcript.all(folder());
  }

  /** Is one stream, with the operation that asked for it. */
  record Stream(String name, String operation, List<JsonNode> events) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Is one value that is replied, or an event, with its model. */
  record Value(String name, JavaType model, JsonNode json) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Stream> streams() throws IOException, URISyntaxException {
    var all = new ArrayList<Stream>();
    for (var transcript : transcripts()) {
      var pattern = new Pattern();
      for (var exchange : transcript.exchanges()) {
        var lines = exchange.lines().stream().map(line -> invented(pattern, line)).toList();
        var name = transcript.name() + ":" + exchange.line();
        if (exchange.stream()) all.add(new Stream(name, operation(exchange), lines));
      }
    }
    return all;
  }

  static List<Value> values() throws IOException, URISyntaxException {
    var all = new ArrayList<Value>();
    for (var transcript : transcripts()) {
      var pattern = new Pattern();
      for (var exchange : transcript.exchanges()) {
        var name = transcript.name() + ":" + exchange.line();
        for (var line : exchange.lines()) {
          all.add(new Value(name, model(exchange), invented(pattern, line)));
        }
      }
    }
    return all;
  }

  private static JavaType model(Transcript.Exchange exchange) {
    if (exchange.stream()) return MAPPER.constructType(ModelEvent.class);
    if (exchange.status().startsWith("4")) return MAPPER.constructType(Model.Refusal.class);
    return Objects.requireNonNull(ChatKitCheck.reply(operation(exchange)));
  }

  private static String operation(Transcript.Exchange exchange) {
    try {
      return MAPPER.readTree(exchange.body()).path("type").asText();
    } catch (IOException e) {
      return "";
    }
  }

  private static JsonNode invented(Pattern pattern, JsonNode line) {
    return invented(pattern, "", line);
  }

  private static JsonNode invented(Pattern pattern, String field, JsonNode node) {
    if (node.isTextual()) return invented(pattern, field, node.textValue());
    if (node instanceof ArrayNode list) {
      var all = JsonNodeFactory.instance.arrayNode();
      list.forEach(element -> all.add(invented(pattern, field, element)));
      return all;
    }
    if (!(node instanceof ObjectNode object)) return node;
    var all = JsonNodeFactory.instance.objectNode();
    for (var entry : object.properties()) {
      if (entry.getKey().endsWith("?")) continue;
      all.set(entry.getKey(), invented(pattern, entry.getKey(), entry.getValue()));
    }
    return all;
  }

  private static JsonNode invented(Pattern pattern, String field, String text) {
    return switch (field + " " + text) {
      case "annotations <any>" -> JsonNodeFactory.instance.arrayNode();
      case "headers <any>" -> JsonNodeFactory.instance.objectNode();
      case "status_indicator <text>" -> TextNode.valueOf("none");
      case "title <text>" -> TextNode.valueOf("a title");
      case "code <text>" -> TextNode.valueOf("invalid_input");
      default -> TextNode.valueOf(pattern.invented(text));
    };
  }
}
