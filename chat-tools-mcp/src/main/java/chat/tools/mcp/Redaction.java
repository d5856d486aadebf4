package chat.tools.mcp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes the secrets that a server was sent out of what it answers, so that a server that repeats
 * them brings them neither to the model nor into the history or a log.
 */
final class Redaction {
  private static final int KEPT = 4;
  private static final int SHORTEST = 8;
  private static final String IN_ITS_PLACE = "[token]";
  private static final Pattern SECRET_HEADER =
      Pattern.compile("authorization|cookie|.*(key|token|secret|password).*");

  /** What fixed headers carry. */
  private final List<String> fixed;

  /** The callers', the newest first. */
  private final AtomicReference<List<String>> tokens = new AtomicReference<>(List.of());

  Redaction(Map<String, String> headers) {
    this.fixed =
        headers.entrySet().stream()
            .filter(
                header -> SECRET_HEADER.matcher(header.getKey().toLowerCase(Locale.ROOT)).matches())
            .map(header -> header.getValue().replaceFirst("^(?i)(bearer|basic) +", ""))
            .toList();
  }

  void add(String token) {
    tokens.updateAndGet(
        known ->
            !known.isEmpty() && known.get(0).equals(token)
                ? known
                : Stream.concat(Stream.of(token), known.stream().filter(t -> !t.equals(token)))
                    .limit(KEPT)
                    .toList());
  }

  /** Returns the caller's newest token; null if there was none yet. */
  @Nullable String latest() {
    var known = tokens.get();
    return known.isEmpty() ? null : known.get(0);
  }

  String clean(String text) {
    var clean = text;
    for (var secret : fixed) clean = without(clean, secret);
    for (var token : tokens.get()) clean = without(clean, token);
    return clean;
  }

  private static String without(String text, String secret) {
    return secret.length() < SHORTEST ? text : text.replace(secret, IN_ITS_PLACE);
  }

  /** Cleans all strings of a tree as Jackson makes it of JSON: maps, lists and values. */
  @Nullable Object cleanTree(@Nullable Object tree) {
    return switch (tree) {
      case String text -> clean(text);
      case Map<?, ?> map -> {
        var clean = new LinkedHashMap<String, Object>();
        map.forEach((name, value) -> clean.put(clean(String.valueOf(name)), cleanTree(value)));
        yield clean;
      }
      case List<?> list -> {
        var clean = new ArrayList<@Nullable Object>(list.size());
        for (var value : list) clean.add(cleanTree(value));
        yield clean;
      }
      case null, default -> tree;
    };
  }
}
