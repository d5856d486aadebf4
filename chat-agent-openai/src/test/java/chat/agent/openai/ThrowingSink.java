package chat.agent.openai;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.TurnEvent;
import chat.port.Agent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Throws the same signal whatever it is given, as the engine's does when a turn must end. */
record ThrowingSink(RuntimeException signal) implements Agent.Sink {
  @Override
  public void text(String delta) {
    throw signal;
  }

  @Override
  public void reasoning(String delta) {
    throw signal;
  }

  @Override
  public void annotate(List<Content.Citation> sources, @Nullable Json provider) {
    throw signal;
  }

  @Override
  public void retract() {
    throw signal;
  }

  @Override
  public Message show(Content content) {
    throw signal;
  }

  @Override
  public Message.Id open(Content content) {
    throw signal;
  }

  @Override
  public void update(Message.Id opened, Content content) {
    throw signal;
  }

  @Override
  public void updateComponent(Message.Id opened, String component, Json content) {
    throw signal;
  }

  @Override
  public void done(Message.Id opened) {
    throw signal;
  }

  @Override
  public Message replace(Message shown, Content content) {
    throw signal;
  }

  @Override
  public void ask(Content.StructuredInput form) {
    throw signal;
  }

  @Override
  public void arguments(int index, String name, String delta) {
    throw signal;
  }

  @Override
  public int callsLeft() {
    return Integer.MAX_VALUE;
  }

  @Override
  public List<Message> call(List<Agent.Call> step) {
    throw signal;
  }

  @Override
  public void tell(TurnEvent.Told event) {
    throw signal;
  }

  @Override
  public void change(Conversation.Change change) {
    throw signal;
  }

  @Override
  public void modelCalled(ModelCall call) {
    throw signal;
  }

  @Override
  public void onStop(Runnable close) {
    // A turn that is not stopped never closes anything.
  }
}
