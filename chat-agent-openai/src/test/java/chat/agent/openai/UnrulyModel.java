package chat.agent.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import chat.agent.openai.OpenAiSettings.Api;
import chat.agent.openai.RawModel.Answer;
import chat.testkit.CompletionsRules;
import chat.testkit.ResponsesRules;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/**
 * Is a model that does what models do: calls tools that are not there, gives its calls no ids, says
 * nothing but blanks, breaks off, refuses, falls silent. It checks every request.
 */
final class UnrulyModel implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TEXTS =
      List.of("Well.", "Grüße 🌍", "", " \n", "x".repeat(3000), "\ud83d", "a\0b");
  private static final List<String> IDS =
      List.of("call_1", "call_1", "call_2", "0", "id-" + "7".repeat(37), "");
  private static final List<String> ARGUMENTS =
      List.of(
          "{}",
          "",
          "{\"city\":\"Köln\"}",
          " {\"a\": [1, {\"b\": null}]}",
          "{\"q\":\"\\ud83d\"}",
          "{\"q\":",
          "[1]");

  /** Is what it does in answer to one request. */
  enum Mood {
    TALKS,
    CALLS,
    BREAKS_OFF,
    REFUSES,
    FALLS_SILENT
  }

  private final Api api;
  private final Random random;
  private final List<String> tools;
  private final Queue<Mood> moods = new ConcurrentLinkedQueue<>();
  private final List<String> broken = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Semaphore silences = new Semaphore(0);
  private final RawModel endpoint;

  /**
   * @param api the way it is spoken to, and answers
   * @param tools the names of what it may call; it also calls others
   */
  UnrulyModel(Api api, Random random, List<String> tools) throws IOException {
    this.api = api;
    this.random = random;
    this.tools = tools;
    endpoint = new RawModel(this::answer);
  }

  URI baseUrl() {
    return endpoint.baseUrl();
  }

  /** Answers the next requests like this, and then just talks. */
  void will(List<Mood> next) {
    moods.clear();
    moods.addAll(next);
  }

  /** Is released each time it falls silent. */
  Semaphore silences() {
    return silences;
  }

  /** Returns all requests so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Returns the rules that requests broke. */
  List<String> broken() {
    return List.copyOf(broken);
  }

  private Answer answer(String request) {
    requests.add(request);
    try {
      Map<String, ?> sent = JSON.readValue(request, new TypeReference<>() {});
      var found = api == Api.CHAT ? CompletionsRules.broken(sent) : ResponsesRules.broken(sent);
      for (var fault : found) broken.add(fault + " in " + request + "\n");
      if (!found.isEmpty()) return Answer.refusing(400);
    } catch (JsonProcessingException notJson) {
      broken.add("no JSON: " + request);
    }
    var mood = moods.poll();
    var body = body(mood == Mood.CALLS);
    return switch (mood == null ? Mood.TALKS : mood) {
      case TALKS, CALLS -> Answer.whole(body);
      case BREAKS_OFF -> Answer.breakingOffAfter(random.nextInt(body.length), body);
      case REFUSES -> Answer.refusing(400);
      case FALLS_SILENT -> {
        silences.release();
        yield Answer.silentAfter(random.nextInt(body.length), body);
      }
    };
  }

  private byte[] body(boolean calls) {
    var body = api == Api.CHAT ? new UnrulyWords.Completions() : new UnrulyWords.Responses();
    if (random.nextInt(3) == 0) body.reason("Hm … " + oneOf(TEXTS));
    for (int i = random.nextInt(3); i > 0; i--) body.say(oneOf(TEXTS));
    if (calls) {
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        if (random.nextInt(4) == 0) body.reason("So " + oneOf(TEXTS));
        var name = random.nextInt(6) == 0 ? "elsewhere" : oneOf(tools);
        body.call(i, oneOf(IDS), name, oneOf(ARGUMENTS));
      }
    }
    body.end(calls, calls || random.nextBoolean());
    return escaped(body.toString()).getBytes(UTF_8);
  }

  /** JSON has half characters, UTF-8 has none. */
  private static String escaped(String stream) {
    var json = new StringBuilder(stream.length());
    stream
        .chars()
        .forEach(
            c -> {
              if (Character.isSurrogate((char) c)) json.append("\\u%04x".formatted(c));
              else json.append((char) c);
            });
    return json.toString();
  }

  private String oneOf(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  @Override
  public void close() throws IOException {
    endpoint.close();
  }
}
