package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import chat.app.PageServer;
import chat.app.ScriptedModel;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How the page comes by its tokens from where its user has a session. */
@Timeout(180)
final class TokenIT {
  private static final String SECRET = "the first secret that nobody has guessed";
  private static final String OTHER = "the other secret that nobody has guessed";

  @RegisterExtension static final Browser BROWSER = new Browser();
  private Sessions sessions;
  private PageServer server;

  @BeforeEach
  void start() throws IOException {
    sessions = new Sessions(PageServer.newUser(), SECRET);
    server =
        PageServer.start(
            Map.of(
                "CHAT_JWT_SECRET",
                SECRET,
                "CHAT_PAGE_TOKEN_URL",
                sessions.tokenUrl(),
                "CHAT_PAGE_SIGN_IN_URL",
                "https://app.example/sign-in"));
  }

  @AfterEach
  void stop() {
    server.close();
    sessions.close();
  }

  private Tab open() {
    return BROWSER
        .open(server.page())
        .expects("asks others: GET " + sessions.tokenUrl())
        .expectsStatus(401)
        .expectsNoNetwork();
  }

  /** Ends the time of all tokens that were given. */
  private void expire() {
    server.leave();
    server.comeBack(Map.of("CHAT_JWT_SECRET", OTHER));
    sessions.sign(OTHER);
  }

  @Test
  void whoHasASessionIsInAtOnceAndATokenThatRanOutIsReplacedUnseen() {
    var tab = open();
    tab.send("first");
    assertThat(tab.answer()).hasText("ok");
    expire();
    tab.send("second");
    assertThat(tab.answers()).hasCount(2);
    assertThat(tab.questions()).hasText(new String[] {"first", "second"});
    assertThat(tab.text("Sign in again")).hasCount(0);
  }

  @Test
  void whoseSessionRanOutSignsInAgainAndLosesNothing() {
    var tab = open();
    tab.send("first");
    assertThat(tab.answer()).hasText("ok");
    server.model().plays(ScriptedModel.says("still there"));
    sessions.open(false);
    expire();
    tab.send("second");
    var dialog = tab.page().getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("Sign in again");
    assertThat(dialog.getByRole(AriaRole.LINK)).hasAttribute("href", "https://app.example/sign-in");
    sessions.open(true);
    dialog.getByText("Try again").click();
    assertThat(dialog).hasCount(0);
    assertThat(tab.answer()).hasText("still there");
    assertThat(tab.questions()).hasText(new String[] {"first", "second"});
  }

  @Test
  void whoHasNoSessionIsLedToWhereOneSignsIn() {
    sessions.open(false);
    var tab = open();
    assertThat(tab.text("You are signed out")).isVisible();
    assertThat(tab.link("Sign in")).hasAttribute("href", "https://app.example/sign-in");
    sessions.open(true);
    tab.button("Try again").click();
    assertThat(tab.composer()).isVisible();
  }
}
