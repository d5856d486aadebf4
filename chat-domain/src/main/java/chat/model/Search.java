package chat.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is what somebody looks for in titles and in what was said.
 *
 * <p>A word is a run of letters and digits; of Han, kana and hangul each character is one, so that
 * what is written without blanks is found too. Case and accents do not count. Everything that is
 * looked for must occur in one text, and nothing that is excluded may.
 *
 * @param terms without one that is looked for, nothing is found
 */
public record Search(List<Term> terms) {
  /** Bounds what is typed, in UTF-16 units. */
  public static final int LENGTH = 1000;

  /** Bounds how far into a text is searched, in characters. */
  public static final int REACH = 100_000;

  public Search {
    terms = List.copyOf(terms);
  }

  /**
   * Is one word, or several that stand side by side.
   *
   * @param words at least one, folded as {@link Search} compares them
   * @param excluded whether they must not occur
   * @param begun whether the last of them is still being typed, so that it may go on
   */
  public record Term(List<String> words, boolean excluded, boolean begun) {
    public Term {
      words = List.copyOf(words);
      if (words.isEmpty()) throw new IllegalArgumentException("a term without a word");
    }
  }

  /** Is a stretch of a snippet; {@code hit} where it is what was looked for. */
  public record Piece(String text, boolean hit) {}

  /**
   * Is a conversation in which something was found.
   *
   * @param message the newest message that has it; null when only the title does
   * @param snippet the place where it stands, on one line, to be put together as plain text
   */
  public record Hit(Conversation conversation, Message.@Nullable Id message, List<Piece> snippet) {
    // Spelled out: javac loses the annotation of a nested type in a compact constructor.
    public Hit(Conversation conversation, Message.@Nullable Id message, List<Piece> snippet) {
      this.conversation = conversation;
      this.message = message;
      this.snippet = List.copyOf(snippet);
    }
  }

  /**
   * Reads what was typed: words, {@code "words side by side"} and {@code -excluded}. The last word
   * may go on, unless a blank or a quotation mark follows it. Whatever is no word separates words.
   *
   * @throws ChatException.InvalidInput if it is longer than {@link #LENGTH}
   */
  public static Search of(String typed) {
    if (typed.length() > LENGTH) {
      throw new ChatException.InvalidInput(
          "query", "a query has at most " + LENGTH + " characters (in UTF-16)");
    }
    var terms = new ArrayList<Term>();
    int at = 0;
    while (at < typed.length()) {
      boolean excluded = typed.charAt(at) == '-';
      int from = excluded ? at + 1 : at;
      boolean quoted = from < typed.length() && typed.charAt(from) == '"';
      if (quoted) from++;
      int to = from;
      while (to < typed.length() && !ends(typed.charAt(to), quoted)) to++;
      var words = Words.of(typed.substring(from, to));
      if (!words.isEmpty()) {
        boolean begun = !excluded && to == typed.length() && words.getLast().end() == to - from;
        terms.add(new Term(words.stream().map(Words.Word::folded).toList(), excluded, begun));
      }
      at = quoted ? to + 1 : Math.max(to, at + 1);
    }
    return new Search(terms);
  }

  private static boolean ends(char c, boolean quoted) {
    return c == '"' || (!quoted && Character.isWhitespace(c));
  }

  /** Tells whether there is a word to look for. */
  public boolean looksForSomething() {
    return terms.stream().anyMatch(term -> !term.excluded());
  }

  /** Tells whether a text has everything that is looked for and nothing that is excluded. */
  public boolean finds(String text) {
    if (!looksForSomething()) return false;
    var words = Words.of(Words.reached(text));
    return terms.stream().allMatch(term -> (Words.find(words, term, 0) < 0) == term.excluded());
  }

  /**
   * Cuts out the first place that has something of what is looked for. White space is folded, and
   * an ellipsis stands where text was left out.
   */
  public List<Piece> snippet(String text) {
    return Snippet.of(Words.reached(text), terms);
  }
}
