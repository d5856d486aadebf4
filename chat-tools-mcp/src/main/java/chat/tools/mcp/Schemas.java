package chat.tools.mcp;

import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks arguments by their tool's JSON Schema, 2020-12 where it names no other, all but patterns.
 * A schema that cannot be used, one that refers to somewhere else say, refuses nothing: its server
 * will.
 */
final class Schemas {
  private static final int KEPT = 1000;
  private static final int MOST_ERRORS = 5;
  private static final int LONGEST = 1000;

  /** Leaves patterns to the server: one that is made for it would keep a thread busy for ever. */
  private static final SchemaRegistryConfig CONFIG =
      SchemaRegistryConfig.builder().regularExpressionFactory(pattern -> text -> true).build();

  private final ObjectMapper json;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Schema> compiled =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Schema> eldest) {
          return size() > KEPT;
        }
      };

  Schemas(ObjectMapper json) {
    this.json = json;
  }

  /** Says what is wrong with the arguments, in words for a model; null if nothing is. */
  @Nullable ToolResult refusal(Tool tool, Json arguments) {
    List<Error> errors;
    try {
      errors = schema(tool.inputSchema()).validate(json.readTree(arguments.text()));
    } catch (JsonProcessingException | RuntimeException | StackOverflowError e) {
      return null;
    }
    if (errors.isEmpty()) return null;
    var why =
        errors.stream().limit(MOST_ERRORS).map(Schemas::words).collect(Collectors.joining("; "));
    if (why.length() > LONGEST) why = why.substring(0, LONGEST) + "…";
    return ToolResult.error(
        "invalid_arguments", "The arguments do not fit the tool's schema: " + why);
  }

  private static String words(Error error) {
    var place = String.valueOf(error.getInstanceLocation());
    return place.isEmpty() ? error.getMessage() : place + ": " + error.getMessage();
  }

  private Schema schema(Json schema) throws JsonProcessingException {
    lock.lock();
    try {
      var known = compiled.get(schema.text());
      if (known != null) return known;
    } finally {
      lock.unlock();
    }
    // One registry for each: what a schema declares by its $id concerns no other.
    var fresh =
        SchemaRegistry.withDefaultDialect(
                Dialects.getDraft202012(), registry -> registry.schemaRegistryConfig(CONFIG))
            .getSchema(json.readTree(schema.text()));
    lock.lock();
    try {
      compiled.put(schema.text(), fresh);
    } finally {
      lock.unlock();
    }
    return fresh;
  }
}
