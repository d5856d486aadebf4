package chat.contract.chatkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * Is a front end without a face: it asks, reads streams to their end, and then looks whether the
 * server still has what it said.
 */
public final class ChatKitClient {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final OkHttpClient http;
  private final String url;

  /**
   * @param http is given {@link ChatKitCheck} if it has none
   * @param url of the server, without a path
   */
  public ChatKitClient(OkHttpClient http, String url) {
    boolean checks = http.interceptors().stream().anyMatch(ChatKitCheck.class::isInstance);
    this.http = checks ? http : http.newBuilder().addInterceptor(new ChatKitCheck()).build();
    this.url = url;
  }

  /** Is something to ask. */
  public record Asked(String token, String path, Map<String, String> headers, String body) {
    public Asked {
      headers = Map.copyOf(headers);
    }

    public static Asked of(String token, String body) {
      return new Asked(token, "/chatkit", Map.of(), body);
    }
  }

  /**
   * Is what came back.
   *
   * @param lines the events of a stream, or the one value that was replied
   */
  public record Answer(int status, boolean stream, List<JsonNode> lines) {
    public Answer {
      lines = List.copyOf(lines);
    }

    public JsonNode json() {
      return lines.get(0);
    }

    /** Returns the events of a type, in order. */
    public List<JsonNode> events(String type) {
      return lines.stream().filter(it -> it.path("type").asText().equals(type)).toList();
    }
  }

  /** Asks, and leaves the body to be read as it comes. */
  public okhttp3.Response open(Asked asked) {
    var request =
        new Request.Builder()
            .url(url + asked.path())
            .post(RequestBody.create(asked.body(), MediaType.get("application/json")));
    if (!asked.token().isEmpty()) request.header("Authorization", "Bearer " + asked.token());
    asked.headers().forEach(request::header);
    try {
      return http.newCall(request.build()).execute();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Brings the bytes of a file to where they were asked for. */
  void upload(String to, String type, byte[] bytes) throws IOException {
    var request = new Request.Builder().url(to).put(RequestBody.create(bytes, MediaType.get(type)));
    try (var response = http.newCall(request.build()).execute()) {
      if (!response.isSuccessful()) throw new IOException("upload: " + response.code());
    }
  }

  /** Asks, and reads to the end. */
  public Answer ask(Asked asked) {
    try (var response = open(asked)) {
      var type = String.valueOf(response.header("Content-Type"));
      var text = response.body().string();
      if (!type.startsWith("text/event-stream")) {
        return new Answer(response.code(), false, List.of(MAPPER.readTree(text)));
      }
      var lines = new ArrayList<JsonNode>();
      for (var line : text.lines().toList()) {
        if (line.startsWith("data: ")) lines.add(MAPPER.readTree(line.substring(6)));
      }
      return new Answer(response.code(), true, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks, reads to the end, and fails unless what was final in the stream is in the history. */
  public Answer play(Asked asked) throws IOException {
    var answer = ask(asked);
    if (!answer.stream()) return answer;
    var check = new StreamCheck(MAPPER.readTree(asked.body()).path("type").asText());
    for (var line : answer.lines()) check.accept(StrictReader.event(line.toString()));
    if (check.thread().isEmpty()) return answer;
    var list =
        "{\"type\":\"items.list\",\"params\":{\"thread_id\":\"%s\",\"limit\":9999}}"
            .formatted(check.thread().get().text());
    var stored = new HashMap<String, JsonNode>();
    for (var item : ask(Asked.of(asked.token(), list)).json().path("data")) {
      stored.put(item.path("id").asText(), lasting(item));
    }
    for (var item : check.settled().values()) {
      var kept = stored.get(item.id().text());
      var said = lasting(StrictReader.tree(item));
      if (!said.equals(kept)) throw new AssertionError("said: " + said + "\nkept: " + kept);
    }
    for (var id : check.removed()) {
      if (stored.containsKey(id.text())) throw new AssertionError("removed, and there: " + id);
    }
    return answer;
  }

  /** Leaves out what may be made anew whenever it is read. */
  private static JsonNode lasting(JsonNode item) {
    for (var attachment : item.path("attachments")) {
      ((ObjectNode) attachment).remove("preview_url");
    }
    return item;
  }
}
