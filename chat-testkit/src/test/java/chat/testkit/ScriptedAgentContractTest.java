package chat.testkit;

import chat.model.ChatException;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.port.Agent;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The scripted agent obeys the same law as the real ones. */
class ScriptedAgentContractTest implements AgentContract {
  @Override
  public Agent agentThatSays(String... pieces) {
    return new ScriptedAgent().says(pieces);
  }

  @Override
  public Agent agentThatHangsAfter(String... pieces) {
    return new ScriptedAgent()
        .says(pieces)
        .does(
            (request, sink) -> {
              try {
                new CountDownLatch(1).await();
              } finally {
                sink.modelCalled(failed(null));
              }
            });
  }

  @Override
  public Agent agentThatUses(Turn.Usage usage, String... pieces) {
    return new ScriptedAgent().says(pieces).uses(usage);
  }

  @Override
  public Agent agentThatFails(Turn.Usage usage, String... pieces) {
    return new ScriptedAgent()
        .says(pieces)
        .reports(failed(usage))
        .fails(ChatException.AgentFailed.Reason.MODEL_OVERLOADED);
  }

  private static ModelCall failed(Turn.@Nullable Usage usage) {
    return new ModelCall("scripted", usage, Duration.ZERO, ModelCall.Outcome.FAILED);
  }
}
