package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import chat.app.Client;
import chat.app.PageServer;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page.GetByLabelOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How users find what was said. */
@Timeout(120)
final class SearchIT {
  @RegisterExtension static final Browser BROWSER = new Browser();
  @RegisterExtension static final PageServer SERVER = PageServer.start(Map.of());
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
    user = PageServer.newUser();
    token = client.token(user);
  }

  private String conversation(String title) throws IOException {
    var made = client.post(token, "/api/" + user + "/conversations", Map.of("title", title));
    return made.text("id");
  }

  /** Returns the id of the message. */
  private String say(String conversation, String text) throws IOException {
    var body = Map.of("message", text, "conversation_id", conversation);
    return client.post(token, "/api/" + user + "/chat", body).text("user_message_id");
  }

  private Tab open() {
    return BROWSER.open(SERVER.page()).signIn(user);
  }

  private static Locator field(Tab tab) {
    return tab.page().getByLabel("Search conversations");
  }

  private static Locator found(Tab tab) {
    return tab.page().getByLabel("Conversations", exactly()).getByRole(AriaRole.LINK);
  }

  private static GetByLabelOptions exactly() {
    return new GetByLabelOptions().setExact(true);
  }

  @Test
  void aHitOpensTheConversationAtItsMessage() throws IOException {
    var travels = conversation("travels");
    var id = say(travels, "the fjords of Norway are deep");
    for (int i = 0; i < 30; i++) say(travels, "about something else " + i + "\n\n".repeat(20));
    conversation("empty");
    var tab = open();
    field(tab).fill("fjor");
    assertThat(found(tab)).hasCount(1);
    assertThat(found(tab)).containsText("travels");
    assertThat(found(tab).locator("mark")).hasText("fjords");
    found(tab).click();
    assertThat(tab.page()).hasURL(SERVER.page() + "/" + travels + "#" + id);
    assertThat(tab.page().locator("article[data-message='" + id + "']")).isInViewport();
    assertThat(tab.text("about something else 29")).hasCount(0);
  }

  @Test
  void titlesAreFoundAndTheListComesBackWhenTheSearchIsCleared() throws IOException {
    for (var title : List.of("Grocery list", "Über München", "Other")) conversation(title);
    var tab = open();
    tab.page().keyboard().press("Control+k");
    tab.page().keyboard().type("munchen");
    assertThat(found(tab)).hasText(new String[] {"Über München"});
    tab.page().keyboard().press("Escape");
    assertThat(found(tab)).hasCount(3);
    assertThat(field(tab)).isFocused();
  }

  @Test
  void whatIsFoundIsShownAsText() throws IOException {
    var id = conversation("hostile");
    say(id, "needle <img src=x onerror=alert(1)> <b>bold</b>");
    var tab = open();
    field(tab).fill("needle");
    assertThat(found(tab)).containsText("<img src=x onerror=alert(1)> <b>bold</b>");
  }

  @Test
  void aSearchThatFindsNothingSaysSo() throws IOException {
    conversation("something");
    var tab = open();
    field(tab).fill("nothing like it");
    assertThat(tab.text("Nothing was found.")).isVisible();
  }

  @Test
  void aSearchThatFailedIsTriedAgain() throws IOException {
    conversation("something");
    var tab = open().expectsNoNetwork();
    tab.page().route(Pattern.compile("query="), Route::abort);
    field(tab).fill("some");
    assertThat(tab.text("The search did not work.")).isVisible();
    tab.page().unroute(Pattern.compile("query="));
    tab.button("Try again").click();
    assertThat(found(tab)).hasText(new String[] {"something"});
  }
}
