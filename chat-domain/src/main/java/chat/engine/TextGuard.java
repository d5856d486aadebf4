package chat.engine;

import chat.model.Text;

/**
 * Makes a streamed text fit to be stored: U+0000 and what cannot be paired becomes U+FFFD; half a
 * surrogate pair at the end of a piece waits for the other half. Used by one thread.
 */
final class TextGuard {
  private char half;

  /** Returns the piece as it may be passed on; perhaps nothing yet. */
  String pass(String piece) {
    if (piece.isEmpty()) return piece;
    var text = half == 0 ? piece : half + piece;
    half = 0;
    char last = text.charAt(text.length() - 1);
    if (Character.isHighSurrogate(last)) {
      half = last;
      text = text.substring(0, text.length() - 1);
    }
    return Text.storable(text);
  }

  /** Returns what is left at the end of the text. */
  String end() {
    if (half == 0) return "";
    half = 0;
    return String.valueOf(Text.REPLACEMENT);
  }
}
