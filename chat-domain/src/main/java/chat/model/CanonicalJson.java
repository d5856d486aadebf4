package chat.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a JSON text in the one form that all texts of its meaning have: RFC 8785, but that a
 * number keeps all of its digits. What a double can hold is written as there; what it cannot hold
 * differs here where it differs, and is not rounded to the same.
 *
 * <p>No white space; members sorted by the UTF-16 units of their names, of two of the same name the
 * later one; only quotes, backslashes and control characters escaped; numbers as ECMAScript writes
 * them, without useless zeros and without a sign before zero.
 */
final class CanonicalJson {
  /** ECMAScript writes as many digits before the point, and as many zeros behind it. */
  private static final int MOST_DIGITS = 21;

  private static final int MOST_ZEROS = 6;

  private CanonicalJson() {}

  static String of(Json json) {
    var out = new StringBuilder(json.text().length());
    write(JsonTree.read(json), out);
    return out.toString();
  }

  private static void write(@Nullable Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> members -> {
        var comma = "";
        out.append('{');
        for (var member : new TreeMap<Object, Object>(members).entrySet()) {
          out.append(comma);
          JsonTree.write(member.getKey().toString(), out);
          write(member.getValue(), out.append(':'));
          comma = ",";
        }
        out.append('}');
      }
      case List<?> elements -> {
        var comma = "";
        out.append('[');
        for (var element : elements) {
          write(element, out.append(comma));
          comma = ",";
        }
        out.append(']');
      }
      case String string -> JsonTree.write(string, out);
      default -> literal(((JsonTree.Literal) value).text(), out);
    }
  }

  private static void literal(String word, StringBuilder out) {
    if (word.startsWith("t") || word.startsWith("f")) out.append(word);
    else number(word, out);
  }

  private static void number(String number, StringBuilder out) {
    int from = number.startsWith("-") ? 1 : 0;
    int e = Math.max(number.indexOf('e'), number.indexOf('E'));
    int end = e < 0 ? number.length() : e;
    int dot = number.indexOf('.');
    int whole = dot < 0 ? end : dot;
    var digits = number.substring(from, whole) + (dot < 0 ? "" : number.substring(dot + 1, end));
    int first = 0;
    while (first < digits.length() && digits.charAt(first) == '0') first++;
    int last = digits.length();
    while (last > first && digits.charAt(last - 1) == '0') last--;
    if (first == last) {
      out.append('0');
      return;
    }
    int exponent = e < 0 ? 0 : Integer.parseInt(number.substring(e + 1));
    if (from == 1) out.append('-');
    decimal(digits.substring(first, last), whole - from - first + exponent, out);
  }

  /** Writes 0.digits × 10^point. */
  private static void decimal(String digits, int point, StringBuilder out) {
    int length = digits.length();
    if (length <= point && point <= MOST_DIGITS) {
      out.append(digits).append("0".repeat(point - length));
    } else if (0 < point && point <= MOST_DIGITS) {
      out.append(digits, 0, point).append('.').append(digits, point, length);
    } else if (-MOST_ZEROS < point && point <= 0) {
      out.append("0.").append("0".repeat(-point)).append(digits);
    } else {
      out.append(digits.charAt(0));
      if (length > 1) out.append('.').append(digits, 1, length);
      out.append('e').append(point > 0 ? "+" : "-").append(Math.abs(point - 1));
    }
  }
}
