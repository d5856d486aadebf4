package chat.model;

import java.util.ArrayList;
import java.util.List;

/** Cuts a short place out of a text, with what was looked for marked in it. */
final class Snippet {
  /** Bounds what stands before the first hit, and the whole, in UTF-16 units. */
  private static final int BEFORE = 40;

  private static final int WHOLE = 160;
  private static final String LEFT_OUT = "…";

  private final String text;
  private final List<Search.Piece> pieces = new ArrayList<>();
  private final StringBuilder plain = new StringBuilder();

  private Snippet(String text) {
    this.text = text;
  }

  static List<Search.Piece> of(String text, List<Search.Term> terms) {
    var wanted = terms.stream().filter(term -> !term.excluded()).toList();
    return new Snippet(text).cut(hits(Words.of(text), wanted));
  }

  /** Finds the words that are part of a hit, in their order. */
  private static List<Words.Word> hits(List<Words.Word> words, List<Search.Term> wanted) {
    var marked = new boolean[words.size()];
    for (var term : wanted) {
      int at = Words.find(words, term, 0);
      while (at >= 0) {
        for (int i = 0; i < term.words().size(); i++) marked[at + i] = true;
        at = Words.find(words, term, at + 1);
      }
    }
    var hits = new ArrayList<Words.Word>();
    for (int i = 0; i < marked.length; i++) if (marked[i]) hits.add(words.get(i));
    return hits;
  }

  private List<Search.Piece> cut(List<Words.Word> hits) {
    int first = hits.isEmpty() ? 0 : hits.get(0).start();
    int from = first <= BEFORE ? 0 : boundary(first - BEFORE, first);
    int to = text.length() - from <= WHOLE ? text.length() : boundary(from + WHOLE, from);
    if (from > 0) plain.append(LEFT_OUT);
    int at = from;
    for (var hit : hits) {
      if (hit.start() >= to) break;
      plain.append(text, at, hit.start());
      mark(text.substring(hit.start(), Math.min(hit.end(), to)));
      at = Math.min(hit.end(), to);
    }
    plain.append(text, at, to);
    if (to < text.length()) plain.append(LEFT_OUT);
    close();
    return pieces;
  }

  /**
   * Returns a place for a cut near another, between words if there is a blank on the way to {@code
   * bound}, never within a pair of surrogates.
   */
  private int boundary(int near, int bound) {
    int step = bound > near ? 1 : -1;
    for (int at = near; at != bound && Math.abs(at - near) < BEFORE; at += step) {
      if (Character.isWhitespace(text.charAt(step > 0 ? at - 1 : at))) return at;
    }
    return Character.isLowSurrogate(text.charAt(near)) ? near + step : near;
  }

  private void mark(String hit) {
    close();
    var before = pieces.isEmpty() || !pieces.getLast().hit() ? "" : pieces.removeLast().text();
    pieces.add(new Search.Piece(before + hit, true));
  }

  private void close() {
    var folded = plain.toString().replaceAll("[\\s\\p{Cntrl}]+", " ");
    boolean opens = pieces.isEmpty();
    if (opens) folded = folded.stripLeading();
    if (!folded.isEmpty()) pieces.add(new Search.Piece(folded, false));
    plain.setLength(0);
  }
}
