package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import chat.app.PageServer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How users of the page come in. */
@Timeout(120)
final class SignInIT {
  @RegisterExtension static final Browser BROWSER = new Browser();
  @RegisterExtension static final PageServer SERVER = PageServer.start(Map.of());

  @Test
  void aNameIsEnoughForTheDevelopmentLoginAndIsRememberedByTheTab() {
    var user = PageServer.newUser();
    var tab = BROWSER.open(SERVER.page()).signIn(user);
    assertThat(tab.composer()).isFocused();
    tab.page().reload();
    assertThat(tab.composer()).isVisible();
  }

  @Test
  void theFirstLoadIsLessThan350Kilobytes() {
    var tab = BROWSER.open(SERVER.page()).signIn(PageServer.newUser());
    var bytes =
        (Number)
            tab.page()
                .evaluate(
                    "() => performance.getEntriesByType('resource')"
                        + ".filter((it) => /\\.(js|css)$/.test(it.name))"
                        + ".reduce((sum, it) => sum + it.encodedBodySize, 0)");
    assertThat(bytes.intValue()).isBetween(50_000, 350_000);
  }
}
