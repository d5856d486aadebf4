package chat.agent.openai;

import chat.agent.openai.ScriptedModel.Held;
import chat.model.Turn;
import chat.port.Agent;
import chat.testkit.AgentContract;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;

class OpenAiAgentResponsesContractTest implements AgentContract {
  private final ScriptedModel model = new ScriptedModel();

  @AfterEach
  void close() {
    model.close();
  }

  @Override
  public Agent agentThatSays(String... pieces) {
    return agent(model.streams(said(pieces), ResponseEvents.COMPLETED));
  }

  @Override
  public Agent agentThatHangsAfter(String... pieces) {
    return agent(model.holds(Held.after(said(pieces))));
  }

  @Override
  public Agent agentThatUses(Turn.Usage usage, String... pieces) {
    return agent(model.streams(said(pieces), ResponseEvents.ended("completed", "", usage)));
  }

  @Override
  public Agent agentThatFails(Turn.Usage usage, String... pieces) {
    var error = "\"error\":{\"code\":\"server_error\",\"message\":\"oops\"},";
    return agent(model.streams(said(pieces), ResponseEvents.ended("failed", error, usage)));
  }

  private static Agent agent(ScriptedModel model) {
    return model.agent(model.settings().api(OpenAiSettings.Api.RESPONSES));
  }

  private static String said(String... pieces) {
    var deltas = Arrays.stream(pieces).map(piece -> ResponseEvents.says(0, piece)).toList();
    return ResponseEvents.CREATED
        + ResponseEvents.added(0, ResponseEvents.message("", ""))
        + String.join("", deltas);
  }
}
