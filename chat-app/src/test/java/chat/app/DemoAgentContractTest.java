package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.AgentFailed;
import chat.model.Content;
import chat.model.Turn;
import chat.port.Agent;
import chat.testkit.AgentContract;
import chat.testkit.RecordingSink;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DemoAgentContractTest implements AgentContract {
  private static final Duration FAST = Duration.ofNanos(1);
  private static final Duration FOREVER = Duration.ofHours(1);

  @Override
  public Agent agentThatSays(String... pieces) {
    return agent(FAST, false, pieces);
  }

  @Override
  public Agent agentThatHangsAfter(String... pieces) {
    return agent(FOREVER, false, pieces);
  }

  @Override
  public Agent agentThatUses(Turn.Usage usage, String... pieces) {
    return agentThatSays(pieces);
  }

  @Override
  public Agent agentThatFails(Turn.Usage usage, String... pieces) {
    return agent(FAST, true, pieces);
  }

  private static Agent agent(Duration pace, boolean fails, String... pieces) {
    return new DemoAgent(pace, request -> new DemoAgent.Answer(List.of(pieces), fails));
  }

  /** It calls no model. */
  @Override
  @Test
  public void itReportsAModelCallOnceWithWhatItUsed() {
    var sink = new RecordingSink();
    agentThatSays("ok").run(AgentContract.request("hi"), sink);
    assertThat(sink.modelCalls()).isEmpty();
  }

  @Override
  @Test
  public void itReportsAModelCallThatFails() {
    var sink = new RecordingSink();
    assertThatThrownBy(
            () -> agentThatFails(Turn.Usage.NONE, "ok").run(AgentContract.request("hi"), sink))
        .isInstanceOf(AgentFailed.class);
    assertThat(sink.modelCalls()).isEmpty();
  }

  @Override
  @Test
  public void itReportsAModelCallThatIsStopped() {
    var sink = new RecordingSink();
    sink.refuse();
    assertThatThrownBy(() -> agentThatSays("ok").run(AgentContract.request("hi"), sink))
        .isInstanceOf(RecordingSink.Stopped.class);
    assertThat(sink.modelCalls()).isEmpty();
  }

  @Test
  void itSaysThatItIsADemoAndHowToGetAModel() {
    assertThat(answer("hello\nthere"))
        .startsWith("You wrote:\n\n> hello\n> there\n\n")
        .contains("I am a demo", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL");
  }

  @Test
  void itSaysWhatFilesItGot() {
    var plain = AgentContract.request("look");
    var question = plain.history().get(0);
    var text = Content.Attachment.of("n.txt", "text/plain", 5);
    var image = Content.Attachment.of("a.png", "image/png", 3);
    var said = Content.UserInput.of("look").with(List.of(text, image));
    var request =
        new Agent.Request(
            plain.turn(),
            plain.systemPrompt(),
            List.of(question.with(said, 0)),
            List.of(),
            Content.Options.NONE,
            file -> Optional.of(new ByteArrayInputStream("1\n2\n3".getBytes(UTF_8))));
    assertThat(String.join("", DemoAgent.answer(request).pieces()))
        .contains("I got **n.txt**: 3 lines of text.", "I got **a.png**: 5 bytes of image/png.");
  }

  @Test
  void aWordOfTheUserAsksForALongAnswerATableOrAFailure() {
    assertThat(answer("A long one, a long one!")).hasSizeGreaterThan(2000);
    assertThat(answer("a TABLE please")).contains("|---|---|");
    assertThat(answer("it belongs to no failure")).contains("I am a demo");
    assertThat(DemoAgent.answer(AgentContract.request("please fail")).fails()).isTrue();
  }

  @Test
  void itSaysOneWordAtATime() {
    var pieces = DemoAgent.answer(AgentContract.request("one two")).pieces();
    assertThat(pieces).startsWith("You ", "wrote:\n\n", "> ", "one ", "two\n\n");
  }

  private static String answer(String question) {
    return String.join("", DemoAgent.answer(AgentContract.request(question)).pieces());
  }
}
