package example;

import chat.ChatService;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.port.Agent;
import java.time.Duration;

/** Embeds the domain in a program of one's own, with an agent of one line. */
public final class EmbeddedChat {
  private EmbeddedChat() {}

  public static void main(String[] args) throws InterruptedException {
    Agent parrot = (request, sink) -> sink.text(request.history().getLast().content().text() + "!");
    try (var chat = ChatService.start(new InMemoryStore(), parrot)) {
      var alice = Caller.withoutToken(new UserId("alice"));
      var hello = new Turn.Input.Send(null, null, Content.UserInput.of("Hello"), null);
      var turn = chat.begin(alice, hello, Turn.OnBusy.REJECT, null);
      while (!turn.ended()) {
        for (var event : turn.next(Duration.ofSeconds(10))) {
          if (event.event() instanceof TurnEvent.MessageDelta delta) {
            System.out.println(delta.content());
          }
        }
      }
    }
  }
}
