package chat.transport.javalin.chatkit;

import chat.ChatService;
import chat.engine.EngineSettings;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.UserId;
import chat.port.Agent;
import chat.port.Authenticator;
import chat.port.Toolset;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.Javalin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Is a Javalin of somebody's with ChatKit on it, on storage in memory, and a client for it. */
final class KitUnderTest implements AutoCloseable {
  static final ObjectMapper MAPPER = new ObjectMapper();
  static final Caller ALICE = new Caller(new UserId("alice"), "alice", null);

  static final Authenticator AUTHENTICATOR =
      token -> {
        if (token.equals("later")) {
          throw new ChatException.Unavailable(
              ChatException.Unavailable.Reason.KEYS_UNAVAILABLE, Duration.ofSeconds(1));
        }
        return new Caller(new UserId(token), token, null);
      };

  /** The store's clock is not the server's, and it is the store's that counts. */
  private static final Duration AHEAD = Duration.ofHours(1);

  final ChatService service;
  private final Javalin javalin;
  private final OkHttpClient client =
      new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(30)).build();

  KitUnderTest(Agent agent, Toolset tools, UnaryOperator<ChatKitSettings> settings) {
    service =
        ChatService.start(
            new InMemoryStore(() -> Instant.now().plus(AHEAD)),
            agent,
            tools,
            EngineSettings.DEFAULT
                .withGrace(Duration.ofMillis(200))
                .withStopNote(ChatKitSettings.STOP_NOTE)
                .withAlone(true),
            TurnObserver.NONE);
    var kit = new ChatKit(service, AUTHENTICATOR, settings.apply(ChatKitSettings.DEFAULT));
    javalin =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.jetty.host = "127.0.0.1";
                  config.jetty.port = 0;
                  kit.mount(config.routes, "/chatkit");
                })
            .start();
  }

  static KitUnderTest with(Agent agent) {
    return new KitUnderTest(agent, Toolset.NONE, it -> it);
  }

  static KitUnderTest with(Agent agent, UnaryOperator<ChatKitSettings> settings) {
    return new KitUnderTest(agent, Toolset.NONE, settings);
  }

  record Answer(int status, String type, String text) {
    JsonNode json() {
      try {
        return MAPPER.readTree(text);
      } catch (IOException e) {
        throw new UncheckedIOException(text, e);
      }
    }

    /** Returns the events, as their types and what changed: {@code thread.item.added widget}. */
    List<JsonNode> events() {
      return text.lines()
          .filter(line -> line.startsWith("data: "))
          .map(line -> new Answer(status, type, line.substring("data: ".length())).json())
          .toList();
    }

    List<String> types() {
      return events().stream()
          .map(
              it -> {
                var what =
                    it.path("item").path("type").asText(it.path("update").path("type").asText());
                return (it.path("type").asText() + " " + what).strip();
              })
          .toList();
    }

    /** Returns the last of the items told whose type this is. */
    JsonNode item(String type) {
      return events().reversed().stream()
          .map(it -> it.path("item"))
          .filter(it -> it.path("type").asText().equals(type))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + type + " in " + text));
    }
  }

  Answer ask(String operation, String params) {
    return ask("alice", operation, params);
  }

  Answer ask(String user, String operation, String params) {
    try (var response = open(user, operation, params)) {
      return new Answer(
          response.code(),
          String.valueOf(response.header("Content-Type")),
          response.body().string());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Response open(String user, String operation, String params) {
    var body = "{\"type\":\"%s\",\"params\":%s}".formatted(operation, params);
    return send(
        request()
            .header("Authorization", "Bearer " + user)
            .post(RequestBody.create(body, MediaType.get("application/json"))));
  }

  Request.Builder request() {
    return request("/chatkit");
  }

  Request.Builder request(String path) {
    return new Request.Builder().url("http://127.0.0.1:" + javalin.port() + path);
  }

  Response send(Request.Builder request) {
    try {
      return client.newCall(request.build()).execute();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String input(String text) {
    return ("{\"content\":[{\"type\":\"input_text\",\"text\":\"%s\"}],\"attachments\":[],"
            + "\"inference_options\":{}}")
        .formatted(text);
  }

  Answer create(String text) {
    return ask("threads.create", "{\"input\":" + input(text) + "}");
  }

  Answer add(String thread, String text) {
    return ask(
        "threads.add_user_message",
        "{\"thread_id\":\"%s\",\"input\":%s}".formatted(thread, input(text)));
  }

  @Override
  public void close() {
    service.close();
    client.connectionPool().evictAll();
    javalin.stop();
    client.dispatcher().executorService().shutdown();
  }
}
