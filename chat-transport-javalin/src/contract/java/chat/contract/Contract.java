package chat.contract;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code openapi.yaml} and tells what it does not allow of what was said over HTTP. Knows
 * nothing of how the server is written. Each method returns the faults it found, one a line.
 */
public final class Contract {
  private static final String DOCUMENT = "/chat/transport/javalin/openapi.yaml";
  private static final String ANY = "*/*";
  private static final String URI = "https://chat.example/openapi.json";

  /** What every server may add to every answer. */
  private static final Set<String> GENERIC =
      Set.of(
          "cache-control",
          "connection",
          "content-length",
          "content-type",
          "date",
          "transfer-encoding",
          "vary");

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonNode document;
  private final SchemaRegistry schemas;

  private Contract(JsonNode document) {
    this.document = document;
    this.schemas =
        SchemaRegistry.withDialect(
            Dialects.getOpenApi31(), builder -> builder.schemas(Map.of(URI, document.toString())));
  }

  public static Contract read() {
    try (var in = Contract.class.getResourceAsStream(DOCUMENT)) {
      return new Contract(new YAMLMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Is one thing that can be asked, with the pointer to where the contract says so. */
  public record Operation(String method, String path, String pointer) {}

  public JsonNode document() {
    return document;
  }

  public JsonNode at(String pointer) {
    return resolved(document.at(JsonPointer.compile(pointer)));
  }

  private JsonNode resolved(JsonNode node) {
    var reference = node.path("$ref").textValue();
    return reference == null ? node : at(reference.substring(1));
  }

  /** Escapes a key as a part of a pointer. */
  public static String key(String key) {
    return "/" + key.replace("~", "~0").replace("/", "~1");
  }

  public List<Operation> operations() {
    var all = new ArrayList<Operation>();
    for (var path : document.get("paths").properties()) {
      for (var method : path.getValue().properties()) {
        if (method.getKey().equals("parameters")) continue;
        var pointer = "/paths" + key(path.getKey()) + key(method.getKey());
        all.add(new Operation(method.getKey().toUpperCase(Locale.ROOT), path.getKey(), pointer));
      }
    }
    return all;
  }

  /** Finds what is asked for; HEAD is told as GET. */
  public Optional<Operation> operation(String method, String encodedPath) {
    var told = method.equals("HEAD") ? "GET" : method;
    return operations().stream()
        .filter(it -> it.method().equals(told))
        .filter(it -> matches(it.path().split("/", -1), encodedPath.split("/", -1)))
        .findFirst();
  }

  private static boolean matches(String[] template, String[] path) {
    if (template.length != path.length) return false;
    for (int i = 0; i < path.length; i++) {
      boolean any = template[i].startsWith("{") && !path[i].isEmpty();
      if (!any && !template[i].equals(path[i])) return false;
    }
    return true;
  }

  /** Checks a value against the schema at a pointer. */
  public List<String> value(String pointer, JsonNode value) {
    var schema = schemas.getSchema(SchemaLocation.of(URI + "#" + pointer));
    return schema
        .validate(value, run -> run.executionConfig(it -> it.formatAssertionsEnabled(true)))
        .stream()
        .map(error -> pointer + ": " + error)
        .toList();
  }

  public List<String> json(String pointer, String text) {
    try {
      return value(pointer, STRICT.readTree(text));
    } catch (JsonProcessingException e) {
      return List.of("not JSON: " + e.getOriginalMessage());
    }
  }

  /** Checks what was asked, as whoever asks would have to. */
  public List<String> request(Operation operation, HttpUrl url, Headers headers, byte[] body) {
    var faults = new ArrayList<String>();
    var known = new HashSet<String>();
    var item = "/paths" + key(operation.path());
    for (var list : List.of(item + "/parameters", operation.pointer() + "/parameters")) {
      for (int i = 0; i < document.at(list).size(); i++) {
        var parameter = at(list + "/" + i);
        var name = parameter.get("name").asText();
        var value =
            switch (parameter.get("in").asText()) {
              case "query" -> url.queryParameter(name);
              case "header" -> headers.get(name);
              default -> inPath(operation.path(), url, name);
            };
        if (parameter.get("in").asText().equals("query")) known.add(name);
        if (value == null) continue;
        var pointer = pointer(list + "/" + i) + "/schema";
        faults.addAll(value(pointer, typed(at(pointer), value)));
      }
    }
    for (var name : url.queryParameterNames()) {
      if (!known.contains(name)) faults.add("unknown query parameter " + name);
    }
    var wanted = at(operation.pointer() + "/requestBody");
    if (body.length > 0 && wanted.isMissingNode()) faults.add("a body where none is taken");
    if (body.length == 0 && wanted.path("required").asBoolean()) faults.add("no body");
    if (body.length > 0 && !wanted.isMissingNode()) {
      var content = pointer(operation.pointer() + "/requestBody") + "/content";
      var media = media(headers.get("Content-Type"));
      if (at(content).has("application/json")) {
        var schema = content + "/application~1json/schema";
        faults.addAll(json(schema, new String(body, StandardCharsets.UTF_8)));
      } else if (!at(content).has(ANY) && !at(content).has(media)) {
        faults.add("a body of type " + media);
      }
    }
    return faults;
  }

  private static String media(@Nullable String type) {
    return type == null ? "" : type.split(";", 2)[0];
  }

  private static String inPath(String template, HttpUrl url, String name) {
    var at = List.of(template.split("/", -1)).indexOf("{" + name + "}") - 1;
    return url.pathSegments().get(at);
  }

  private static JsonNode typed(JsonNode schema, String value) {
    boolean number = schema.path("type").asText().equals("integer") && value.matches("\\d{1,9}");
    return number ? IntNode.valueOf(Integer.parseInt(value)) : TextNode.valueOf(value);
  }

  /** Returns where a reference leads; not of schemas, which may say more beside one. */
  private String pointer(String pointer) {
    var reference = document.at(pointer).path("$ref").textValue();
    return reference == null ? pointer : pointer(reference.substring(1));
  }

  /** Checks an answer; of a stream all but its events. */
  public List<String> response(
      String method, String encodedPath, int status, Headers headers, @Nullable String body) {
    if (method.equals("OPTIONS") && status == 204) return body == null ? List.of() : List.of(body);
    var operation = operation(method, encodedPath);
    var places =
        operation.isPresent()
            ? List.of(operation.get().pointer() + "/responses", "/x-before-operation")
            : List.of("/x-no-operation", "/x-before-operation");
    for (var place : places) {
      var pointer = place + "/" + status;
      if (document.at(pointer).isMissingNode()) continue;
      return response(pointer(pointer), method.equals("HEAD"), headers, body);
    }
    return List.of("status " + status + " of " + method + " " + encodedPath);
  }

  private List<String> response(
      String pointer, boolean head, Headers headers, @Nullable String body) {
    var faults = new ArrayList<>(headers(pointer, headers));
    var content = at(pointer).path("content");
    var type = headers.get("Content-Type");
    if (content.isMissingNode()) {
      if (type != null || body != null) faults.add("content where there is none: " + type);
      return faults;
    }
    var media = media(type);
    if (content.has(ANY)) {
      if (head && body != null) faults.add("a body for a HEAD");
    } else if (!content.has(media)) {
      faults.add("content type " + type + " at " + pointer);
    } else if (media.endsWith("json") && !head) {
      var schema = pointer + "/content" + key(media) + "/schema";
      faults.addAll(json(schema, body == null ? "" : body));
    } else if (head && body != null) {
      faults.add("a body for a HEAD");
    }
    return faults;
  }

  private List<String> headers(String pointer, Headers headers) {
    var faults = new ArrayList<String>();
    var declared = at(pointer).path("headers");
    var known = new HashSet<String>();
    for (var header : declared.properties()) {
      known.add(header.getKey().toLowerCase(Locale.ROOT));
      var at = pointer(pointer + "/headers" + key(header.getKey()));
      var value = headers.get(header.getKey());
      if (value != null) faults.addAll(value(at + "/schema", TextNode.valueOf(value)));
      else if (at(at).path("required").asBoolean()) faults.add("no header " + header.getKey());
    }
    for (var name : headers.names()) {
      var lower = name.toLowerCase(Locale.ROOT);
      boolean free = GENERIC.contains(lower) || lower.startsWith("access-control-");
      if (!free && !known.contains(lower)) faults.add("unknown header " + name);
    }
    return faults;
  }

  /** Checks a problem that no operation is known for: its code must go with its status. */
  public List<String> problem(int status, String body) {
    var faults = new ArrayList<String>();
    for (var response : document.at("/components/responses").properties()) {
      var schema =
          "/components/responses"
              + key(response.getKey())
              + "/content/application~1problem+json/schema";
      if (at(schema + "/properties/status").path("const").asInt() != status) continue;
      var found = json(schema, body);
      if (found.isEmpty()) return List.of();
      faults.addAll(found);
    }
    return faults.isEmpty() ? List.of("no problem with status " + status) : faults;
  }

  /** Checks an event of a stream. */
  public List<String> event(ServerSentEvents.Event event) {
    var pointer = "/x-events" + key(event.name());
    var said = document.at(pointer);
    if (said.isMissingNode()) return List.of("unknown event " + event.name());
    var faults = new ArrayList<>(json(pointer + "/data", event.data()));
    var id = event.id();
    var allowed = said.get("id").asText();
    if (id != null && !id.matches("[1-9]\\d{0,17}")) faults.add("id " + id);
    if (id == null && allowed.equals("always")) faults.add("no id at " + event.name());
    if (id != null && allowed.equals("never")) faults.add("an id at " + event.name());
    return faults;
  }
}
