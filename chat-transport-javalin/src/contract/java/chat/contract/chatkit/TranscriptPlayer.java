package chat.contract.chatkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Plays a transcript against a server, and fails at the first line that is another. */
public final class TranscriptPlayer {
  private static final String DOT =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

  private final ChatKitClient client;
  private final UnaryOperator<String> tokens;
  private final Consumer<List<String>> orders;

  /**
   * @param tokens makes a token of a user
   * @param orders is told what the agent is to do from now on
   */
  public TranscriptPlayer(
      ChatKitClient client, UnaryOperator<String> tokens, Consumer<List<String>> orders) {
    this.client = client;
    this.tokens = tokens;
    this.orders = orders;
  }

  public void play(Transcript transcript) throws IOException {
    var pattern = new Pattern();
    for (var exchange : transcript.exchanges()) {
      var at = transcript.name() + ":" + exchange.line();
      for (var upload : exchange.uploads()) {
        var words = pattern.filled(upload).split(" ", 3);
        client.upload(words[0], words[1], bytes(words[2]));
      }
      orders.accept(exchange.script());
      var body = pattern.filled(exchange.body());
      var token = exchange.user().equals("-") ? "" : tokens.apply(exchange.user());
      ChatKitClient.Answer answer;
      try {
        answer =
            client.play(new ChatKitClient.Asked(token, exchange.path(), exchange.headers(), body));
      } catch (AssertionError e) {
        throw new AssertionError(at + ": " + e.getMessage(), e);
      }
      var expected = exchange.stream() ? Pattern.joined(exchange.lines()) : exchange.lines();
      var actual = answer.stream() ? Pattern.joined(answer.lines()) : answer.lines();
      boolean wanted = ("" + answer.status()).matches(exchange.status().replace('x', '.'));
      if (!wanted || answer.stream() != exchange.stream()) {
        throw new AssertionError(
            at + ": expected " + exchange.status() + ", was " + answer.status() + all(actual));
      }
      for (int i = 0; i < expected.size(); i++) {
        if (i == actual.size()) {
          throw new AssertionError(at + ": ends before " + expected.get(i) + all(actual));
        }
        var difference = pattern.difference(expected.get(i), actual.get(i));
        if (difference != null) {
          throw new AssertionError(at + ": line " + (i + 1) + " " + difference + all(actual));
        }
      }
      if (actual.size() > expected.size()) {
        throw new AssertionError(at + ": more than expected:" + all(actual));
      }
    }
  }

  /** Returns what a word of a transcript stands for: a picture of one dot, or itself. */
  private static byte[] bytes(String word) {
    return word.equals("dot.png")
        ? Base64.getDecoder().decode(DOT)
        : word.getBytes(StandardCharsets.UTF_8);
  }

  private static String all(List<JsonNode> lines) {
    var all = new StringBuilder();
    lines.forEach(line -> all.append("\n  ").append(line));
    return all.toString();
  }
}
