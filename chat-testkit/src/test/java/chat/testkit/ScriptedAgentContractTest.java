package chat.testkit;

import chat.model.ChatException;
import chat.model.Turn;
import chat.port.Agent;

/** The scripted agent obeys the same law as the real ones. */
class ScriptedAgentContractTest implements AgentContract {
  @Override
  public Agent agentThatSays(String... pieces) {
    return new ScriptedAgent().says(pieces);
  }

  @Override
  public Agent agentThatHangsAfter(String... pieces) {
    return new ScriptedAgent().says(pieces).hangs();
  }

  @Override
  public Agent agentThatUses(Turn.Usage usage, String... pieces) {
    return new ScriptedAgent().says(pieces).uses(usage);
  }

  @Override
  public Agent agentThatFails(Turn.Usage usage, String... pieces) {
    return new ScriptedAgent()
        .says(pieces)
        .uses(usage)
        .fails(ChatException.AgentFailed.Reason.MODEL_OVERLOADED);
  }
}
