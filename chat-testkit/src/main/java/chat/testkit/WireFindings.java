package chat.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong with a request, each with the place; an absent value is never right. */
final class WireFindings {
  private final List<String> found = new ArrayList<>();

  List<String> found() {
    return List.copyOf(found);
  }

  void add(String place, String what) {
    found.add(place + ": " + what);
  }

  boolean check(boolean right, String place, String what) {
    if (!right) add(place, what);
    return right;
  }

  /** Returns an object with all of these members and no others; an empty one if it is none. */
  Map<?, ?> object(
      @Nullable Object value, String place, Collection<String> needed, Collection<String> allowed) {
    if (!(value instanceof Map<?, ?> object)) {
      add(place, "is no object");
      return Map.of();
    }
    for (var name : needed) check(object.containsKey(name), place, "has no " + name);
    Set<Object> unknown = new HashSet<>(object.keySet());
    unknown.removeAll(needed);
    unknown.removeAll(allowed);
    check(unknown.isEmpty(), place, "has unknown members " + unknown);
    return object;
  }

  /** Returns a list with something in it; an empty one if it is none. */
  List<?> list(@Nullable Object value, String place) {
    if (value instanceof List<?> list && !list.isEmpty()) return list;
    add(place, "is no list with something in it");
    return List.of();
  }

  /** Returns a string; an empty one if it is none. */
  String string(@Nullable Object value, String place) {
    if (value instanceof String string) {
      check(string.indexOf('\0') < 0, place, "holds U+0000");
      check(
          string.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff),
          place,
          "holds half a character");
      return string;
    }
    add(place, "is no string");
    return "";
  }

  void words(@Nullable Object value, String place) {
    if (value instanceof String string && string.isBlank()) add(place, "is blank");
    else string(value, place);
  }

  void oneOf(@Nullable Object value, String place, String... values) {
    check(value instanceof String && List.of(values).contains(value), place, "is " + value);
  }
}
