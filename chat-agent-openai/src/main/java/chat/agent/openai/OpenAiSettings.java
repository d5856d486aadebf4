package chat.agent.openai;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says which model answers and how long it may take.
 *
 * @param baseUrl what stands before {@code /chat/completions} or {@code /responses}; a query, such
 *     as Azure's {@code ?api-version=…}, is kept behind it
 * @param apiKey sent as bearer token; null sends none, as local servers want it
 * @param model asked for unless a request names another
 * @param api how the endpoint is spoken to
 * @param connectTimeout how long connecting may take, per address
 * @param gapTimeout how long the model may be silent, before its first byte and after any other; a
 *     comment that keeps the stream alive is no silence
 * @param budget how long all model calls of a turn may take together, with what they wait for
 *     before a retry, without the time in which tools run; a turn that had to wait for its user has
 *     it anew when it goes on
 * @param retries how often a model call that got no answer is repeated
 * @param longestReply how many bytes one model call may send; about seventy per byte of text
 */
public record OpenAiSettings(
    URI baseUrl,
    @Nullable String apiKey,
    String model,
    Api api,
    Duration connectTimeout,
    Duration gapTimeout,
    Duration budget,
    int retries,
    long longestReply) {

  /** OpenAI's two APIs that stream a model's answer. */
  public enum Api {
    /** Chat Completions, which nearly every endpoint speaks. */
    CHAT("chat/completions"),
    /** Responses, where the reasoning of OpenAI's models stays with them from step to step. */
    RESPONSES("responses");

    final String path;

    Api(String path) {
      this.path = path;
    }
  }

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
    requirePositive(budget);
    if (retries < 0) throw new IllegalArgumentException("retries " + retries);
    if (longestReply < 1) throw new IllegalArgumentException("longest reply " + longestReply);
  }

  /**
   * Speaks Chat Completions. Gives it 10 seconds to connect, 60 between two bytes, 10 minutes per
   * turn, two retries and 128 MiB per call.
   */
  public static OpenAiSettings of(URI baseUrl, @Nullable String apiKey, String model) {
    return new OpenAiSettings(
        baseUrl,
        apiKey,
        model,
        Api.CHAT,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofMinutes(10),
        2,
        128L << 20);
  }

  public OpenAiSettings api(Api spoken) {
    return new OpenAiSettings(
        baseUrl, apiKey, model, spoken, connectTimeout, gapTimeout, budget, retries, longestReply);
  }

  public OpenAiSettings connectTimeout(Duration perAddress) {
    return new OpenAiSettings(
        baseUrl, apiKey, model, api, perAddress, gapTimeout, budget, retries, longestReply);
  }

  public OpenAiSettings gapTimeout(Duration silence) {
    return new OpenAiSettings(
        baseUrl, apiKey, model, api, connectTimeout, silence, budget, retries, longestReply);
  }

  public OpenAiSettings budget(Duration perTurn) {
    return new OpenAiSettings(
        baseUrl, apiKey, model, api, connectTimeout, gapTimeout, perTurn, retries, longestReply);
  }

  public OpenAiSettings retries(int most) {
    return new OpenAiSettings(
        baseUrl, apiKey, model, api, connectTimeout, gapTimeout, budget, most, longestReply);
  }

  public OpenAiSettings longestReply(long bytes) {
    return new OpenAiSettings(
        baseUrl, apiKey, model, api, connectTimeout, gapTimeout, budget, retries, bytes);
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
