package example;

import chat.ChatService;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Turn;
import chat.model.UserId;
import java.time.Duration;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Takes a message and waits for its answer. */
@RestController
class ChatController {
  private static final Duration PATIENCE = Duration.ofSeconds(55);

  private final ChatService chat;

  ChatController(ChatService chat) {
    this.chat = chat;
  }

  record Question(UUID conversation, String message) {}

  record Answer(UUID conversation, String message) {}

  /** Who asks is what the service itself knows: Spring Security's principal, say. */
  @PostMapping("/chat")
  Answer ask(@RequestHeader("X-User") String user, @RequestBody Question question)
      throws InterruptedException {
    var conversation =
        question.conversation() == null ? null : new Conversation.Id(question.conversation());
    var content = Content.UserInput.of(question.message());
    var turn =
        chat.begin(
            Caller.withoutToken(new UserId(user)),
            new Turn.Input.Send(conversation, null, content, null),
            Turn.OnBusy.REJECT,
            null);
    var reply = turn.reply(PATIENCE);
    if (reply == null || reply.state() != Turn.State.COMPLETED) {
      throw new ResponseStatusException(HttpStatus.BAD_GATEWAY, "no answer");
    }
    return new Answer(turn.turn().conversation().value(), reply.text());
  }
}
