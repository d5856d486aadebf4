package chat.app.todo;

import chat.app.todo.TodoItems.Item;
import chat.model.UserId;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Describes the four tools to a model, and answers their calls in words and as data. Arguments were
 * held against the schemas when a call comes here.
 */
final class TodoTools {
  private static final Logger LOG = LoggerFactory.getLogger(TodoTools.class);

  private static final String ITEM =
      """
      {
        "type": "object",
        "properties": {
          "id": {"type": "integer", "description": "Number of the item."},
          "text": {"type": "string"},
          "done": {"type": "boolean"}
        },
        "required": ["id", "text", "done"],
        "additionalProperties": false
      }
      """;

  private static final String ITEMS =
      """
      {
        "type": "object",
        "properties": {"items": {"type": "array", "items": %s}},
        "required": ["items"],
        "additionalProperties": false
      }
      """
          .formatted(ITEM);

  private static final String BY_TEXT =
      """
      {
        "type": "object",
        "properties": {
          "text": {
            "type": "string",
            "description": "What is to be done, in the user's words.",
            "minLength": 1,
            "maxLength": %d
          }
        },
        "required": ["text"],
        "additionalProperties": false
      }
      """
          .formatted(TodoItems.LONGEST_TEXT);

  private static final String BY_ID =
      """
      {
        "type": "object",
        "properties": {
          "id": {
            "type": "integer",
            "description": "Number of the item, as list gives it.",
            "minimum": 1,
            "maximum": 2147483647
          }
        },
        "required": ["id"],
        "additionalProperties": false
      }
      """;

  private static final String WITHOUT = "{\"type\": \"object\", \"additionalProperties\": false}";

  private final TodoItems items;
  private final McpJsonMapper json;
  private final Function<McpSyncServerExchange, UserId> user;

  /**
   * @param user says whose call it is
   */
  TodoTools(TodoItems items, McpJsonMapper json, Function<McpSyncServerExchange, UserId> user) {
    this.items = items;
    this.json = json;
    this.user = user;
  }

  List<SyncToolSpecification> all() {
    return List.of(
        tool(
            Tool.builder("add", json, BY_TEXT)
                .title("Add a to-do item")
                .description("Adds an item to the user's to-do list and returns it, with its id.")
                .outputSchema(json, ITEM)
                .annotations(hints(false, false, false)),
            (whose, call) -> {
              var item = items.add(whose, (String) argument(call, "text"));
              return about("added", item);
            }),
        tool(
            Tool.builder("list", json, WITHOUT)
                .title("List the to-do items")
                .description("Returns all items of the user's to-do list, the done ones too.")
                .outputSchema(json, ITEMS)
                .annotations(hints(true, false, true)),
            (whose, call) -> all(items.list(whose))),
        tool(
            Tool.builder("complete", json, BY_ID)
                .title("Complete a to-do item")
                .description("Marks an item of the user's to-do list as done; it stays listed.")
                .outputSchema(json, ITEM)
                .annotations(hints(false, false, true)),
            (whose, call) -> about("completed", items.complete(whose, id(call)))),
        tool(
            Tool.builder("delete", json, BY_ID)
                .title("Delete a to-do item")
                .description(
                    "Removes an item from the user's to-do list for good and returns what it was."
                        + " For what is done use complete.")
                .outputSchema(json, ITEM)
                .annotations(hints(false, true, true)),
            (whose, call) -> about("deleted", items.delete(whose, id(call)))));
  }

  /** Says everything: what an annotation leaves out means the worst. */
  private static ToolAnnotations hints(boolean readOnly, boolean destructive, boolean idempotent) {
    return ToolAnnotations.builder()
        .readOnlyHint(readOnly)
        .destructiveHint(destructive)
        .idempotentHint(idempotent)
        .openWorldHint(false)
        .build();
  }

  private SyncToolSpecification tool(
      Tool.Builder tool, BiFunction<UserId, CallToolRequest, CallToolResult> action) {
    return SyncToolSpecification.builder()
        .tool(tool.build())
        .callHandler((exchange, call) -> answer(() -> action.apply(user.apply(exchange), call)))
        .build();
  }

  private static CallToolResult answer(Supplier<CallToolResult> action) {
    try {
      return action.get();
    } catch (TodoItems.Refused e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      LOG.error("the items cannot be read or written", e);
      return failed("the items cannot be read or written now");
    }
  }

  private static CallToolResult failed(String why) {
    return CallToolResult.builder().addTextContent(why).isError(true).build();
  }

  private static int id(CallToolRequest call) {
    return ((Number) argument(call, "id")).intValue();
  }

  private static Object argument(CallToolRequest call, String name) {
    return Objects.requireNonNull(call.arguments().get(name), name);
  }

  private static CallToolResult about(String done, Item item) {
    return CallToolResult.builder()
        .addTextContent(done + " " + line(item))
        .structuredContent(item)
        .build();
  }

  private static CallToolResult all(List<Item> items) {
    var text =
        items.isEmpty()
            ? "there are no items"
            : items.stream().map(TodoTools::line).collect(Collectors.joining("\n"));
    return CallToolResult.builder()
        .addTextContent(text)
        .structuredContent(Map.of("items", items))
        .build();
  }

  private static String line(Item item) {
    return item.id() + ": " + item.text() + (item.done() ? " (done)" : "");
  }
}
