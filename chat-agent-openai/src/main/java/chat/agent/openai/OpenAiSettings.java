package chat.agent.openai;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says which model answers and how long it may take.
 *
 * @param baseUrl what stands before {@code /chat/completions}; a query, such as Azure's {@code
 *     ?api-version=…}, is kept behind it
 * @param apiKey sent as bearer token; null sends none, as local servers want it
 * @param model asked for unless a request names another
 * @param connectTimeout how long connecting may take, per address
 * @param gapTimeout how long the model may be silent, before its first byte and after any other
 * @param callTimeout how long one model call may take in all
 * @param longestReply how many bytes one model call may send; about seventy per byte of text
 */
public record OpenAiSettings(
    URI baseUrl,
    @Nullable String apiKey,
    String model,
    Duration connectTimeout,
    Duration gapTimeout,
    Duration callTimeout,
    long longestReply) {

  public OpenAiSettings {
    var scheme = String.valueOf(baseUrl.getScheme());
    if (!(scheme.equals("http") || scheme.equals("https")) || baseUrl.getHost() == null) {
      throw new IllegalArgumentException("the model's base URL begins with https:// or http://");
    }
    if (apiKey != null && !apiKey.matches("[\\x21-\\x7e]+")) {
      throw new IllegalArgumentException("an API key is one word of printable ASCII");
    }
    if (model.isBlank()) throw new IllegalArgumentException("the model has a name");
    requirePositive(connectTimeout);
    requirePositive(gapTimeout);
    requirePositive(callTimeout);
    if (longestReply < 1) throw new IllegalArgumentException("longest reply " + longestReply);
  }

  /** Gives it 10 seconds to connect, 60 between two bytes, 10 minutes and 128 MiB per call. */
  public static OpenAiSettings of(URI baseUrl, @Nullable String apiKey, String model) {
    return new OpenAiSettings(
        baseUrl,
        apiKey,
        model,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofMinutes(10),
        128L << 20);
  }

  private static void requirePositive(Duration timeout) {
    if (!timeout.isPositive()) throw new IllegalArgumentException("timeout " + timeout);
  }

  /** Leaves the key out, so that it reaches no log. */
  @Override
  public String toString() {
    return "OpenAiSettings[baseUrl=" + baseUrl.getHost() + ", model=" + model + "]";
  }
}
