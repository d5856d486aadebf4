package chat.agent.openai;

import chat.model.ChatException.AgentFailed;
import chat.model.ChatException.AgentFailed.Reason;
import chat.model.Text;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Names what went wrong with a model call, in the words of the domain. A message may quote what the
 * endpoint says about an error, in one short line and without anything that looks like a key.
 */
final class Failures {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_BODY = 64 * 1024;
  private static final int LONGEST_QUOTE = 200;
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\s]+");

  /** Keys as providers write them, also half masked. */
  private static final Pattern KEY = Pattern.compile("\\S*(\\bsk-|\\*{3})\\S*");

  private Failures() {}

  /** Names an answer that is no stream of chunks, whatever its status. */
  static AgentFailed of(Response response, @Nullable String apiKey) {
    int status = response.code();
    var reason = reasonOf(status);
    var message =
        switch (reason) {
          case MODEL_BAD_REPLY -> "the model answered with something that is no stream of events";
          case MODEL_RATE_LIMITED -> "the model takes no more requests for now";
          case MODEL_OVERLOADED -> "the model's server failed or is overloaded";
          case MODEL_TIMEOUT -> "the model's server gave up waiting";
          case MODEL_REFUSED, MODEL_UNREACHABLE -> "the model refused the request";
        };
    // What is wrong with a key is told so often with the key that it is not quoted.
    boolean quotable = status != 401 && status != 403;
    var said = quotable ? quoted(without(apiKey, wordsIn(body(response)))) : "";
    return new AgentFailed(
        reason, message + " (status " + status + ")" + said, retryAfter(reason, response));
  }

  /** Names a failure of the network, or of the stream behind a good status. */
  static AgentFailed of(IOException failure, boolean answered) {
    if (failure instanceof BrokenReply) {
      return failed(Reason.MODEL_BAD_REPLY, String.valueOf(failure.getMessage()), failure);
    }
    if (failure instanceof JsonProcessingException) {
      // Its message quotes the answer.
      return failed(Reason.MODEL_BAD_REPLY, "the model's answer is not valid JSON", null);
    }
    if (failure instanceof InterruptedIOException) {
      return failed(Reason.MODEL_TIMEOUT, "the model did not answer in time", failure);
    }
    if (answered) {
      return failed(Reason.MODEL_BAD_REPLY, "the model's answer broke off", failure);
    }
    return failure instanceof ProtocolException
        ? failed(Reason.MODEL_BAD_REPLY, "the model's server does not speak HTTP", failure)
        : failed(Reason.MODEL_UNREACHABLE, "the model's server cannot be reached", failure);
  }

  private static AgentFailed failed(Reason reason, String message, @Nullable IOException cause) {
    return new AgentFailed(reason, message, null, cause);
  }

  private static Reason reasonOf(int status) {
    if (status == 200) return Reason.MODEL_BAD_REPLY;
    if (status == 429) return Reason.MODEL_RATE_LIMITED;
    if (status == 408) return Reason.MODEL_TIMEOUT;
    return status >= 500 ? Reason.MODEL_OVERLOADED : Reason.MODEL_REFUSED;
  }

  /** Reads {@code Retry-After} (RFC 9110, section 10.2.3): seconds, or a date. */
  private static @Nullable Duration retryAfter(Reason reason, Response response) {
    var value = response.header("Retry-After");
    if (value == null) return null;
    if (reason != Reason.MODEL_RATE_LIMITED && reason != Reason.MODEL_OVERLOADED) return null;
    Duration wait;
    try {
      wait =
          value.matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(value))
              : Duration.between(
                  Instant.now(), DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from));
    } catch (DateTimeParseException unreadable) {
      return null;
    }
    if (wait.isNegative()) return Duration.ZERO;
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  private static @Nullable JsonNode body(Response response) {
    try {
      var source = response.body().source();
      source.request(LONGEST_BODY);
      return JSON.readTree(source.getBuffer().snapshot().toByteArray());
    } catch (IOException unreadable) {
      return null;
    }
  }

  /** Finds the words in {@code {error: {message}}} and its relatives. */
  static @Nullable String wordsIn(@Nullable JsonNode body) {
    if (body == null) return null;
    if (body.isTextual()) return body.textValue();
    for (var name : new String[] {"error", "message", "detail"}) {
      var words = body.isObject() && body.has(name) ? wordsIn(body.get(name)) : null;
      if (words != null) return words;
    }
    return body.isArray() && !body.isEmpty() ? wordsIn(body.get(0)) : null;
  }

  /** Returns ": " and the words in one short line, or nothing. */
  static String quoted(@Nullable String words) {
    if (words == null || words.isBlank()) return "";
    var line = UNPRINTABLE.matcher(Text.storable(words)).replaceAll(" ").strip();
    line = KEY.matcher(line).replaceAll("…");
    if (line.length() <= LONGEST_QUOTE) return ": " + line;
    return ": " + Text.storable(line.substring(0, LONGEST_QUOTE)) + "…";
  }

  private static @Nullable String without(@Nullable String apiKey, @Nullable String words) {
    return apiKey == null || words == null ? words : words.replace(apiKey, "…");
  }
}
