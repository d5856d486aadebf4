package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import chat.app.PageServer;
import chat.app.ScriptedModel;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a conversation when connections break, and at several places at once. */
@Timeout(180)
final class ConnectionIT {
  @RegisterExtension static final Browser BROWSER = new Browser();
  private PageServer server;
  private String user;

  @BeforeEach
  void start() throws IOException {
    server = PageServer.start(Map.of());
    user = PageServer.newUser();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anAnswerGoesOnAfterTheNetworkWasLost() {
    var tab = BROWSER.open(server.page()).signIn(user).expectsNoNetwork();
    try (var model = new Prompter()) {
      server.model().plays(model);
      tab.send("Tell me");
      model.say("one ");
      assertThat(tab.answer()).hasText("one");
      tab.page().context().setOffline(true);
      model.say("two ");
      assertThat(tab.text("offline").first()).isVisible();
      tab.page().context().setOffline(false);
      assertThat(tab.answer()).hasText("one two");
      model.say("three");
      assertThat(tab.answer()).hasText("one two three");
      model.end();
      assertThat(tab.button("Stop the answer")).hasCount(0);
      assertThat(tab.answers()).hasCount(1);
    }
  }

  @Test
  void aMessageThatWasSentWithoutANetworkArrivesOnceWhenThereIsOne() {
    var tab = BROWSER.open(server.page()).signIn(user).expectsNoNetwork();
    tab.send("first");
    assertThat(tab.answer()).hasText("ok");
    tab.page().context().setOffline(true);
    tab.send("written on the train");
    assertThat(tab.question()).hasText("written on the train");
    assertThat(tab.composer()).hasValue("");
    tab.page().context().setOffline(false);
    assertThat(tab.answers()).hasCount(2);
    tab.page().reload();
    assertThat(tab.questions()).hasText(new String[] {"first", "written on the train"});
    assertThat(tab.answers()).hasCount(2);
  }

  @Test
  void aServerThatWentAwayInTheMiddleOfAnAnswerIsFoundAgain() {
    var tab = BROWSER.open(server.page()).signIn(user).expectsNoNetwork().expectsStatus(503);
    try (var model = new Prompter()) {
      server.model().plays(model);
      tab.send("Tell me");
      model.say("half an ans");
      assertThat(tab.answer()).hasText("half an ans");
      server.leave();
      server.comeBack();
      assertThat(tab.text("The server went away in the middle of the answer.").first()).isVisible();
      assertThat(tab.answer()).hasText("half an ans");
    }
    server.model().plays(ScriptedModel.says("a whole answer"));
    tab.page().locator("main button:has-text('Try again')").first().click();
    assertThat(tab.answer()).hasText("a whole answer");
  }

  @Test
  void aSecondTabFollowsTheAnswerAsItIsWritten() {
    var first = BROWSER.open(server.page()).signIn(user);
    first.send("hello");
    assertThat(first.answer()).hasText("ok");
    var second = BROWSER.beside(first, first.page().url());
    assertThat(second.answer()).hasText("ok");
    try (var model = new Prompter()) {
      server.model().plays(model);
      first.send("more");
      model.say("as it ");
      assertThat(first.answer()).hasText("as it");
      second.page().bringToFront();
      assertThat(second.answer()).hasText("as it");
      model.say("happens");
      assertThat(second.answer()).hasText("as it happens");
      second.button("Stop the answer").click();
      assertThat(first.text("You stopped the answer.").first()).isVisible();
    }
    assertThat(second.questions()).hasText(new String[] {"hello", "more"});
  }

  @Test
  void anotherDeviceFindsTheAnswerUnderWay() {
    var phone = BROWSER.open(server.page()).signIn(user);
    try (var model = new Prompter()) {
      server.model().plays(model);
      phone.send("long story");
      model.say("once");
      assertThat(phone.answer()).hasText("once");
      var desk = BROWSER.open(phone.page().url()).signIn(user);
      assertThat(desk.answer()).hasText("once");
      model.say(" upon a time");
      assertThat(desk.answer()).hasText("once upon a time");
      assertThat(phone.answer()).hasText("once upon a time");
      model.end();
      assertThat(desk.button("Stop the answer")).hasCount(0);
    }
  }

  @Test
  void anotherUsersConversationIsNotThere() {
    var alice = BROWSER.open(server.page()).signIn(user);
    alice.send("mine");
    assertThat(alice.answer()).hasText("ok");
    var bob = BROWSER.open(alice.page().url()).expectsStatus(404).signIn(PageServer.newUser());
    assertThat(bob.text("This conversation is not there")).isVisible();
    assertThat(bob.page().content()).doesNotContain("mine");
  }
}
