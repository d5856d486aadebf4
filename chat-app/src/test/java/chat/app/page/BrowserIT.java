package chat.app.page;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.app.PageServer;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shows that nothing of what a test of the page must not overlook is overlooked. */
@Timeout(120)
final class BrowserIT {
  @RegisterExtension static final Browser BROWSER = new Browser();
  @RegisterExtension static final PageServer SERVER = PageServer.start(Map.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          console.error('out of order')                                  | out of order
          setTimeout(() => { throw new Error('unseen') })                | unseen
          void Promise.reject(new Error('unheard'))                      | unheard
          document.body.append(Object.assign(document.createElement('script'), {text: '1'})) | Trusted
          document.body.setAttribute('style', 'color: red')              | style-src
          document.body.innerHTML = '<p>'                                | Trusted
          new Image().src = 'http://localhost:9/who-reads-this'          | img-src
          fetch('/nowhere')                                              | status of 404
          """)
  void whatAUserWouldNotSeeFailsTheTest(String script, String complaint) {
    var tab = BROWSER.open(SERVER.page());
    tab.page().evaluate("() => void (" + inScript(script) + ")()");
    tab.page().waitForCondition(() -> tab.complains(complaint));
    assertThatThrownBy(tab::assertQuiet).hasMessageFindingMatch(complaint);
    tab.expects(".");
  }

  private static String inScript(String script) {
    return "async () => { try { " + script + " } catch (e) { if (!/Trusted/.test(e)) throw e } }";
  }
}
