package chat.app;

import chat.ChatService;
import chat.engine.EngineSettings;
import chat.engine.TurnEngine;
import chat.engine.TurnObserver;
import chat.model.Caller;
import chat.model.UserId;
import chat.persistence.jpa.JpaStore;
import chat.port.Agent;
import chat.port.Authenticator;
import chat.port.Toolset;
import chat.transport.javalin.ChatHttp;
import chat.transport.javalin.HttpSettings;
import chat.transport.javalin.chatkit.ChatKitSettings;
import java.time.Duration;
import java.util.UUID;

/**
 * Is one of several instances of the server in this JVM, which share nothing but a database; and a
 * client of it. Whoever bears a token {@code alice} or {@code alice~phone} is alice.
 */
final class Instance implements AutoCloseable {
  static final EngineSettings QUICK = EngineSettings.DEFAULT.withGrace(Duration.ZERO);

  private static final Authenticator BY_NAME =
      token -> new Caller(new UserId(token.split("~", 2)[0]), token, null);

  private final Resources resources;
  private final ChatHttp http;
  final Client client;
  final ChatService service;

  private Instance(Resources resources, ChatHttp http, ChatService service) {
    this.resources = resources;
    this.http = http;
    this.service = service;
    this.client = resources.add(new Client("http://127.0.0.1:" + http.port()));
  }

  /** Starts it over a database that has the schema. */
  static Instance start(
      Database database, Agent agent, Toolset tools, EngineSettings settings, HttpSettings http) {
    var resources = new Resources();
    try {
      var requests = resources.add(database.requests());
      var journal = resources.add(database.journal());
      var direct = database.direct();
      if (direct != null) resources.add(direct);
      var store = resources.add(JpaStore.open(requests, journal, direct));
      var engine =
          resources.add(
              TurnEngine.start(
                  UUID.randomUUID().toString(), store, agent, tools, settings, TurnObserver.NONE));
      var service = new ChatService(store, engine);
      var listening = resources.add(ChatHttp.start(service, BY_NAME, http));
      resources.add(engine);
      return new Instance(resources, listening, service);
    } catch (RuntimeException | Error e) {
      resources.close();
      throw e;
    }
  }

  static Instance start(Database database, Agent agent, Toolset tools) {
    return start(database, agent, tools, QUICK, http(Duration.ofSeconds(55)));
  }

  /** Listens on a free port, with heartbeats so close that a client that has gone shows soon. */
  static HttpSettings http(Duration replyWithin) {
    var beat = Duration.ofMillis(250);
    return HttpSettings.at("127.0.0.1", 0)
        .timing(new HttpSettings.Timing(replyWithin, beat, Duration.ofSeconds(1)))
        .chatKit(ChatKitSettings.DEFAULT.withKeepAlive(beat));
  }

  int port() {
    return http.port();
  }

  /** Stops it as a signal does: what runs here is stored as interrupted. */
  @Override
  public void close() {
    resources.close();
  }
}
