package chat.transport.javalin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Is a JSON value with one thing about it changed. */
record Mutation(String what, JsonNode value) {
  /** What holds any JSON, of tools and pages. */
  private static final String FREE =
      ".*/(arguments|result|answers|structured_content|source|data|input)(/.*)?";

  /** Tells whether it lies in what the contract leaves to others. */
  boolean isFree() {
    return what.matches(FREE) && !what.matches("added /data/\\d+(/[a-z_]+)*");
  }

  /** Returns the value with a field added, once to each object in it. */
  static List<Mutation> added(JsonNode value) {
    var all = new ArrayList<Mutation>();
    objects("", value, (at, ignored) -> all.add(change("added " + at, value, at, Mutation::add)));
    return all;
  }

  private static void add(ObjectNode object) {
    object.put("added", 1);
  }

  /** Returns the value with each of its fields in turn renamed, and made another type. */
  static List<Mutation> renamedAndRetyped(JsonNode value) {
    var all = new ArrayList<Mutation>();
    objects(
        "",
        value,
        (at, object) ->
            object
                .fieldNames()
                .forEachRemaining(
                    name -> {
                      all.add(
                          change(
                              "renamed " + at + "/" + name,
                              value,
                              at,
                              it -> it.set(name + "_x", it.remove(name))));
                      all.add(
                          change(
                              "retyped " + at + "/" + name,
                              value,
                              at,
                              it -> it.putArray(name).addArray().add(true)));
                    }));
    return all;
  }

  /** Returns the value without one of its own fields, for each of these. */
  static List<Mutation> dropped(JsonNode value, List<String> names) {
    return names.stream()
        .map(name -> change("dropped /" + name, value, "", it -> it.remove(name)))
        .toList();
  }

  private interface Change {
    void make(ObjectNode object);
  }

  private static Mutation change(String what, JsonNode value, String at, Change change) {
    var copy = value.deepCopy();
    change.make((ObjectNode) copy.at(at));
    return new Mutation(what, copy);
  }

  private static void objects(String at, JsonNode node, BiConsumer<String, ObjectNode> visitor) {
    if (node instanceof ObjectNode object) visitor.accept(at, object);
    for (var field : node.properties())
      objects(at + "/" + field.getKey(), field.getValue(), visitor);
    if (node instanceof ArrayNode items) {
      for (int i = 0; i < items.size(); i++) objects(at + "/" + i, items.get(i), visitor);
    }
  }

  @Override
  public String toString() {
    return what;
  }
}
