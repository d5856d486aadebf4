package chat.model;

import java.util.TreeMap;

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

  private final String text;
  private int at;

  private CanonicalJson(String text) {
    this.text = text;
  }

  /**
   * @param valid a JSON text
   */
  static String of(String valid) {
    var out = new StringBuilder(valid.length());
    new CanonicalJson(valid).value(out);
    return out.toString();
  }

  private void value(StringBuilder out) {
    switch (peek()) {
      case '{' -> object(out);
      case '[' -> array(out);
      case '"' -> write(string(), out);
      case 't', 'f', 'n' -> out.append(word());
      default -> number(word(), out);
    }
  }

  private void object(StringBuilder out) {
    var members = new TreeMap<String, String>();
    at++;
    while (peek() != '}') {
      if (peek() == ',') at++;
      peek();
      var name = string();
      peek();
      at++;
      var value = new StringBuilder();
      value(value);
      members.put(name, value.toString());
    }
    at++;
    out.append('{');
    var comma = "";
    for (var member : members.entrySet()) {
      out.append(comma);
      write(member.getKey(), out);
      out.append(':').append(member.getValue());
      comma = ",";
    }
    out.append('}');
  }

  private void array(StringBuilder out) {
    at++;
    out.append('[');
    while (peek() != ']') {
      if (peek() == ',') {
        at++;
        out.append(',');
      }
      value(out);
    }
    at++;
    out.append(']');
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

  private static void write(String string, StringBuilder out) {
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

  /** Returns a word or a number, as it stands there. */
  private String word() {
    int from = at;
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
    return text.substring(from, at);
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

  /** Returns the next character that is no white space, without passing it. */
  private char peek() {
    while (" \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    return text.charAt(at);
  }
}
