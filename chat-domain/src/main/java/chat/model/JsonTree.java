package chat.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON text into maps, lists, strings, {@link Literal}s and nulls, and writes it again: for
 * the few rules of the domain that look into what it carries. Members keep their order; of two of
 * the same name the later one counts.
 */
final class JsonTree {
  /** Is a number, {@code true} or {@code false}, as it stands there. */
  record Literal(String text) {
    static final Literal TRUE = new Literal("true");
  }

  private final String text;
  private int at;

  private JsonTree(String text) {
    this.text = text;
  }

  static @Nullable Object read(Json json) {
    return new JsonTree(json.text()).value();
  }

  static Json write(@Nullable Object tree) {
    var out = new StringBuilder();
    write(tree, out);
    return new Json(out.toString());
  }

  private @Nullable Object value() {
    char first = peek();
    if (first == '{') return object();
    if (first == '[') return array();
    if (first == '"') return string();
    var word = word();
    return word.equals("null") ? null : new Literal(word);
  }

  private Map<String, @Nullable Object> object() {
    var members = new LinkedHashMap<String, @Nullable Object>();
    at++;
    while (peek() != '}') {
      if (peek() == ',') at++;
      peek();
      var name = string();
      peek();
      at++;
      members.put(name, value());
    }
    at++;
    return members;
  }

  private List<@Nullable Object> array() {
    var elements = new ArrayList<@Nullable Object>();
    at++;
    while (peek() != ']') {
      if (peek() == ',') at++;
      elements.add(value());
    }
    at++;
    return elements;
  }

  private String string() {
    var read = new StringBuilder();
    while (text.charAt(++at) != '"') {
      char c = text.charAt(at);
      read.append(c == '\\' ? escaped(text.charAt(++at)) : c);
    }
    at++;
    return read.toString();
  }

  private char escaped(char c) {
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        at += 4;
        yield (char) Integer.parseInt(text, at - 3, at + 1, 16);
      }
      default -> c;
    };
  }

  private String word() {
    int from = at;
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
    return text.substring(from, at);
  }

  /** Returns the next character that is no white space, without passing it. */
  private char peek() {
    while (" \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    return text.charAt(at);
  }

  private static void write(@Nullable Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> members -> {
        var comma = "{";
        for (var member : members.entrySet()) {
          out.append(comma);
          write(String.valueOf(member.getKey()), out);
          out.append(':');
          write(member.getValue(), out);
          comma = ",";
        }
        out.append(members.isEmpty() ? "{}" : "}");
      }
      case List<?> elements -> {
        var comma = "[";
        for (var element : elements) {
          out.append(comma);
          write(element, out);
          comma = ",";
        }
        out.append(elements.isEmpty() ? "[]" : "]");
      }
      case String string -> write(string, out);
      default -> out.append(((Literal) value).text());
    }
  }

  /** Writes a string with only quotes, backslashes and control characters escaped. */
  static void write(String string, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      int known = "\"\\\b\f\n\r\t".indexOf(c);
      if (known >= 0) out.append('\\').append("\"\\bfnrt".charAt(known));
      else if (c < ' ') out.append("\\u00").append(c < 16 ? '0' : '1').append(hex(c & 15));
      else out.append(c);
    }
    out.append('"');
  }

  private static char hex(int digit) {
    return Character.forDigit(digit, 16);
  }
}
