package chat.transport.javalin.chatkit;

import chat.model.ChatException.InvalidInput;
import chat.model.Json;
import chat.model.Text;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of one object of a request. What is missing, null where null is no value, or of
 * another type is an {@link InvalidInput} that names it by its path; members that nobody asks for
 * are ignored.
 */
record Fields(String path, JsonNode object) {

  private @Nullable JsonNode at(String name) {
    return object.get(name);
  }

  private JsonNode required(String name) {
    var value = at(name);
    if (value == null) throw new InvalidInput(path(name), "this field is needed");
    return value;
  }

  private static boolean isNothing(@Nullable JsonNode value) {
    return value == null || value.isNull();
  }

  private String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  InvalidInput wrong(String name, String what) {
    return new InvalidInput(path(name), what);
  }

  String string(String name) {
    return string(path(name), required(name));
  }

  private static String string(String path, JsonNode value) {
    if (!value.isTextual()) throw new InvalidInput(path, "a string");
    var text = value.textValue();
    if (!text.equals(Text.storable(text))) {
      throw new InvalidInput(path, "this holds what cannot be stored");
    }
    return text;
  }

  /** Reads a string that may be null or left out. */
  @Nullable String stringOrNull(String name) {
    return isNothing(at(name)) ? null : string(name);
  }

  /** Reads one of some words; null may say the same as leaving it out. */
  <E> E word(String name, Map<String, E> words, @Nullable E otherwise) {
    if (at(name) == null && otherwise != null) return otherwise;
    var word = words.get(string(name));
    if (word == null) throw wrong(name, "one of " + String.join(", ", words.keySet()));
    return word;
  }

  boolean flag(String name) {
    var value = at(name);
    if (value == null) return false;
    if (!value.isBoolean()) throw wrong(name, "true or false");
    return value.booleanValue();
  }

  long integer(String name) {
    var number = number(required(name));
    if (number == null) throw wrong(name, "a whole number");
    return number;
  }

  @Nullable Long integerOrNull(String name) {
    return isNothing(at(name)) ? null : (Long) integer(name);
  }

  /** Takes 3, 3.0 and "3", as the reference does. */
  private static @Nullable Long number(JsonNode value) {
    try {
      if (value.isNumber()) return value.decimalValue().longValueExact();
      if (value.isTextual() && value.textValue().matches("\\s*[+-]?\\d{1,18}\\s*")) {
        return new BigDecimal(value.textValue().strip()).longValueExact();
      }
    } catch (ArithmeticException e) {
      return null;
    }
    return null;
  }

  Fields object(String name) {
    return object(path(name), required(name));
  }

  private static Fields object(String path, JsonNode value) {
    if (!value.isObject()) throw new InvalidInput(path, "an object");
    return new Fields(path, value);
  }

  @Nullable Fields objectOrNull(String name) {
    return isNothing(at(name)) ? null : object(name);
  }

  /** Refuses what stands there if it is no object. */
  void requireObjectIfThere(String name) {
    if (at(name) != null) object(name);
  }

  <T> List<T> objects(String name, Function<Fields, T> read) {
    var all = new ArrayList<T>();
    for (var element : array(name)) {
      all.add(read.apply(object(path(name) + "[" + all.size() + "]", element)));
    }
    return all;
  }

  List<String> strings(String name) {
    var all = new ArrayList<String>();
    for (var element : array(name)) {
      all.add(string(path(name) + "[" + all.size() + "]", element));
    }
    return all;
  }

  List<String> stringsOrNone(String name) {
    return at(name) == null ? List.of() : strings(name);
  }

  private JsonNode array(String name) {
    var value = required(name);
    if (!value.isArray()) throw wrong(name, "an array");
    return value;
  }

  /** Reads an object as a map of objects; one that is left out is empty. */
  <T> Map<String, T> map(String name, Function<Fields, T> read) {
    var all = new LinkedHashMap<String, T>();
    if (at(name) == null) return all;
    for (var member : object(name).object().properties()) {
      all.put(member.getKey(), read.apply(object(path(name) + ".*", member.getValue())));
    }
    return all;
  }

  /** Reads any value, null too; it must be there. */
  Json any(String name) {
    return json(path(name), required(name));
  }

  Json anyOrNull(String name) {
    var value = at(name);
    return value == null ? Json.NULL : json(path(name), value);
  }

  Json freeObject(String name) {
    return json(path(name), object(name).object());
  }

  private static Json json(String path, JsonNode value) {
    try {
      return new Json(value.toString());
    } catch (IllegalArgumentException e) {
      throw new InvalidInput(path, "this holds what cannot be stored");
    }
  }
}
