package example;

import chat.ChatService;
import chat.model.Content;
import chat.model.Feedback;
import chat.model.Json;
import chat.port.Agent;
import chat.port.Authenticator;
import chat.port.Store;
import chat.transport.javalin.chatkit.ChatKit;
import chat.transport.javalin.chatkit.ChatKitSettings;
import io.javalin.Javalin;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Is somebody's service with a ChatKit front end; {@code docs/chatkit.md} shows its start. */
final class Shop implements AutoCloseable {
  private final List<Feedback> heard = new CopyOnWriteArrayList<>();
  private final ChatService service;
  private final Javalin javalin;

  Shop(Store store, Authenticator authenticator, Agent agent) {
    var shop = this;
    service = ChatService.start(store, agent.withActions(shop::act));
    var settings =
        ChatKitSettings.DEFAULT
            .withPublicUrl(URI.create("https://shop.example"))
            .withTranscriber((caller, audio, type) -> audio.length + " bytes")
            .withActions((caller, conversation, action) -> shop.preview(action))
            .withFeedback((caller, conversation, messages, kind) -> shop.rated(kind));
    var kit = new ChatKit(service, authenticator, settings);
    javalin = Javalin.create(config -> kit.mount(config.routes, "/chatkit"));
    javalin.start("127.0.0.1", 0);
  }

  private void act(Content.Action action, Agent.Request request, Agent.Sink sink) {
    if (action.widget() != null) sink.replace(action.widget(), card("ordered"));
    sink.text("Thank you.");
  }

  private Content.Widget preview(Content.Action action) {
    return card("looking at " + action.payload());
  }

  private void rated(Feedback kind) {
    heard.add(kind);
  }

  static Content.Widget card(String text) {
    var root =
        "{\"type\":\"Card\",\"children\":[{\"type\":\"Text\",\"value\":\"%s\"}]}".formatted(text);
    return new Content.Widget(new Json(root), text);
  }

  int port() {
    return javalin.port();
  }

  List<Feedback> heard() {
    return List.copyOf(heard);
  }

  @Override
  public void close() {
    service.close();
    javalin.stop();
  }
}
