package chat.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Content;
import chat.model.Json;
import chat.model.Question;
import chat.model.Source;
import chat.model.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a model is told of what it, or a user, showed; with ChatKit's own tests beside it. */
class WordingTest {

  /** test_agents 6. */
  @Test
  void whatAUserQuotesStandsBeforeWhatIsSaidAboutIt() {
    var parts = List.<Content.Part>of(new Content.Part.Text("Why?"));
    var input = new Content.UserInput(parts, List.of(), "one\ntwo", Content.Options.NONE);
    assertThat(Wording.ofUser(input)).isEqualTo("> one\n> two\n\nWhy?");
  }

  /** test_agents 7. */
  @Test
  void sourcesAreLeftOutAndAWidgetIsToldWithoutItsTime() {
    var citation = new Content.Citation(Source.Url.of("T", "https://x.example/"), 3);
    var text = new Content.AssistantText("See", List.of(citation));
    assertThat(Wording.ofAssistant(text)).isEqualTo("See");
    var widget = new Content.Widget(new Json("{\"type\":\"Card\"}"), null);
    assertThat(Wording.ofUser(widget)).isEqualTo("<shown>\n{\"type\":\"Card\"}\n</shown>");
  }

  /** test_agents 8. */
  @Test
  void tagsAreTheirText() {
    var parts =
        List.<Content.Part>of(
            new Content.Part.Text("Ask "),
            new Content.Part.Tag("u1", "Ann", Json.EMPTY, null, false));
    var input = new Content.UserInput(parts, List.of(), null, Content.Options.NONE);
    assertThat(Wording.ofUser(input)).isEqualTo("Ask Ann");
  }

  /** test_agents 10. */
  @Test
  void anImageIsToldWithItsAddress() {
    var image = new Content.GeneratedImage.Image("i", "https://x.example/i.png");
    assertThat(Wording.ofUser(new Content.GeneratedImage(image, 1.0)))
        .contains("https://x.example/i.png");
  }

  /** test_agents 11. */
  @Test
  void anImageThatIsNotThereIsNothing() {
    assertThat(Wording.ofUser(new Content.GeneratedImage(null, 0.5))).isNull();
  }

  /** test_agents 12, test_agents 13. */
  @Test
  void hiddenContextIsWrappedWhateverItIs() {
    assertThat(Wording.ofUser(new Content.HiddenContext(new Json("\"words\""))))
        .isEqualTo("<context>\nwords\n</context>");
    assertThat(Wording.ofUser(new Content.HiddenContext(new Json("{\"a\":1}"))))
        .isEqualTo("<context>\n{\"a\":1}\n</context>");
  }

  /** test_agents 14, as far as it is about tasks. */
  @Test
  void tasksAreToldByTitleAndContentAndOthersNotAtAll() {
    var done = Task.Status.COMPLETE;
    var tasks =
        List.<Task>of(
            new Task.Custom(done, "Looked", null, "found"),
            new Task.Custom(done, null, null, null),
            new Task.Thought(done, "Hm", "secret"));
    assertThat(Wording.ofUser(new Content.Workflow(tasks, null, false)))
        .isEqualTo("<shown>\nLooked: found\n</shown>");
    assertThat(Wording.ofUser(new Content.Task(new Task.Image(done, "Drew")))).isNull();
  }

  /** test_agents 15. */
  @Test
  void aFormIsToldWithItsAnswers() {
    var form =
        new Content.StructuredInput(
            List.of(
                new Question.Choice("a", "Which?", List.of("x"), true, Question.Given.of("x", "y")),
                new Question.Freeform("b", "Why?", null, Question.Given.SKIPPED),
                new Question.Freeform("c", "Else?", null, null)),
            Content.StructuredInput.Status.ANSWERED);
    assertThat(Wording.ofUser(form))
        .isEqualTo("<form>\nWhich? x, y\nWhy? (skipped)\nElse? (unanswered)\n</form>");
  }
}
