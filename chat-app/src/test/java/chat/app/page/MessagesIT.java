package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chat.app.PageServer;
import chat.app.ScriptedModel;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What messages of each kind look like: Markdown of a scripted model, the demo agent's other kinds.
 */
@Timeout(120)
final class MessagesIT {
  private static final byte[] PIXEL =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==");

  @RegisterExtension static final Browser BROWSER = new Browser();
  @RegisterExtension static final PageServer SERVER = PageServer.start(Map.of());

  @RegisterExtension
  static final PageServer DEMO =
      PageServer.start(Map.of("OPENAI_BASE_URL", "", "OPENAI_MODEL", ""));

  private static Tab signIn(PageServer where) {
    return BROWSER.open(where.page()).signIn(PageServer.newUser());
  }

  private static Tab answered(String... pieces) {
    SERVER.model().plays(ScriptedModel.says(pieces));
    return signIn(SERVER).send("Go on");
  }

  /** Returns the part of a message that says this. */
  private static Locator shown(Tab tab, String text) {
    return tab.page().getByRole(AriaRole.LOG).getByText(text);
  }

  private static Locator role(Tab tab, AriaRole role, String name) {
    var options = new Page.GetByRoleOptions();
    return tab.page().getByRole(role, options.setName(name).setExact(true));
  }

  @Test
  void markdownIsDrawnAndItsLinksLeadOutSafely() {
    var tab =
        answered(
            "# Ti",
            "tle\n\nSome **bo",
            "ld** [wor",
            "ds](https://example",
            ".org/a)\n\n| a | ",
            "b |\n|---|---|\n| 1 | 2 |\n");
    assertThat(tab.page().getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Title")))
        .isVisible();
    assertThat(tab.page().locator(".md strong")).hasText("bold");
    var link = role(tab, AriaRole.LINK, "words");
    assertThat(link).hasAttribute("href", "https://example.org/a");
    assertThat(link).hasAttribute("rel", "noopener noreferrer nofollow");
    assertThat(link).hasAttribute("target", "_blank");
    assertThat(tab.page().getByRole(AriaRole.CELL)).hasText(new String[] {"1", "2"});
  }

  @Test
  void codeIsColouredAndCopied() {
    var code = "function add(a) {\n  return a + 1; // more\n}";
    var tab = answered("```js\n" + code + "\n```\n\nThat was it.");
    assertThat(tab.page().locator("pre code")).hasText(code);
    tab.page()
        .waitForCondition(
            () ->
                tab.page()
                    .evaluate(
                        """
                        [...(CSS.highlights.get('code-keyword') ?? [])].map(
                          (range) => range.startContainer.data.slice(range.startOffset, range.endOffset))
                        """)
                    .equals(List.of("function", "return")));
    tab.page().locator(".code").getByRole(AriaRole.BUTTON).click();
    assertThat(shown(tab, "Copied")).isVisible();
    tab.composer().focus();
    tab.page().keyboard().press("Control+V");
    assertThat(tab.composer()).hasValue(code);
  }

  @Test
  void codeIsCopiedWhereTheBrowserHasNoClipboardForUs() {
    SERVER.model().plays(ScriptedModel.says("```\nsome code\n```"));
    var tab = signIn(SERVER);
    tab.page().evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    tab.send("Go on");
    tab.page().locator(".code").getByRole(AriaRole.BUTTON).click();
    assertThat(shown(tab, "Copied")).isVisible();
    tab.composer().focus();
    tab.page().keyboard().press("Control+V");
    assertThat(tab.composer()).hasValue("some code");
  }

  @Test
  void aWideTableScrollsByItselfOnAPhone() {
    var row = "| wordwordword ".repeat(12) + "|\n";
    SERVER.model().plays(ScriptedModel.says(row + "|---".repeat(12) + "|\n" + row));
    var tab =
        BROWSER
            .open(SERVER.page(), options -> options.setViewportSize(360, 700))
            .signIn(PageServer.newUser())
            .send("Go on");
    var table = role(tab, AriaRole.GROUP, "Table");
    assertThat(table).isVisible();
    assertThat((Boolean) table.evaluate("(box) => box.scrollWidth > box.clientWidth")).isTrue();
    var log = tab.page().getByRole(AriaRole.LOG);
    assertThat((Boolean) log.evaluate("(log) => log.scrollWidth <= log.clientWidth")).isTrue();
  }

  @Test
  void aWidgetIsDrawnAndItsButtonDoesWhatItSays() {
    var tab = signIn(DEMO).send("/show");
    assertThat(shown(tab, "word after word, as you know.")).isVisible();
    tab.button("Like it").click();
    assertThat(shown(tab, "You liked it.")).isVisible();
    assertThat(shown(tab, "You did DEMO.like.")).isVisible();
    tab.page().reload();
    assertThat(shown(tab, "You liked it.")).isVisible();
    assertThat(tab.button("Like it")).hasCount(0);
  }

  @Test
  void thoughtsWorkImagesAndSourcesAreShown() {
    var tab = signIn(DEMO).send("/show");
    shown(tab, "Thought for").click();
    assertThat(shown(tab, "First the work, then the widget.")).isVisible();
    shown(tab, "Looked for a widget").click();
    assertThat(shown(tab, "Chose one")).isVisible();
    assertThat(role(tab, AriaRole.LINK, "Widget"))
        .hasAttribute("href", "https://en.wikipedia.org/wiki/Widget");
    assertThat(role(tab, AriaRole.IMG, "Generated")).isVisible();
    var mark = role(tab, AriaRole.LINK, "Source 1: PostgreSQL");
    assertThat(mark).hasAttribute("href", "https://www.postgresql.org/");
    mark.focus();
    assertThat(tab.page().getByRole(AriaRole.TOOLTIP)).containsText("Source 1: PostgreSQL");
    shown(tab, "1 source").click();
    assertThat(shown(tab, "www.postgresql.org")).isVisible();
  }

  @Test
  void aFormIsFilledInAndReadAgain() {
    var tab = signIn(DEMO).send("/ask");
    role(tab, AriaRole.RADIO, "Coffee").check();
    role(tab, AriaRole.CHECKBOX, "Milk").check();
    role(tab, AriaRole.TEXTBOX, "Another answer to: Anything with it?").fill("Honey");
    assertThat(tab.button("Answer")).isDisabled();
    role(tab, AriaRole.TEXTBOX, "For whom is it?").fill("Ann");
    tab.button("Answer").click();
    assertThat(shown(tab, "extras: [Milk, Honey]")).isVisible();
    tab.page().reload();
    assertThat(shown(tab, "Milk, Honey").first()).isVisible();
    assertThat(tab.button("Answer")).hasCount(0);
  }

  @Test
  void aFormIsLeft() {
    var tab = signIn(DEMO).send("/ask");
    tab.button("Skip all").click();
    assertThat(shown(tab, "You skipped it.")).isVisible();
    assertThat(shown(tab, "You skipped this.")).isVisible();
  }

  @Test
  void whatWasAttachedIsSeenAndFetched() {
    var tab = answered("I see.");
    assertThat(shown(tab, "I see.")).isVisible();
    tab.page()
        .locator("input[type=file]")
        .setInputFiles(
            new FilePayload[] {
              new FilePayload("dot.png", "image/png", PIXEL),
              new FilePayload("notes.txt", "text/plain", "words".getBytes(UTF_8))
            });
    assertThat(tab.text("dot.png")).isVisible();
    tab.send("Look");
    var sent = role(tab, AriaRole.LIST, "Attachments");
    var picture = sent.locator("img");
    assertThat(picture).hasAttribute("alt", "dot.png");
    tab.page()
        .waitForCondition(
            () -> Integer.valueOf(1).equals(picture.evaluate("it => it.naturalWidth")));
    assertThat(sent).containsText("TXT");
    var download = tab.page().waitForDownload(() -> sent.getByRole(AriaRole.BUTTON).click());
    assertThat(download.path()).hasContent("words");
  }
}
