package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import chat.app.PageServer;
import chat.app.ScriptedModel;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What means harm is shown as the text that it is. That nothing of it runs, and nobody else is
 * asked for anything, is seen to by every {@link Tab}.
 */
@Timeout(120)
final class HostileIT {
  private static final String MODEL = "<img src=//localhost:9/m onerror=alert(1)>";
  private static final String ACTIVE =
      "[role=log] :is(script, style, iframe, object, embed, link, base, meta, video, audio, form,"
          + " [onerror], [onload], [onclick], a[href^='javascript:' i], a[href^='data:' i],"
          + " a[href^='vbscript:' i], img[src^='http'], img[src^='//'], img[src^='data:'])";

  @RegisterExtension static final Browser BROWSER = new Browser();

  @RegisterExtension
  static final PageServer SERVER = PageServer.start(Map.of("CHAT_MODELS", MODEL));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script> end",
        "<img src=x onerror=alert(1)> <svg onload=alert(1)></svg> end",
        "<iframe src=\"http://localhost:9/frame\"></iframe> <base href=//localhost:9/> end",
        "<style>@import 'http://localhost:9/x.css'</style><link rel=stylesheet href=//localhost:9>"
            + " end",
        "[click](javascript:alert(1)) [me](JaVaScRiPt&colon;alert(1)) [too](vbscript:x) end",
        "[data](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==) end",
        "![seen](http://localhost:9/who-reads-this.png) ![it](//localhost:9/x) end",
        "![svg](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+) end",
        "<javascript:alert(1)> <http://localhost:9/auto> http://localhost:9/bare end",
        "[ref]\n\n[ref]: javascript:alert(1) \"title\"\n\nend",
        "```html\n<script>alert(1)</script>\n```\n\nend",
        "| <script>alert(1)</script> | [x](javascript:alert(1)) |\n|---|---|\n| a | b |\n\nend",
        "\u202egnp.exe\u2066 reversed \u202d\u200f end",
        "&lt;script&gt;alert(1)&lt;/script&gt; &#x6A;avascript:alert(1) end",
      })
  void neitherAnAnswerNorAQuestionIsAnythingButText(String text) {
    SERVER.model().plays(ScriptedModel.says(text));
    var tab = BROWSER.open(SERVER.page()).signIn(PageServer.newUser());
    tab.send(text);
    assertThat(tab.answer()).containsText("end");
    assertThat(tab.questions().last()).containsText("end");
    assertThat(tab.button("Stop the answer")).hasCount(0);
    assertThat(tab.page().locator(ACTIVE)).hasCount(0);
    tab.page().reload();
    assertThat(tab.answer()).containsText("end");
    assertThat(tab.page().locator(ACTIVE)).hasCount(0);
    assertThat(isTooWide(tab)).isFalse();
  }

  @Test
  void aMegabyteOfOneWordIsShownWithoutBreakingThePage() {
    var word = "w".repeat(1 << 16);
    var pieces = new String[16];
    Arrays.fill(pieces, word);
    SERVER.model().plays(ScriptedModel.says(pieces));
    var tab = BROWSER.open(SERVER.page()).signIn(PageServer.newUser());
    tab.send("x".repeat(50_000));
    assertThat(tab.button("Stop the answer")).hasCount(0);
    assertThat(tab.answer()).containsText("wwww");
    assertThat(isTooWide(tab)).isFalse();
    SERVER.model().plays(ScriptedModel.says("well"));
    tab.send("and you?");
    assertThat(tab.answer()).hasText("well");
  }

  private static boolean isTooWide(Tab tab) {
    return (boolean)
        tab.page().evaluate("() => document.documentElement.scrollWidth > window.innerWidth");
  }

  @Test
  void namesAreTextTooOfUsersModelsAndConversations() {
    var user = "<img src=//localhost:9/u onerror=alert(1)>" + PageServer.newUser();
    var tab = BROWSER.open(SERVER.page()).signIn(user);
    assertThat(tab.page().locator("bdi")).hasText(user);
    tab.button("Model: scripted").click();
    assertThat(tab.text(MODEL)).isVisible();
    tab.page().keyboard().press("Escape");
    tab.send("<script>alert('title')</script>");
    assertThat(tab.answers()).hasCount(1);
    assertThat(tab.page().locator("img, script:not([src])")).hasCount(0);
  }
}
