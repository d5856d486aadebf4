package chat.agent.openai;

import chat.model.Content;
import chat.model.Json;
import chat.model.Source;
import chat.model.Text;
import chat.model.Turn;
import chat.model.TurnEvent.Notice;
import chat.port.Agent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is the answer to one model call while it comes in: what is said goes to the sink at once, calls
 * of tools are put together, usage is kept for the end. What the sink throws passes through.
 */
final class Reply {
  private static final int MOST_CALLS = 128;

  /** No call comes near it, and no sum of such counts leaves its bounds. */
  private static final long MOST_TOKENS = 1_000_000_000_000L;

  private final Agent.Sink sink;
  private final StringBuilder text = new StringBuilder();
  private final List<PartialCall> calls = new ArrayList<>(0);
  private final List<Agent.Call> complete = new ArrayList<>(0);
  private String model;
  private Turn.@Nullable Usage usage;
  private @Nullable String finishReason;
  private boolean silent;
  private boolean settled;

  /** What the sink has open, and where the open text begins in all of it. */
  private Content.@Nullable Kind open;

  private int openedAt;

  /**
   * @param asked the model that is asked
   */
  Reply(Agent.Sink sink, String asked) {
    this.sink = sink;
    this.model = asked;
  }

  void say(String delta) {
    if (open != Content.Kind.TEXT) openedAt = text.length();
    open = Content.Kind.TEXT;
    text.append(delta);
    sink.text(delta);
  }

  void reason(String delta) {
    open = Content.Kind.REASONING;
    sink.reasoning(delta);
  }

  boolean isSpeaking() {
    return open == Content.Kind.TEXT;
  }

  boolean isThinking() {
    return open == Content.Kind.REASONING;
  }

  int openedAt() {
    return openedAt;
  }

  /** Keeps with the open text what the provider wants back. */
  void keep(ObjectNode provider) {
    sink.annotate(List.of(), storable(provider));
  }

  /**
   * Adds a {@code url_citation} to the open text.
   *
   * @param from where the text begins whose characters the citation counts
   */
  void cite(JsonNode citation, int from) {
    var url = citation.path("url").asText();
    if (!url.startsWith("https://") && !url.startsWith("http://")) return;
    var source = Source.Url.of(citation.path("title").asText(url), url);
    var cited = new Content.Citation(source, index(citation.path("end_index"), from));
    sink.annotate(List.of(cited), null);
  }

  /** They count code points, we count UTF-16 units. */
  private @Nullable Integer index(JsonNode codePoints, int from) {
    int most = text.codePointCount(from, text.length());
    if (!codePoints.isIntegralNumber() || codePoints.asLong() < 0) return null;
    if (codePoints.asLong() > most) return null;
    int index = text.offsetByCodePoints(from, codePoints.asInt()) - openedAt;
    return index < 0 ? null : index;
  }

  /** Returns it as it can be stored; null for what cannot, which then is lost. */
  static @Nullable Json storable(JsonNode kept) {
    try {
      return new Json(Text.storable(kept.toString()));
    } catch (IllegalArgumentException unstorable) {
      return null;
    }
  }

  /** Takes a piece of a call; the first one with a name opens it. */
  void take(PartialCall.Piece piece) throws BrokenReply {
    int at = find(piece);
    var call = calls.get(at);
    boolean opens = call.name == null && piece.name() != null;
    call.take(piece);
    if (call.name == null) return;
    open = Content.Kind.TOOL_CALL;
    var delta = opens ? call.arguments.toString() : piece.arguments();
    if (opens || !delta.isEmpty()) sink.arguments(at, call.name, delta);
  }

  /** Finds the latest call that the piece belongs to, or begins another. */
  private int find(PartialCall.Piece piece) throws BrokenReply {
    for (int i = calls.size() - 1; i >= 0; i--) {
      var call = calls.get(i);
      if (piece.index() != null && call.wireIndex != piece.index()) continue;
      if (!call.isFollowedBy(piece)) return i;
      break;
    }
    if (calls.size() == MOST_CALLS) throw new BrokenReply("the model called too many tools");
    calls.add(new PartialCall(piece.index() == null ? calls.size() : piece.index()));
    return calls.size() - 1;
  }

  /** Some endpoints count up with every chunk, and some end with an empty count. */
  void usage(Turn.Usage told) {
    if (!told.equals(Turn.Usage.NONE)) usage = told;
  }

  static long count(JsonNode tokens) {
    return Math.clamp(tokens.asLong(), 0, MOST_TOKENS);
  }

  /** Takes the name of the model that answers, which may be another than was asked. */
  void model(@Nullable String told) {
    if (told != null && !told.isBlank()) model = told;
  }

  String model() {
    return model;
  }

  void finish(String reason) throws BrokenReply {
    if (reason.equals("error")) throw new BrokenReply("the model broke off with an error");
    finishReason = reason;
  }

  /** Tells whether the model said that it is through. */
  boolean finished() {
    return finishReason != null;
  }

  /**
   * Takes note whether the latest event said nothing of the answer. Some endpoints say with every
   * piece that it is the last, so only silence makes an end of it.
   */
  void silent(boolean saidNothing) {
    silent = saidNothing;
  }

  /** Tells whether no more of the answer is to come, although perhaps its usage. */
  boolean over() {
    return finished() && silent;
  }

  /** Nothing more is to come. */
  void settle() {
    settled = true;
  }

  /** Tells whether nothing more is to come, not even usage. */
  boolean settled() {
    return settled;
  }

  /** Returns what was said, as far as it was text. */
  String text() {
    return text.toString();
  }

  /** Returns the tokens of this call, as far as the model told them by now; null for none. */
  Turn.@Nullable Usage usage() {
    return usage;
  }

  /** Returns what to tell about an answer that is over but not whole. */
  @Nullable Notice notice() {
    if (finishReason == null) return null;
    return switch (finishReason) {
      case "length" -> warning("the answer was cut off at the model's limit of length");
      case "content_filter" -> warning("the answer was cut off by the model's content filter");
      default -> null;
    };
  }

  /**
   * Ends it: from now on it has its calls.
   *
   * @param origin names endpoint and model: what is kept goes back to nobody else
   * @param kept what the provider wants back with the first of them; null for nothing
   */
  void complete(String origin, @Nullable ObjectNode kept) throws BrokenReply {
    if (notice() != null) return;
    if (kept != null && !calls.isEmpty()) calls.get(0).keep(kept);
    for (var call : calls) complete.add(call.complete(origin));
  }

  /** Returns the calls of the whole step; none of an answer that was cut off. */
  List<Agent.Call> calls() {
    return complete;
  }

  private static Notice warning(String message) {
    return new Notice(Notice.Level.WARNING, message, null);
  }
}
