package chat.testkit;

import chat.model.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong with a request, each with the place; an absent value is never right. */
final class WireFindings {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern IMAGE =
      Pattern.compile(
          "https?://\\S+|data:image/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/]{4})*+"
              + "([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?");

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

  /** Returns what names a tool: 1–64 of {@code A-Z a-z 0-9 _ -}. */
  String name(@Nullable Object value, String place) {
    var name = string(value, place + ".name");
    check(NAME.matcher(name).matches(), place, "is named '" + name + "'");
    return name;
  }

  /** Arguments are the text of a JSON object. */
  void arguments(@Nullable Object value, String place) {
    boolean object = false;
    try {
      object = new Json(string(value, place)).isObject();
    } catch (IllegalArgumentException notJson) {
      // It is none.
    }
    check(object, place, "are no JSON object");
  }

  /** An image stands at an address, or as Base64 in a data URL of a kind that models see. */
  void image(@Nullable Object value, String place) {
    check(IMAGE.matcher(string(value, place)).matches(), place, "is no image");
  }

  void oneOf(@Nullable Object value, String place, String... values) {
    check(value instanceof String && List.of(values).contains(value), place, "is " + value);
  }
}
