package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import chat.app.PageServer;
import chat.app.ScriptedModel;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The life of an answer, as who asked sees it. */
@Timeout(120)
final class AnswerIT {
  private static final Pattern CONVERSATION = Pattern.compile(".*/dashboard/chat/[0-9a-f-]{36}$");

  @RegisterExtension static final Browser BROWSER = new Browser();
  @RegisterExtension static final PageServer SERVER = PageServer.start(Map.of());
  private Tab tab;

  @BeforeEach
  void signIn() {
    SERVER.model().plays(ScriptedModel.says("ok"));
    tab = BROWSER.open(SERVER.page()).signIn(PageServer.newUser());
  }

  @Test
  void anAnswerIsShownWhileItIsWritten() {
    try (var model = new Prompter()) {
      SERVER.model().plays(model);
      tab.send("What is the weather?");
      assertThat(tab.question()).hasText("What is the weather?");
      assertThat(tab.text("Thinking…").first()).isVisible();
      assertThat(tab.button("Stop the answer")).isVisible();
      model.say("It is ");
      assertThat(tab.answer()).hasText("It is");
      assertThat(tab.text("Thinking…")).hasCount(0);
      model.say("sunny.");
      assertThat(tab.answer()).hasText("It is sunny.");
      model.end();
      assertThat(tab.button("Stop the answer")).hasCount(0);
      assertThat(tab.page()).hasURL(CONVERSATION);
      assertThat(tab.listed(ScriptedModel.TITLE)).isVisible();
    }
  }

  @Test
  void aReloadInTheMiddleOfAnAnswerContinuesIt() {
    try (var model = new Prompter()) {
      SERVER.model().plays(model);
      tab.send("Tell me a story");
      model.say("Once ");
      assertThat(tab.answer()).hasText("Once");
      tab.page().reload();
      assertThat(tab.answer()).hasText("Once");
      model.say("upon a time.");
      assertThat(tab.answer()).hasText("Once upon a time.");
      model.end();
      assertThat(tab.button("Stop the answer")).hasCount(0);
      assertThat(tab.answers()).hasCount(1);
    }
  }

  @Test
  void stopStopsAndTheAnswerSaysSo() {
    try (var model = new Prompter()) {
      SERVER.model().plays(model);
      tab.send("Count");
      model.say("one, two");
      assertThat(tab.answer()).hasText("one, two");
      tab.button("Stop the answer").click();
      assertThat(tab.text("You stopped the answer.").first()).isVisible();
      assertThat(tab.button("Stop the answer")).hasCount(0);
    }
    SERVER.model().plays(ScriptedModel.says("three"));
    tab.button("Try again").first().click();
    assertThat(tab.answer()).hasText("three");
    assertThat(tab.text("You stopped the answer.")).hasCount(0);
  }

  @Test
  void aFailedAnswerSaysSoWithARetryAndTheComposerStaysFree() {
    SERVER.model().plays(ScriptedModel.refuses(400));
    tab.send("Hello");
    assertThat(tab.text("The answer failed").first()).isVisible();
    assertThat(tab.composer()).isEditable();
    SERVER.model().plays(ScriptedModel.says("Hello again"));
    tab.button("Try again").first().click();
    assertThat(tab.answer()).hasText("Hello again");
    assertThat(tab.text("The answer failed")).hasCount(0);
  }

  @Test
  void anEditIsAnotherVersionAndTheArrowsLeadFromOneToTheOther() {
    SERVER
        .model()
        .playsTo(asked -> ScriptedModel.says("About " + ScriptedModel.lastQuestion(asked)));
    tab.send("cats");
    assertThat(tab.answer()).hasText("About cats");
    tab.question().hover();
    tab.button("Edit").click();
    tab.editor().fill("dogs");
    tab.editor().press("Enter");
    assertThat(tab.answer()).hasText("About dogs");
    assertThat(tab.text("cats")).hasCount(0);
    assertThat(tab.text("2/2")).isVisible();
    tab.button("Previous version").click();
    assertThat(tab.answer()).hasText("About cats");
    assertThat(tab.text("1/2")).isVisible();
    tab.page().reload();
    assertThat(tab.answer()).hasText("About cats");
    tab.button("Next version").click();
    assertThat(tab.answer()).hasText("About dogs");
  }

  @Test
  void anotherAnswerStandsBesideTheFirst() {
    SERVER.model().plays(ScriptedModel.says("heads"));
    tab.send("Toss a coin");
    assertThat(tab.answer()).hasText("heads");
    SERVER.model().plays(ScriptedModel.says("tails"));
    tab.answer().hover();
    tab.button("Try again").last().click();
    assertThat(tab.answer()).hasText("tails");
    assertThat(tab.text("2/2").first()).isVisible();
    tab.button("Previous answer").first().click();
    assertThat(tab.answer()).hasText("heads");
  }

  @Test
  void whatTheUserThinksOfAnAnswerIsKeptUntilItIsTakenBack() {
    SERVER.model().plays(ScriptedModel.says("fine"));
    tab.send("How are you?");
    assertThat(tab.answer()).hasText("fine");
    var liked = tab.button("Good answer");
    for (var pressed : List.of("true", "false")) {
      tab.answer().hover();
      tab.page().waitForResponse("**/feedback", liked::click);
      assertThat(liked).hasAttribute("aria-pressed", pressed);
      tab.page().reload();
      tab.answer().hover();
      assertThat(liked).hasAttribute("aria-pressed", pressed);
    }
  }

  @Test
  void whatIsSentWhileAnAnswerIsWrittenWaitsAndThenGetsItsAnswer() {
    try (var model = new Prompter()) {
      SERVER.model().plays(model);
      tab.send("first");
      model.say("one");
      assertThat(tab.answer()).hasText("one");
      tab.send("second");
      assertThat(tab.waiting()).hasText("second");
      SERVER.model().plays(ScriptedModel.says("two"));
      model.end();
      assertThat(tab.waiting()).hasCount(0);
      assertThat(tab.answer()).hasText("two");
      assertThat(tab.answers()).hasText(new String[] {"one", "two"});
    }
  }

  @Test
  void whatWasWrittenIsKeptForEachConversation() {
    tab.send("first");
    assertThat(tab.answer()).hasText("ok");
    tab.composer().fill("not sent yet");
    tab.link("New conversation").click();
    assertThat(tab.composer()).hasValue("");
    tab.composer().fill("for another one");
    tab.listed(ScriptedModel.TITLE).click();
    assertThat(tab.composer()).hasValue("not sent yet");
    tab.page().reload();
    assertThat(tab.composer()).hasValue("not sent yet");
    tab.link("New conversation").click();
    assertThat(tab.composer()).hasValue("for another one");
  }

  @Test
  void enterSendsAndWithShiftItBreaksTheLine() {
    tab.composer().fill("one");
    tab.composer().press("Shift+Enter");
    tab.composer().pressSequentially("two");
    assertThat(tab.composer()).hasValue("one\ntwo");
    tab.composer().press("Enter");
    assertThat(tab.question()).hasText("one\ntwo");
    assertThat(tab.composer()).hasValue("");
  }
}
