package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import chat.app.PageServer;
import chat.app.ScriptedModel;
import chat.npm.NpmPackages;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page for people who do not see it, see little, or use no mouse. */
@Timeout(180)
final class AccessibilityIT {
  private static final String MARKDOWN =
      """
      # A heading

      Some *text* with a [link](https://example.org), `code` and a list:

      1. one
      2. two

      | a | b |
      |---|---|
      | 1 | 2 |

      ```java
      // a comment
      final var answer = compute("forty", 2);
      ```

      > quoted
      """;

  @RegisterExtension static final Browser BROWSER = new Browser();
  @RegisterExtension static final PageServer SERVER = PageServer.start(Map.of());

  @BeforeEach
  void arrange() {
    SERVER.model().plays(ScriptedModel.says("ok"));
  }

  /** Asks axe what is seriously wrong. */
  private static void check(Tab tab, String state) throws IOException {
    var axe = NpmPackages.installed().resolve("node_modules/axe-core/axe.min.js");
    tab.page().evaluate(Files.readString(axe));
    var found =
        (List<?>)
            tab.page()
                .evaluate(
                    """
                    async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
                      .filter((it) => it.impact === 'serious' || it.impact === 'critical')
                      .map((it) => `${it.id}: ${it.nodes.map((n) => n.html + ' ' + n.failureSummary).join(' | ')}`)
                    """);
    assertThat(found).as(state).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"DARK", "LIGHT"})
  void nothingIsSeriouslyWrongInEitherTheme(ColorScheme theme) throws IOException {
    var tab = BROWSER.open(SERVER.page(), options -> options.setColorScheme(theme));
    assertThat(tab.page().getByLabel("User name")).isVisible();
    check(tab, "sign-in");
    tab.signIn(PageServer.newUser());
    check(tab, "nothing said yet");
    try (var model = new Prompter()) {
      SERVER.model().plays(model);
      tab.send("Show me *everything*");
      assertThat(tab.text("Thinking…").first()).isVisible();
      check(tab, "before the first word");
      model.say(MARKDOWN);
      assertThat(tab.answer()).containsText("quoted");
      check(tab, "while it is written");
      tab.send("next");
      assertThat(tab.waiting()).hasCount(1);
      check(tab, "with a message that waits");
      SERVER.model().plays(ScriptedModel.says("later"));
    }
    assertThat(tab.answer()).hasText("later");
    assertThat(tab.button("Stop the answer")).hasCount(0);
    SERVER.model().plays(ScriptedModel.refuses(400));
    tab.send("fail");
    assertThat(tab.text("The answer failed").first()).isVisible();
    check(tab, "a failed answer");
    tab.answer().hover();
    assertThat(tab.page().getByRole(AriaRole.TOOLBAR)).isVisible();
    check(tab, "what can be done with a message");
    tab.page().getByText("Settings of").click();
    assertThat(tab.page().getByRole(AriaRole.MENU)).isVisible();
    check(tab, "a menu");
    tab.page().getByText("Keyboard shortcuts").click();
    assertThat(tab.page().getByRole(AriaRole.DIALOG)).isVisible();
    check(tab, "a dialog");
    tab.page().keyboard().press("Escape");
    tab.page().getByLabel("Search conversations").fill("everything");
    assertThat(tab.page().locator("mark")).isVisible();
    check(tab, "a search");
    tab.page().setViewportSize(390, 844);
    assertThat(tab.button("Show conversations")).isVisible();
    check(tab, "a phone");
    tab.button("Show conversations").click();
    assertThat(tab.page().getByLabel("Search conversations")).isVisible();
    check(tab, "a phone with the list");
  }

  @Test
  void everythingCanBeDoneByKeysAlone() {
    var tab = BROWSER.open(SERVER.page());
    var keys = tab.page().keyboard();
    assertThat(tab.page().getByLabel("User name")).isFocused();
    keys.type(PageServer.newUser());
    keys.press("Enter");
    assertThat(tab.composer()).isFocused();
    keys.type("first");
    keys.press("Enter");
    assertThat(tab.answer()).hasText("ok");
    try (var model = new Prompter()) {
      SERVER.model().plays(model);
      keys.type("second");
      keys.press("Enter");
      model.say("so far");
      assertThat(tab.answer()).hasText("so far");
      keys.press("Escape");
      assertThat(tab.text("You stopped the answer.").first()).isVisible();
    }
    SERVER.model().plays(ScriptedModel.says("anew"));
    keys.press("ArrowUp");
    assertThat(tab.editor()).isFocused();
    keys.press("ControlOrMeta+a");
    keys.type("better said");
    keys.press("Enter");
    assertThat(tab.answer()).hasText("anew");
    keys.press("ControlOrMeta+k");
    assertThat(tab.page().getByLabel("Search conversations")).isFocused();
    keys.press("Tab");
    assertThat(tab.listed(ScriptedModel.TITLE)).isFocused();
    keys.press("Tab");
    keys.press("Enter");
    assertThat(tab.page().getByRole(AriaRole.MENU)).isVisible();
    keys.press("Escape");
    assertThat(tab.page().getByRole(AriaRole.MENU)).hasCount(0);
    keys.press("ControlOrMeta+Shift+o");
    assertThat(tab.composer()).isFocused();
    assertThat(tab.page()).hasURL(SERVER.page());
  }

  @Test
  void aScreenReaderIsToldTheAnswerOnceWhenItIsWhole() {
    var tab = BROWSER.open(SERVER.page()).signIn(PageServer.newUser());
    var told = tab.page().locator("[aria-live=polite].sr-only");
    try (var model = new Prompter()) {
      SERVER.model().plays(model);
      tab.send("Read it to me");
      model.say("One sentence. ");
      assertThat(told).hasText("The answer is being written.");
      model.say("And another.");
      assertThat(tab.answer()).containsText("another");
      assertThat(told).hasText("The answer is being written.");
      model.end();
      assertThat(told).containsText("One sentence. And another.");
    }
    assertThat(tab.page().locator("[role=log]")).hasAttribute("aria-live", "off");
  }
}
