package chat.engine;

import chat.model.Content;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Is what a turn came to, put together from its events.
 *
 * @param messages what the agent made, in order, partial ones included
 * @param state terminal or {@code AWAITING}
 * @param failure there when it failed
 */
public record Reply(
    List<Message> messages,
    Turn.State state,
    Turn.@Nullable EndReason reason,
    Turn.@Nullable Failure failure,
    Turn.Usage usage) {
  public Reply {
    messages = List.copyOf(messages);
  }

  /** Returns the last text of the answer; null when there is none. */
  public @Nullable Message answer() {
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.get(i).content() instanceof Content.AssistantText) return messages.get(i);
    }
    return null;
  }

  /** Returns the words of {@link #answer}, or nothing. */
  public String text() {
    var answer = answer();
    return answer == null ? "" : answer.content().text();
  }

  /** Gathers a reply while a turn is followed. Used by one thread. */
  static final class Builder {
    private final Map<Message.Id, Message> messages = new LinkedHashMap<>();
    private @Nullable Reply reply;

    /** Takes the next event. */
    void add(TurnEvent event) {
      switch (event) {
        case TurnEvent.MessageDone done -> keep(done.message());
        case TurnEvent.MessageUpdated updated -> keep(updated.message());
        case TurnEvent.MessageRemoved removed -> messages.remove(removed.message());
        case TurnEvent.TurnAwaiting ignored ->
            reply = reply(Turn.State.AWAITING, null, null, Turn.Usage.NONE);
        case TurnEvent.TurnResumed ignored -> reply = null;
        case TurnEvent.TurnEnded end ->
            reply = reply(end.state(), end.reason(), end.failure(), end.usage());
        default -> {}
      }
    }

    /** Returns the reply once the turn has ended or awaits, else null. */
    @Nullable Reply reply() {
      return reply;
    }

    private void keep(Message message) {
      if (message.content().role() == Content.Role.ASSISTANT) messages.put(message.id(), message);
    }

    private Reply reply(
        Turn.State state,
        Turn.@Nullable EndReason reason,
        Turn.@Nullable Failure failure,
        Turn.Usage usage) {
      return new Reply(new ArrayList<>(messages.values()), state, reason, failure, usage);
    }
  }
}
