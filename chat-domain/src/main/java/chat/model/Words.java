package chat.model;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Takes a text apart into the words that a {@link Search} compares. */
final class Words {
  /** Longer words, in bytes of UTF-8, are not looked for: they are keys and encoded files. */
  private static final int LONGEST = 255;

  private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036f]+");

  private Words() {}

  /** Is a word and where it stands, in UTF-16 units. */
  record Word(String folded, int start, int end) {}

  /** Returns as much of a text as is searched. */
  static String reached(String text) {
    if (text.length() <= Search.REACH) return text;
    if (text.codePointCount(0, text.length()) <= Search.REACH) return text;
    return text.substring(0, text.offsetByCodePoints(0, Search.REACH));
  }

  static List<Word> of(String text) {
    var words = new ArrayList<Word>();
    int at = 0;
    while (at < text.length()) {
      int start = at;
      int point = text.codePointAt(at);
      at += Character.charCount(point);
      if (!Character.isLetterOrDigit(point)) continue;
      if (!standsAlone(point)) at = end(text, at);
      else while (at < text.length() && isMark(text.codePointAt(at))) at++;
      words.add(new Word(folded(text.substring(start, at)), start, at));
    }
    return words;
  }

  private static int end(String text, int from) {
    int at = from;
    while (at < text.length()) {
      int point = text.codePointAt(at);
      boolean goesOn = Character.isLetterOrDigit(point) || isMark(point);
      if (!goesOn || standsAlone(point)) break;
      at += Character.charCount(point);
    }
    return at;
  }

  private static boolean isMark(int point) {
    int type = Character.getType(point);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  /** Tells whether it is of a script that puts no blanks between words. */
  private static boolean standsAlone(int point) {
    return (point >= 0x3040 && point <= 0x30ff)
        || (point >= 0x31f0 && point <= 0x31ff)
        || (point >= 0x3400 && point <= 0x4dbf)
        || (point >= 0x4e00 && point <= 0x9fff)
        || (point >= 0xac00 && point <= 0xd7af)
        || (point >= 0xf900 && point <= 0xfaff)
        || (point >= 0x20000 && point <= 0x3ffff);
  }

  private static String folded(String word) {
    if (word.chars().allMatch(c -> c < 128)) return word.toLowerCase(Locale.ROOT);
    var bare = ACCENTS.matcher(Normalizer.normalize(word, Normalizer.Form.NFKD)).replaceAll("");
    var lower = Normalizer.normalize(bare, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    // The last sigma of a word is written otherwise, which capitals do not tell.
    return lower.replace('\u03c2', '\u03c3');
  }

  /** Returns the first place, from a place on, where a term stands; -1 when it does not. */
  static int find(List<Word> words, Search.Term term, int from) {
    int size = term.words().size();
    for (int at = from; at <= words.size() - size; at++) {
      if (standsAt(words, at, term)) return at;
    }
    return -1;
  }

  private static boolean standsAt(List<Word> words, int at, Search.Term term) {
    int last = term.words().size() - 1;
    for (int i = 0; i <= last; i++) {
      var there = words.get(at + i).folded();
      var wanted = term.words().get(i);
      boolean begun = term.begun() && i == last;
      if (!(begun ? there.startsWith(wanted) : there.equals(wanted))) return false;
      if (there.getBytes(StandardCharsets.UTF_8).length > LONGEST) return false;
    }
    return true;
  }
}
