package chat.transport.javalin;

import chat.ChatService;
import chat.contract.ContractCheck;
import chat.contract.chatkit.ChatKitCheck;
import chat.engine.EngineSettings;
import chat.engine.TurnEngine;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Is a whole server on a free port, on storage in memory, with a client for it that lets nothing
 * pass that the contract does not allow. The token of a user is the user's id behind {@code
 * token-of-}.
 */
final class ServerUnderTest implements AutoCloseable {
  static final MediaType JSON = MediaType.get("application/json");
  static final ObjectMapper MAPPER = new ObjectMapper();

  static final Authenticator AUTHENTICATOR =
      token -> {
        if (!token.startsWith("token-of-")) {
          throw new ChatException.Unauthenticated("signature of " + token.length());
        }
        return new Caller(new UserId(token.substring("token-of-".length())), token, null);
      };

  final ChatService service;
  final TurnEngine engine;
  final ChatHttp http;
  final OkHttpClient client =
      new OkHttpClient.Builder()
          .readTimeout(Duration.ofSeconds(20))
          .callTimeout(Duration.ofSeconds(30))
          .retryOnConnectionFailure(false)
          .addInterceptor(new ContractCheck())
          .addInterceptor(new ChatKitCheck())
          .build();

  private ServerUnderTest(Agent agent, Toolset tools, UnaryOperator<HttpSettings> settings) {
    var store = new InMemoryStore();
    engine =
        TurnEngine.start(
            "test-" + UUID.randomUUID(),
            store,
            agent,
            tools,
            EngineSettings.DEFAULT.withGrace(Duration.ofMillis(200)).withAlone(true),
            TurnObserver.NONE);
    service = new ChatService(store, engine);
    http =
        ChatHttp.start(
            service,
            AUTHENTICATOR,
            settings.apply(
                HttpSettings.at("127.0.0.1", 0)
                    .timing(quick(Duration.ofSeconds(55), Duration.ofSeconds(15)))));
  }

  /** Returns times with which a server closes soon. */
  static HttpSettings.Timing quick(Duration replyWithin, Duration heartbeat) {
    return new HttpSettings.Timing(replyWithin, heartbeat, Duration.ofMillis(500));
  }

  static ServerUnderTest with(Agent agent) {
    return with(agent, settings -> settings);
  }

  static ServerUnderTest with(Agent agent, UnaryOperator<HttpSettings> settings) {
    return with(agent, Toolset.NONE, settings);
  }

  static ServerUnderTest with(Agent agent, Toolset tools, UnaryOperator<HttpSettings> settings) {
    return new ServerUnderTest(agent, tools, settings);
  }

  /** Is an answer that was read to its end. */
  record Answer(int status, Headers headers, String text) {
    JsonNode json() {
      try {
        return MAPPER.readTree(text);
      } catch (IOException e) {
        throw new UncheckedIOException(text, e);
      }
    }

    String header(String name) {
      var value = headers.get(name);
      return value == null ? "" : value;
    }

    String at(String field) {
      return json().path(field).asText();
    }
  }

  String url(String path) {
    return "http://127.0.0.1:" + http.port() + path;
  }

  /** Begins a request in the name of alice. */
  Request.Builder request(String path) {
    return anonymous(path).header("Authorization", "Bearer token-of-alice");
  }

  Request.Builder anonymous(String path) {
    return new Request.Builder().url(url(path));
  }

  Answer send(Request.Builder request) {
    try (var response = open(request)) {
      return new Answer(response.code(), response.headers(), response.body().string());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends it and leaves the body to be read as it comes. */
  Response open(Request.Builder request) {
    try {
      return client.newCall(request.build()).execute();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Answer get(String path) {
    return send(request(path));
  }

  Answer post(String path, String json) {
    return send(request(path).post(body(json)));
  }

  Answer chat(String json) {
    return post("/api/alice/chat", json);
  }

  Request.Builder streamedChat(String json) {
    return request("/api/alice/chat").header("Accept", "text/event-stream").post(body(json));
  }

  static RequestBody body(String json) {
    return RequestBody.create(json, JSON);
  }

  @Override
  public void close() {
    engine.close();
    client.connectionPool().evictAll();
    http.close();
    client.dispatcher().executorService().shutdown();
  }
}
