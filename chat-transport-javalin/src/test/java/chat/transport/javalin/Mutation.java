package chat.transport.javalin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Is a JSON value with one thing about it changed.
 *
 * @param at the pointer to what is no longer what it was
 */
record Mutation(String what, String at, JsonNode value) {
  /** What the contract leaves to tools and pages. */
  private static final String FREE =
      ".*/(arguments|structured_content|payload|component)(/.*)?|/answers|/data(/[a-z]+)?";

  /** Tells whether the change is to something that may hold any JSON. */
  boolean isFree() {
    return at.matches(FREE);
  }

  /** Returns the value with a field added, once to each object in it. */
  static List<Mutation> added(JsonNode value) {
    var all = new ArrayList<Mutation>();
    objects(
        "", value, (at, object) -> all.add(of("added", at, value, at, it -> it.put("added", 1))));
    return all;
  }

  /** Returns the value with each of its fields in turn renamed, and made another type. */
  static List<Mutation> renamedAndRetyped(JsonNode value) {
    var all = new ArrayList<Mutation>();
    objects(
        "",
        value,
        (at, object) -> {
          for (var field : object.properties()) {
            var name = field.getKey();
            all.add(of("renamed", at, value, at, it -> it.set(name + "_x", it.remove(name))));
            all.add(
                of(
                    "retyped",
                    at + "/" + name,
                    value,
                    at,
                    it -> it.putArray(name).addArray().add(true)));
          }
        });
    return all;
  }

  /** Returns the value without one of its own fields, for each of these. */
  static List<Mutation> dropped(JsonNode value, List<String> names) {
    return names.stream()
        .map(name -> of("dropped", "/" + name, value, "", it -> it.remove(name)))
        .toList();
  }

  private static Mutation of(
      String what, String at, JsonNode value, String object, Consumer<ObjectNode> change) {
    var copy = value.deepCopy();
    change.accept((ObjectNode) copy.at(object));
    return new Mutation(what, at, copy);
  }

  private static void objects(String at, JsonNode node, BiConsumer<String, ObjectNode> visitor) {
    if (node instanceof ObjectNode object) visitor.accept(at, object);
    for (var field : node.properties()) {
      objects(at + "/" + field.getKey(), field.getValue(), visitor);
    }
    if (node instanceof ArrayNode items) {
      for (int i = 0; i < items.size(); i++) objects(at + "/" + i, items.get(i), visitor);
    }
  }
}
