package example;

import chat.ChatService;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Turn;
import chat.model.UserId;
import java.time.Duration;

/** Asks an agent of one line, and prints its answer. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    System.out.println(answer(args[0]));
  }

  static String answer(String question) throws InterruptedException {
    try (var chat =
        ChatService.start(
            new InMemoryStore(),
            (request, sink) -> sink.text(request.history().getLast().content().text() + "!"))) {
      var alice = Caller.withoutToken(new UserId("alice"));
      var send = new Turn.Input.Send(null, null, Content.UserInput.of(question), null);
      var turn = chat.begin(alice, send, Turn.OnBusy.REJECT, null);
      return turn.reply(Duration.ofSeconds(10)).text();
    }
  }
}
