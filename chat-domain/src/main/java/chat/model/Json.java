package chat.model;

/**
 * Is a JSON text (RFC 8259) that the domain carries and never looks into.
 *
 * @param text valid JSON, nested at most 64 deep, exponents of at most three digits, free of U+0000
 *     (escaped or not) and of unpaired surrogates, so that every store can keep it. A store keeps
 *     its meaning, not its bytes
 */
public record Json(String text) {
  public static final Json NULL = new Json("null");
  public static final Json EMPTY = new Json("{}");

  public Json {
    new Check(text).document();
  }

  /** Tells whether it is an object, and no array, string, number or word. */
  public boolean isObject() {
    return text.stripLeading().startsWith("{");
  }

  /**
   * Returns the text that all texts of its meaning have in common, whatever a store made of the
   * order of members, of escapes and of numbers: RFC 8785, with numbers that keep all their digits.
   */
  public String canonical() {
    return CanonicalJson.of(this);
  }

  @Override
  public String toString() {
    return text;
  }

  /** Reads the grammar once from left to right and keeps nothing. */
  private static final class Check {
    private static final int DEPTH = 64;
    private static final int EXPONENT_DIGITS = 3;
    private final String text;
    private int at;

    Check(String text) {
      this.text = text;
      if (Text.hasUnpairedSurrogate(text)) throw bad();
    }

    void document() {
      value(0);
      space();
      if (at < text.length()) throw bad();
    }

    private void value(int depth) {
      if (depth > DEPTH) throw bad();
      space();
      switch (peek()) {
        case '{' -> members('}', depth, true);
        case '[' -> members(']', depth, false);
        case '"' -> string();
        case 't' -> word("true");
        case 'f' -> word("false");
        case 'n' -> word("null");
        default -> number();
      }
    }

    private void members(char close, int depth, boolean named) {
      at++;
      space();
      if (peek() == close) {
        at++;
        return;
      }
      while (true) {
        if (named) {
          space();
          string();
          space();
          expect(':');
        }
        value(depth + 1);
        space();
        if (peek() == close) {
          at++;
          return;
        }
        expect(',');
      }
    }

    private void string() {
      expect('"');
      while (true) {
        char c = next();
        if (c == '"') return;
        if (c < ' ') throw bad();
        if (c == '\\') escape();
      }
    }

    private void escape() {
      char c = next();
      if ("\"\\/bfnrt".indexOf(c) >= 0) return;
      if (c != 'u') throw bad();
      char unit = unit();
      if (unit == 0 || Character.isLowSurrogate(unit)) throw bad();
      if (!Character.isHighSurrogate(unit)) return;
      expect('\\');
      expect('u');
      if (!Character.isLowSurrogate(unit())) throw bad();
    }

    private char unit() {
      int value = 0;
      for (int i = 0; i < 4; i++) {
        char c = next();
        int digit = c < 128 ? Character.digit(c, 16) : -1;
        if (digit < 0) throw bad();
        value = value << 4 | digit;
      }
      return (char) value;
    }

    private void number() {
      if (peek() == '-') at++;
      if (peek() == '0') at++;
      else digits();
      if (peek() == '.') {
        at++;
        digits();
      }
      if (peek() == 'e' || peek() == 'E') {
        at++;
        if (peek() == '+' || peek() == '-') at++;
        int from = at;
        digits();
        if (at - from > EXPONENT_DIGITS) throw bad();
      }
    }

    private void digits() {
      int from = at;
      while (peek() >= '0' && peek() <= '9') at++;
      if (at == from) throw bad();
    }

    private void word(String word) {
      if (!text.startsWith(word, at)) throw bad();
      at += word.length();
    }

    private void space() {
      while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at++;
    }

    private void expect(char c) {
      if (next() != c) throw bad();
    }

    private char next() {
      if (at >= text.length()) throw bad();
      return text.charAt(at++);
    }

    /** The character at hand, or U+0000 at the end: no rule expects that one. */
    private char peek() {
      return at < text.length() ? text.charAt(at) : 0;
    }

    private IllegalArgumentException bad() {
      return new IllegalArgumentException("not a JSON text that can be kept, at character " + at);
    }
  }
}
