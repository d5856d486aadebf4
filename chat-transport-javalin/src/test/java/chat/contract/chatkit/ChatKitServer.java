package chat.contract.chatkit;

import chat.ChatService;
import chat.contract.ContractCheck;
import chat.contract.chatkit.ChatKitClient.Asked;
import chat.engine.EngineSettings;
import chat.engine.TurnEngine;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Message;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.UserId;
import chat.port.Agent;
import chat.port.Authenticator;
import chat.testkit.Samples;
import chat.testkit.ScriptedToolset;
import chat.transport.javalin.ChatHttp;
import chat.transport.javalin.HttpSettings;
import chat.transport.javalin.chatkit.ChatKit;
import chat.transport.javalin.chatkit.ChatKitSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Is a whole server on storage in memory, with an agent that does what the test says next. Beside
 * the usual addresses it has {@code /embedded/chatkit}, as a service that brings its own handlers
 * mounts it. The token of a user is the user's id behind {@code token-of-}.
 */
final class ChatKitServer implements AutoCloseable {
  private static final Authenticator AUTHENTICATOR =
      token -> {
        if (!token.startsWith("token-of-")) throw new ChatException.Unauthenticated("whose?");
        return new Caller(new UserId(token.substring("token-of-".length())), token, null);
      };

  final AtomicReference<List<String>> script = new AtomicReference<>(List.of());
  final List<Rated> rated = new CopyOnWriteArrayList<>();
  final ScriptedToolset tools =
      new ScriptedToolset()
          .has(Samples.tool("clock"), call -> ToolResult.text("noon"))
          .has(Samples.tool("launch", Tool.Run.AFTER_APPROVAL), call -> ToolResult.text("gone"))
          .has(Samples.tool("weather", Tool.Run.BY_THE_CLIENT), call -> ToolResult.text("never"))
          .has(Samples.tool("ping", Tool.Run.BY_THE_CLIENT), call -> ToolResult.text("never"));
  final TurnEngine engine;
  final ChatService service;
  final ChatHttp http;
  final OkHttpClient client =
      new OkHttpClient.Builder()
          .readTimeout(Duration.ofSeconds(60))
          .callTimeout(Duration.ofSeconds(90))
          .retryOnConnectionFailure(false)
          .addInterceptor(new ContractCheck())
          .addInterceptor(new ChatKitCheck())
          .build();
  final ChatKitClient chatKit;

  /** Is what a handler for feedback was told. */
  record Rated(
      Caller caller, Conversation.Id conversation, List<Message.Id> messages, Feedback kind) {}

  private ChatKitServer(@Nullable Agent agent, boolean stopsWhenGone) {
    var store = new InMemoryStore();
    engine =
        TurnEngine.start(
            "test-" + UUID.randomUUID(),
            store.journal(),
            agent == null ? new ObedientAgent(request -> script.get()) : agent,
            tools,
            EngineSettings.DEFAULT
                .withGrace(Duration.ofMillis(200))
                .withAlone(true)
                .withStopNote(ChatKitSettings.STOP_NOTE)
                .withAdmission(new EngineSettings.Admission(Set.of("fast"), false)),
            TurnObserver.NONE);
    service = new ChatService(store, engine);
    var embedded =
        new ChatKit(
            service,
            AUTHENTICATOR,
            ChatKitSettings.DEFAULT
                .withTranscriber((caller, audio, type) -> audio.length + " bytes of " + type)
                .withActions((caller, id, action) -> ObedientAgent.updated(script.get()))
                .withFeedback(
                    (caller, id, messages, kind) ->
                        rated.add(new Rated(caller, id, messages, kind))));
    http =
        ChatHttp.start(
            service,
            AUTHENTICATOR,
            HttpSettings.at("127.0.0.1", 0)
                .chatKit(
                    ChatKitSettings.DEFAULT
                        .withStopsWhenGone(stopsWhenGone)
                        .withKeepAlive(Duration.ofMillis(200))),
            config -> embedded.mount(config.routes, "/embedded/chatkit"));
    chatKit = new ChatKitClient(client, url());
  }

  /** Starts one whose agent does what {@link #script} says. */
  static ChatKitServer start() {
    return new ChatKitServer(null, false);
  }

  /** Starts one with an agent of its own. */
  static ChatKitServer with(Agent agent) {
    return new ChatKitServer(agent, false);
  }

  /** Starts one that stops a turn when whoever follows it hangs up. */
  static ChatKitServer thatStops() {
    return new ChatKitServer(null, true);
  }

  String url() {
    return "http://127.0.0.1:" + http.port();
  }

  static String token(String user) {
    return user.equals("-") ? "" : "token-of-" + user;
  }

  /** Asks as alice, while the agent does this. */
  ChatKitClient.Answer ask(String body, String... orders) throws java.io.IOException {
    script.set(List.of(orders));
    return chatKit.play(new Asked(token("alice"), "/chatkit", Map.of(), body));
  }

  @Override
  public void close() {
    engine.close();
    client.connectionPool().evictAll();
    http.close();
    client.dispatcher().executorService().shutdown();
  }
}
