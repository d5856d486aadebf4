package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import chat.app.PageServer;
import chat.app.ScriptedModel;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a reader sees of a long conversation, and of an answer that grows. */
@Timeout(180)
final class ScrollIT {
  private static final int MESSAGES = 10_000;
  private static final String END = "";

  /** Layouts round to fractions of a pixel. */
  private static final double NOTHING = 1;

  @RegisterExtension static final Browser BROWSER = new Browser();
  @RegisterExtension static final PageServer SERVER = PageServer.start(Map.of());
  private static String reader;
  private static String conversation;

  @BeforeAll
  static void start() throws Exception {
    reader = PageServer.newUser();
    conversation = SERVER.longConversation(reader, MESSAGES);
  }

  @Test
  void tenThousandMessagesOpenAtTheNewestWithFewElements() {
    var tab = BROWSER.open(SERVER.page() + "/" + conversation).signIn(reader);
    assertThat(message(tab, MESSAGES)).isInViewport();
    var scrolling = Scrolling.watch(tab);
    assertThat(scrolling.seen().gap()).isLessThan(NOTHING);
    for (int i = 0; i < 60; i++) scrolling.wheel(-600);
    assertThat(scrolling.seen().elements()).isLessThan(250);
  }

  @Test
  void nothingMovesUnderTheReaderAsOlderMessagesLoad() {
    var tab = BROWSER.open(SERVER.page() + "/" + conversation).signIn(reader);
    assertThat(message(tab, MESSAGES)).isInViewport();
    var held = new ArrayList<Route>();
    tab.page().route("**/messages?before=*", held::add);
    var scrolling = Scrolling.watch(tab);
    while (held.isEmpty()) scrolling.wheel(-240);
    for (int i = 0; i < 3; i++) scrolling.wheel(-240);
    scrolling.rest(5);
    scrolling.forget();
    var older =
        tab.page().waitForResponse("**/messages?before=*", () -> held.removeFirst().resume());
    assertThat(older.finished()).isNull();
    scrolling.rest(20);
    var seen = scrolling.seen();
    assertThat(seen.up()).as("up, of " + seen).isLessThan(NOTHING);
    assertThat(seen.down()).as("down, of " + seen).isLessThan(NOTHING);

    // And while the wheel turns, what is read goes where the wheel says: never up, never further.
    tab.page().unroute("**/messages?before=*");
    int turns = 100;
    for (int i = 0; i < turns; i++) scrolling.wheel(-240);
    seen = scrolling.seen();
    assertThat(seen.down()).as("the 200 older messages are there").isGreaterThan(20_000);
    assertThat(seen.up()).as("up, of " + seen).isLessThan(NOTHING);
    // A view scrolls by whole pixels, and what it shows is not always as high.
    assertThat(seen.ahead()).as("ahead of the wheel, of " + seen).isLessThan(turns * 0.5);
  }

  @Test
  void aLinkToAMessageOpensThereAndReadsOnBothWays() {
    var tab = BROWSER.open(SERVER.page() + "/" + conversation + "#" + id(5_001)).signIn(reader);
    assertThat(message(tab, 5_001)).isInViewport();
    assertThat(message(tab, 5_001)).containsText("M5001 ");
    var scrolling = Scrolling.watch(tab);
    for (int i = 0; i < 40; i++) scrolling.wheel(-600);
    assertThat(message(tab, 5_001)).hasCount(0);
    for (int i = 0; i < 120; i++) scrolling.wheel(600);
    assertThat(message(tab, 5_040)).hasCount(0);
    newest(tab).click();
    assertThat(message(tab, MESSAGES)).isInViewport();
    assertThat(newest(tab)).hasCount(0);
  }

  @Test
  void theViewStaysAtItsEndThroughGrowthBurstsShrinkingAndResizing() throws Exception {
    var pieces = new LinkedBlockingQueue<String>();
    SERVER.model().plays(saying(pieces));
    var tab = BROWSER.open(SERVER.page()).signIn(PageServer.newUser()).send("Tell me");
    pieces.add("It begins.");
    assertThat(tab.text("It begins.")).isVisible();
    var scrolling = Scrolling.watch(tab);
    for (int i = 0; i < 60; i++) {
      pieces.add("\n\nParagraph " + i + " of what the model has to say");
      if (i % 10 == 0) assertThat(tab.text("Paragraph " + i + " ")).isVisible();
    }
    assertThat(tab.text("Paragraph 59 ")).isInViewport();
    pieces.add("\n\n" + "A burst of words. ".repeat(2_000));
    pieces.add("\n\nThen it goes on.");
    assertThat(tab.text("Then it goes on.")).isInViewport();
    assertThat(scrolling.seen().gap()).as("gap in any frame").isLessThan(NOTHING);

    // Wider lines are fewer, narrower ones more.
    for (int width : List.of(1600, 500, 900)) {
      tab.page().setViewportSize(width, 700);
      scrolling.rest(5);
      scrolling.forget();
      pieces.add(" Still at " + width + ".");
      assertThat(tab.text("Still at " + width + ".")).isInViewport();
      assertThat(scrolling.seen().gap()).as("gap at a width of " + width).isLessThan(NOTHING);
    }
    pieces.add(END);
    assertThat(tab.button("Stop the answer")).hasCount(0);
    assertThat(scrolling.seen().gap()).as("gap at the end").isLessThan(NOTHING);
  }

  @Test
  void whoReadsFurtherUpIsLeftInPeaceUntilTheyWantTheNewest() throws Exception {
    var pieces = new LinkedBlockingQueue<String>();
    SERVER.model().plays(saying(pieces));
    var tab = BROWSER.open(SERVER.page()).signIn(PageServer.newUser()).send("Tell me");
    pieces.add("It begins. " + "\n\nSome paragraph.".repeat(60));
    assertThat(tab.text("Some paragraph.").last()).isInViewport();
    var scrolling = Scrolling.watch(tab);
    scrolling.wheel(-700);
    scrolling.rest(5);
    scrolling.forget();
    for (int i = 0; i < 30; i++) pieces.add("\n\nLater paragraph " + i + ".");
    assertThat(newest(tab)).hasText("New messages");
    assertThat(tab.text("Later paragraph 29.")).not().isInViewport();
    var seen = scrolling.seen();
    assertThat(seen.up() + seen.down()).as("moved, of " + seen).isLessThan(NOTHING);

    newest(tab).click();
    assertThat(tab.text("Later paragraph 29.")).isInViewport();
    scrolling.rest(5);
    scrolling.forget();
    pieces.add("\n\nFollowed again.");
    assertThat(tab.text("Followed again.")).isInViewport();
    assertThat(scrolling.seen().gap()).isLessThan(NOTHING);
    pieces.add(END);
    assertThat(tab.button("Stop the answer")).hasCount(0);
  }

  private static ScriptedModel.Script saying(LinkedBlockingQueue<String> pieces) {
    return exchange -> {
      var stream = ScriptedModel.stream(exchange);
      for (var piece = pieces.take(); !piece.equals(END); piece = pieces.take()) {
        ScriptedModel.say(stream, piece);
      }
      ScriptedModel.end(stream);
    };
  }

  private static Locator newest(Tab tab) {
    var words = Pattern.compile("to the newest");
    return tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(words));
  }

  private static Locator message(Tab tab, int n) {
    return tab.page().locator("article[data-message='" + id(n) + "']");
  }

  private static String id(int n) {
    return "00000000-0000-7000-8000-%012d".formatted(n);
  }
}
