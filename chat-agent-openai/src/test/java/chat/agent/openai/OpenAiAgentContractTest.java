package chat.agent.openai;

import chat.agent.openai.ScriptedModel.Held;
import chat.model.Turn;
import chat.port.Agent;
import chat.testkit.AgentContract;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;

class OpenAiAgentContractTest implements AgentContract {
  private final ScriptedModel model = new ScriptedModel();

  @AfterEach
  void close() {
    model.close();
  }

  @Override
  public Agent agentThatSays(String... pieces) {
    return model.streams(said(pieces), ScriptedModel.STOP, ScriptedModel.DONE).agent();
  }

  @Override
  public Agent agentThatHangsAfter(String... pieces) {
    return model.holds(Held.after(said(pieces))).agent();
  }

  @Override
  public Agent agentThatUses(Turn.Usage usage, String... pieces) {
    return model
        .streams(said(pieces), ScriptedModel.STOP, ScriptedModel.used(usage), ScriptedModel.DONE)
        .agent();
  }

  @Override
  public Agent agentThatFails(Turn.Usage usage, String... pieces) {
    return model.breaksOffAfter(ScriptedModel.used(usage), said(pieces)).agent();
  }

  private static String said(String... pieces) {
    return String.join("", Arrays.stream(pieces).map(ScriptedModel::say).toList());
  }
}
