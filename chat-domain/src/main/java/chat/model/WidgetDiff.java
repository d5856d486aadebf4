package chat.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds what happened to a widget between two of its states, as briefly as a client can be told.
 * Pure.
 *
 * <p>A {@code Text} or {@code Markdown} with an id, reached through lists of {@code children}
 * alone, whose {@code value} only grew, is told by what it grew. Anything else that is different is
 * told by the whole widget: also a text that grew where no client could find it, without an id,
 * with an id that another component has, or within a component's only child.
 *
 * <p>The rules are those of ChatKit's reference server (openai-chatkit 1.6.5, {@code diff_widget}),
 * without the changes that it misses.
 */
public final class WidgetDiff {
  private WidgetDiff() {}

  /** Is a difference. */
  public sealed interface Change {}

  /** Is a text that goes on; {@code done} when it is complete with this. */
  public record Grown(String component, String content, boolean done) implements Change {}

  /** Is a widget that has become another one. */
  public record Replaced() implements Change {}

  /** Returns what is different; nothing when it means the same. */
  public static List<Change> between(Json before, Json after) {
    var comparison = new Comparison();
    boolean told = comparison.same(JsonTree.read(before), JsonTree.read(after), true);
    return told && comparison.distinct() ? comparison.grown : List.of(new Replaced());
  }

  /** Returns a widget after a text in it went on; the same one when it has no such text. */
  public static Json grown(Json root, String component, String content) {
    return edited(
        root,
        component,
        text -> {
          var grown = new LinkedHashMap<Object, @Nullable Object>(text);
          grown.put("value", Objects.requireNonNullElse(text.get("value"), "") + content);
          return grown;
        });
  }

  /** Returns a widget with another component in the place of the one with its id. */
  public static Json with(Json root, String component, Json content) {
    return edited(root, component, old -> JsonTree.read(content));
  }

  /** Tells whether a widget has a component of this id. */
  public static boolean has(Json root, String component) {
    return !with(root, component, Json.NULL).equals(with(root, component, Json.EMPTY));
  }

  private static Json edited(
      Json root, String component, Function<Map<?, @Nullable Object>, @Nullable Object> edit) {
    return JsonTree.write(edited(JsonTree.read(root), component, edit));
  }

  private static @Nullable Object edited(
      @Nullable Object tree,
      String component,
      Function<Map<?, @Nullable Object>, @Nullable Object> edit) {
    return switch (tree) {
      case Map<?, ?> node when component.equals(node.get("id")) && node.containsKey("type") -> {
        @SuppressWarnings("unchecked")
        var members = (Map<Object, @Nullable Object>) node;
        yield edit.apply(members);
      }
      case Map<?, ?> node when node.containsKey("children") -> {
        var edited = new LinkedHashMap<Object, @Nullable Object>(node);
        edited.put("children", edited(node.get("children"), component, edit));
        yield edited;
      }
      case List<?> nodes -> {
        var edited = new ArrayList<@Nullable Object>();
        for (var node : nodes) edited.add(edited(node, component, edit));
        yield edited;
      }
      case null, default -> tree;
    };
  }

  /** Compares two trees and keeps which texts grew. A member that is null is one that is absent. */
  private static final class Comparison {
    private final List<Change> grown = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private boolean ambiguous;

    private boolean distinct() {
      return grown.isEmpty() || !ambiguous;
    }

    private boolean same(@Nullable Object before, @Nullable Object after, boolean found) {
      if (before instanceof Map<?, ?> one && after instanceof Map<?, ?> other) {
        return same(one, other, found);
      }
      if (before instanceof List<?> some && after instanceof List<?> others) {
        if (some.size() != others.size()) return false;
        for (int i = 0; i < some.size(); i++) {
          if (!same(some.get(i), others.get(i), found)) return false;
        }
        return true;
      }
      return Objects.equals(before, after);
    }

    private boolean same(Map<?, ?> before, Map<?, ?> after, boolean found) {
      if (after.get("id") instanceof String id && after.containsKey("type")) {
        ambiguous |= !ids.add(id);
      }
      var names = new HashSet<Object>(before.keySet());
      names.addAll(after.keySet());
      for (var name : names) {
        var one = before.get(name);
        var other = after.get(name);
        if (name.equals("value")) {
          var growth = growth(before, after);
          if (growth.isPresent() && !growth.get().isEmpty()) {
            if (!found || !(after.get("id") instanceof String id)) return false;
            boolean streams = JsonTree.Literal.TRUE.equals(after.get("streaming"));
            grown.add(new Grown(id, growth.get(), !streams));
            continue;
          }
        }
        boolean walked = found && name.equals("children") && other instanceof List<?>;
        if (!same(one, other, walked)) return false;
      }
      return true;
    }

    /** Returns by how much a text grew; nothing for what is no text, or is another one. */
    private static Optional<String> growth(Map<?, ?> before, Map<?, ?> after) {
      boolean text = "Text".equals(after.get("type")) || "Markdown".equals(after.get("type"));
      return text
              && before.get("value") instanceof String one
              && after.get("value") instanceof String other
              && other.startsWith(one)
          ? Optional.of(other.substring(one.length()))
          : Optional.empty();
    }
  }
}
