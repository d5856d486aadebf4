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
import javax.net.ssl.SSLException;
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
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
  private static final String OUT_OF_QUOTA = "insufficient_quota";
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\s]+");

  /** Keys as providers write them, also half masked. */
  private static final Pattern KEY = Pattern.compile("\\S*(\\bsk-|\\*{3})\\S*");

  private Failures() {}

  /**
   * Is a model call that got no answer, or not a whole one.
   *
   * @param passing whether the same call may succeed a little later, and nothing of it was seen
   * @param said what the endpoint says is wrong with the request; empty if it says nothing
   */
  record Miss(AgentFailed failure, boolean passing, String said) {}

  /** Tells whether it is what was asked for; some endpoints give their streams no type. */
  static boolean isAnswer(Response response) {
    var type = response.body().contentType();
    return response.code() == 200 && (type == null || !type.subtype().equals("html"));
  }

  static boolean isJson(Response response) {
    var type = response.body().contentType();
    return type != null && type.subtype().equals("json");
  }

  static AgentFailed outOfTime() {
    return new AgentFailed(Reason.MODEL_TIMEOUT, "the turn's time for the model is over", null);
  }

  /** Names an answer that is none, whatever its status. */
  static Miss of(Response response, @Nullable String apiKey) {
    int status = response.code();
    var body = body(response);
    var reason = isOutOfQuota(body) ? Reason.MODEL_REFUSED : reasonOf(status);
    var message =
        switch (reason) {
          case MODEL_BAD_REPLY -> "the model answered with something that is no stream of events";
          case MODEL_RATE_LIMITED -> "the model takes no more requests for now";
          case MODEL_OVERLOADED -> "the model's server failed or is overloaded";
          case MODEL_TIMEOUT -> "the model's server gave up waiting";
          case MODEL_REFUSED, MODEL_UNREACHABLE, LIMIT_REACHED -> "the model refused the request";
        };
    var said = isOfKey(status) ? "" : quoted(without(apiKey, wordsIn(body)));
    var failure =
        new AgentFailed(
            reason, message + " (status " + status + ")" + said, retryAfter(reason, response));
    var refused = reason == Reason.MODEL_REFUSED && body != null ? body.toString() : "";
    return new Miss(failure, isPassing(reason, response), refused);
  }

  /** What is wrong with a key is told so often with the key that it is not quoted. */
  private static boolean isOfKey(int status) {
    return status == 401 || status == 403;
  }

  /** What was used up does not come back by waiting, although its status is that of a limit. */
  private static boolean isOutOfQuota(@Nullable JsonNode body) {
    if (body == null) return false;
    var error = body.path("error");
    return OUT_OF_QUOTA.equals(error.path("code").textValue())
        || OUT_OF_QUOTA.equals(error.path("type").textValue());
  }

  /**
   * OpenAI says it in a header of its own where the status alone misleads. Status 408, by which
   * servers end connections that were idle, is OkHttp's to repeat, once and at once.
   */
  private static boolean isPassing(Reason reason, Response response) {
    var told = response.header("x-should-retry");
    if ("true".equals(told) || "false".equals(told)) return "true".equals(told);
    return reason == Reason.MODEL_RATE_LIMITED || reason == Reason.MODEL_OVERLOADED;
  }

  /** Names a failure of the network, or of the stream behind a good status. */
  static Miss of(IOException failure, boolean answered, @Nullable String apiKey) {
    var named = named(failure, answered, apiKey);
    // What is wrong with a certificate stays wrong.
    boolean passing =
        named.reason() == Reason.MODEL_UNREACHABLE && !(failure instanceof SSLException);
    return new Miss(named, passing, "");
  }

  private static AgentFailed named(IOException failure, boolean answered, @Nullable String apiKey) {
    if (failure instanceof BrokenReply broken) {
      var message = String.valueOf(without(apiKey, broken.getMessage()));
      return failed(broken.reason(), message, null);
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

  /** Names an error that comes as an event of the stream, with a status or a word for a code. */
  static BrokenReply broken(JsonNode error) {
    int status = error.path("code").asInt();
    var words = isOfKey(status) ? "" : quoted(wordsIn(error));
    var message = "the model broke off with an error" + words;
    return new BrokenReply(reasonIn(error), message);
  }

  private static Reason reasonIn(JsonNode error) {
    var code = error.path("code");
    int status = code.asInt();
    if (status >= 400 && status <= 599) return reasonOf(status);
    return switch (code.isTextual() ? code.textValue() : error.path("type").asText()) {
      case "rate_limit_exceeded", "rate_limit_error" -> Reason.MODEL_RATE_LIMITED;
      case "server_error", "overloaded_error", "service_unavailable" -> Reason.MODEL_OVERLOADED;
      case OUT_OF_QUOTA, "invalid_prompt", "invalid_request_error" -> Reason.MODEL_REFUSED;
      default -> Reason.MODEL_BAD_REPLY;
    };
  }

  private static Reason reasonOf(int status) {
    if (status == 200) return Reason.MODEL_BAD_REPLY;
    if (status == 429) return Reason.MODEL_RATE_LIMITED;
    if (status == 408) return Reason.MODEL_TIMEOUT;
    return status >= 500 ? Reason.MODEL_OVERLOADED : Reason.MODEL_REFUSED;
  }

  /**
   * Reads {@code Retry-After} (RFC 9110, section 10.2.3), seconds or a date, and before it {@code
   * retry-after-ms}, which OpenAI sends beside it for being exact.
   */
  private static @Nullable Duration retryAfter(Reason reason, Response response) {
    if (reason != Reason.MODEL_RATE_LIMITED && reason != Reason.MODEL_OVERLOADED) return null;
    var exact = number(response.header("retry-after-ms"));
    var seconds = number(response.header("Retry-After"));
    Duration wait;
    if (exact != null) wait = Duration.ofNanos((long) (exact * 1e6));
    else if (seconds != null) wait = Duration.ofNanos((long) (seconds * 1e9));
    else wait = untilDate(response.header("Retry-After"));
    if (wait == null) return null;
    if (wait.isNegative()) return Duration.ZERO;
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  private static @Nullable Double number(@Nullable String value) {
    return value != null && NUMBER.matcher(value).matches() ? Double.valueOf(value) : null;
  }

  private static @Nullable Duration untilDate(@Nullable String value) {
    if (value == null) return null;
    try {
      var date = DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from);
      return Duration.between(Instant.now(), date);
    } catch (DateTimeParseException unreadable) {
      return null;
    }
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
