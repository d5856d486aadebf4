package chat.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;

import chat.agent.openai.ToolChoice.Mode;
import chat.model.Content;
import chat.model.Json;
import chat.model.Tool;
import chat.port.Agent;
import chat.testkit.AgentContract;
import chat.testkit.Samples;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolChoiceTest {
  private static final Tool ADD = Samples.tool("add");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"add\"}",
        "{\"type\":\"function\",\"name\":\"add\"}",
        "{\"type\":\"function\",\"function\":{\"name\":\"add\"}}"
      })
  void aToolIsNamedInThreeWays(String asked) {
    assertThat(of(asked, ADD)).isEqualTo(new ToolChoice(Mode.REQUIRED, "add"));
  }

  @ParameterizedTest
  @CsvSource({"auto,AUTO", "none,NONE", "required,REQUIRED"})
  void aWordSaysWhetherToolsMayBeCalled(String word, Mode mode) {
    assertThat(of("\"" + word + "\"", ADD)).isEqualTo(new ToolChoice(mode, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"id\":\"gone\"}", "{}", "null", "7", "\"soon\"", "[\"add\"]"})
  void whatIsNotUnderstoodIsLeftToTheModel(String asked) {
    assertThat(of(asked, ADD)).isEqualTo(ToolChoice.AUTO);
  }

  @Test
  void withoutToolsNoneIsRequired() {
    assertThat(of("\"required\"")).isEqualTo(ToolChoice.AUTO);
    assertThat(of("{\"id\":\"add\"}")).isEqualTo(ToolChoice.AUTO);
  }

  @Test
  void aCallIsRequiredInTheFirstStepOnly() {
    var required = new ToolChoice(Mode.REQUIRED, "add");
    assertThat(required.in(1)).isEqualTo(required);
    assertThat(required.in(2)).isEqualTo(ToolChoice.AUTO);
    assertThat(ToolChoice.NONE.in(2)).isEqualTo(ToolChoice.NONE);
  }

  @Test
  void bothDialectsSayItInTheirWords() throws IOException {
    var request = request("{}", ADD);
    var chat = new ChatCompletions(request, "m", "o");
    var responses = new Responses(request, "m", "o");
    var named = new ToolChoice(Mode.REQUIRED, "add");
    assertThat(choice(chat, named))
        .hasToString("{\"type\":\"function\",\"function\":{\"name\":\"add\"}}");
    assertThat(choice(responses, named)).hasToString("{\"type\":\"function\",\"name\":\"add\"}");
    for (var dialect : List.of(chat, responses)) {
      assertThat(choice(dialect, new ToolChoice(Mode.REQUIRED, null))).hasToString("\"required\"");
      assertThat(choice(dialect, ToolChoice.NONE)).hasToString("\"none\"");
      assertThat(choice(dialect, ToolChoice.AUTO).isMissingNode()).isTrue();
    }
    assertThat(choice(new Responses(request("{}"), "m", "o"), ToolChoice.NONE).isMissingNode())
        .isTrue();
  }

  private static JsonNode choice(Dialect dialect, ToolChoice choice) throws IOException {
    return new ObjectMapper().readTree(dialect.body(choice)).path("tool_choice");
  }

  private static ToolChoice of(String asked, Tool... tools) {
    return ToolChoice.of(request(asked, tools));
  }

  private static Agent.Request request(String asked, Tool... tools) {
    var plain = AgentContract.request("hi");
    return new Agent.Request(
        plain.turn(),
        plain.systemPrompt(),
        plain.history(),
        List.of(tools),
        new Content.Options(null, new Json(asked)));
  }
}
