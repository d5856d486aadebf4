package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import chat.app.Client;
import chat.app.PageServer;
import chat.app.ScriptedModel;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What users do with their conversations as wholes. */
@Timeout(120)
final class ConversationListIT {
  @RegisterExtension static final Browser BROWSER = new Browser();

  @RegisterExtension
  static final PageServer SERVER = PageServer.start(Map.of("CHAT_TITLES", "first_message"));

  private static Client client;
  private String user;
  private String token;

  @BeforeAll
  static void start() throws Exception {
    client = SERVER.client();
  }

  @AfterAll
  static void stop() {
    client.close();
  }

  @BeforeEach
  void arrange() throws IOException {
    SERVER.model().plays(ScriptedModel.says("ok"));
    user = PageServer.newUser();
    token = client.token(user);
  }

  /** Begins a conversation, or goes on with one; returns its id. */
  private String say(String text, String... conversation) throws IOException {
    var body =
        conversation.length == 0
            ? Map.of("message", text)
            : Map.of("message", text, "conversation_id", conversation[0]);
    var reply = client.post(token, "/api/" + user + "/chat", body);
    assertThat(reply.status()).isEqualTo(200);
    return reply.text("conversation_id");
  }

  private int status(String conversation) throws IOException {
    return client.get(token, "/api/" + user + "/conversations/" + conversation).status();
  }

  private static void choose(Tab tab, String title, String item) {
    tab.listed(title).hover();
    tab.button("Options of " + title).last().click();
    tab.page().getByRole(AriaRole.MENUITEM, Tab.named(item)).click();
  }

  @Test
  void theNewestActivityStandsFirst() throws IOException {
    var first = say("apples");
    say("pears");
    var tab = BROWSER.open(SERVER.page()).signIn(user);
    assertThat(tab.listed("")).hasText(new String[] {"pears", "apples"});
    tab.listed("apples").click();
    assertThat(tab.answer()).hasText("ok");
    tab.send("more apples");
    assertThat(tab.answers()).hasCount(2);
    assertThat(tab.listed("")).hasText(new String[] {"apples", "pears"});
    assertThat(tab.page()).hasURL(SERVER.page() + "/" + first);
  }

  @Test
  void olderOnesComeWhenTheListIsScrolled() throws IOException {
    for (int i = 1; i <= 60; i++) {
      client.post(
          token, "/api/" + user + "/conversations", Map.of("title", "number %02d".formatted(i)));
    }
    var tab = BROWSER.open(SERVER.page()).signIn(user);
    assertThat(tab.listed("number 60")).isVisible();
    tab.listed("number 60").hover();
    tab.page()
        .waitForCondition(
            () -> {
              tab.page().mouse().wheel(0, 400);
              return tab.listed("number 01").count() > 0;
            });
    assertThat(tab.listed("number 01")).isVisible();
    assertThat(tab.listed("").count()).isLessThan(60);
  }

  @Test
  void aConversationIsRenamedInItsPlace() throws IOException {
    var id = say("a long first message");
    var tab = BROWSER.open(SERVER.page()).signIn(user);
    choose(tab, "a long first message", "Rename");
    var title = tab.page().getByLabel("Title");
    assertThat(title).isFocused();
    title.fill("Short");
    title.press("Enter");
    assertThat(tab.listed("Short")).isVisible();
    tab.page().reload();
    assertThat(tab.listed("Short")).isVisible();
    var detail = client.get(token, "/api/" + user + "/conversations/" + id);
    assertThat(detail.text("title")).isEqualTo("Short");
  }

  @Test
  void whatIsDeletedVanishesAtOnceAndComesBackWhenItIsUndone() throws IOException {
    var id = say("keep me");
    var tab = BROWSER.open(SERVER.page() + "/" + id).signIn(user);
    assertThat(tab.answer()).hasText("ok");
    choose(tab, "keep me", "Delete");
    assertThat(tab.listed("keep me")).hasCount(0);
    assertThat(tab.answers()).hasCount(0);
    assertThat(status(id)).isEqualTo(200);
    tab.button("Undo").click();
    assertThat(tab.listed("keep me")).isVisible();
    assertThat(tab.answer()).hasText("ok");
    assertThat(tab.page()).hasURL(SERVER.page() + "/" + id);
  }

  @Test
  void whatIsDeletedIsGoneWhenItsTimeForRegretsIsOver() throws IOException {
    var id = say("forget me");
    var tab = BROWSER.open(SERVER.page()).signIn(user);
    choose(tab, "forget me", "Delete");
    assertThat(status(id)).isEqualTo(200);
    tab.button("Dismiss").click();
    assertThat(tab.button("Undo")).hasCount(0);
    Awaitility.await().untilAsserted(() -> assertThat(status(id)).isEqualTo(404));
    tab.page().reload();
    assertThat(tab.link("New conversation")).isVisible();
    assertThat(tab.listed("forget me")).hasCount(0);
  }

  @Test
  void anArchivedConversationTakesNoMessageUntilItIsReopened() throws IOException {
    var id = say("closed one");
    var tab = BROWSER.open(SERVER.page() + "/" + id).signIn(user);
    choose(tab, "closed one", "Archive");
    assertThat(tab.text("This conversation is archived.")).isVisible();
    tab.button("Reopen").click();
    assertThat(tab.text("This conversation is archived.")).hasCount(0);
    tab.send("open again");
    assertThat(tab.answers()).hasCount(2);
  }
}
