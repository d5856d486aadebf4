package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import chat.app.Client;
import chat.app.PageServer;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page on a phone: narrow, and touched. */
@Timeout(120)
final class PhoneIT {
  private static final Pattern CONVERSATION = Pattern.compile(".*/dashboard/chat/[0-9a-f-]{36}$");

  @RegisterExtension static final Browser BROWSER = new Browser();
  @RegisterExtension static final PageServer SERVER = PageServer.start(Map.of());
  private Tab tab;

  @BeforeEach
  void signIn() throws IOException {
    var user = PageServer.newUser();
    try (Client client = SERVER.client()) {
      var token = client.token(user);
      for (var title : List.of("one", "other " + "word ".repeat(30)))
        client.post(token, "/api/" + user + "/conversations", Map.of("title", title));
    }
    tab =
        BROWSER
            .open(
                SERVER.page(),
                phone -> phone.setViewportSize(360, 700).setHasTouch(true).setIsMobile(true))
            .signIn(user);
  }

  private Locator drawer() {
    return tab.page().getByRole(AriaRole.DIALOG);
  }

  private void assertNothingIsCutOff() {
    Assertions.assertThat(tab.page().evaluate("document.documentElement.scrollWidth"))
        .isEqualTo(360);
  }

  @Test
  void theConversationsAreInADrawerThatClosesBehindAChoice() {
    assertNothingIsCutOff();
    assertThat(tab.text("one")).hasCount(0);
    tab.button("Show conversations").tap();
    assertThat(drawer().getByText("one")).isVisible();
    assertNothingIsCutOff();
    drawer().getByText("one").tap();
    assertThat(drawer()).hasCount(0);
    assertThat(tab.page()).hasURL(CONVERSATION);
    assertThat(tab.page().getByRole(AriaRole.HEADING).first()).hasText("one");
    assertNothingIsCutOff();
  }

  @Test
  void backLeadsOutOfAConversation() {
    tab.button("Show conversations").tap();
    drawer().getByText("one").tap();
    assertThat(tab.page()).hasURL(CONVERSATION);
    tab.page().goBack();
    assertThat(tab.page()).hasURL(SERVER.page());
    assertThat(tab.page()).hasTitle("New conversation · chat");
  }

  @Test
  void enterBreaksTheLineAndTheButtonSends() {
    tab.composer().fill("one");
    tab.composer().press("Enter");
    assertThat(tab.composer()).hasValue("one\n");
    tab.button("Send").tap();
    assertThat(tab.page().getByRole(AriaRole.ARTICLE)).hasCount(2);
    assertNothingIsCutOff();
  }

  @Test
  void whatIsDeletedInTheDrawerCanBeUndone() {
    tab.button("Show conversations").tap();
    tab.button("Options of one").tap();
    tab.page().getByRole(AriaRole.MENUITEM).getByText("Delete").tap();
    assertThat(drawer().getByText("one")).hasCount(0);
    tab.page().getByText("Undo").tap();
    if (drawer().count() == 0) tab.button("Show conversations").tap();
    assertThat(drawer().getByText("one")).isVisible();
  }
}
