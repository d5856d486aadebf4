package chat.model;

import org.jspecify.annotations.Nullable;

/** Says what text the whole system can carry: any Unicode but U+0000 and unpaired surrogates. */
public final class Text {
  /** Stands where a character could not be kept. */
  public static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  /** Tells whether some half of a surrogate pair stands alone. */
  public static boolean hasUnpairedSurrogate(CharSequence text) {
    int at = 0;
    while (at < text.length()) {
      int point = Character.codePointAt(text, at);
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) return true;
      at += Character.charCount(point);
    }
    return false;
  }

  /** Returns {@link #storable(String)} of a text, or null for none. */
  public static @Nullable String storableOrNull(@Nullable String text) {
    return text == null ? null : storable(text);
  }

  /** Returns the text with U+0000 and unpaired surrogates replaced by U+FFFD. */
  public static String storable(String text) {
    if (text.indexOf('\0') < 0 && !hasUnpairedSurrogate(text)) return text;
    var kept = new StringBuilder(text.length());
    text.codePoints()
        .map(
            c ->
                c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                    ? REPLACEMENT
                    : c)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }
}
