package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import chat.app.PageServer;
import chat.app.ScriptedModel;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Measures how long the page takes, and prints it; what it measures is in docs/performance.md. It
 * is no test: run it by its name, {@code -Dit.test=PageTimes}, on a machine that does nothing else.
 */
@Timeout(300)
final class PageTimes {
  private static final int MESSAGES = 10_000;
  private static final int TIMES = 15;

  /** Times count from the beginning of the navigation. */
  private static final String FIRST_MESSAGE =
      """
      new MutationObserver((_, observer) => {
        if (!document.querySelector('article[data-message]')) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => (window.firstMessage = performance.now())));
      }).observe(document, { childList: true, subtree: true });
      """;

  private static final String FRAMES =
      """
      () => {
        window.frames_ = [];
        let last = performance.now();
        const tick = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(tick); };
        requestAnimationFrame(tick);
      }
      """;

  @RegisterExtension static final Browser BROWSER = new Browser();
  @RegisterExtension static final PageServer SERVER = PageServer.start(Map.of());

  @Test
  void theFirstMessageOfALongConversation() throws Exception {
    var user = PageServer.newUser();
    var conversation = SERVER.longConversation(user, MESSAGES);
    var tab = BROWSER.open(SERVER.page() + "/" + conversation).signIn(user);
    tab.page().addInitScript(FIRST_MESSAGE);
    var times = new ArrayList<Double>();
    for (int i = 0; i < TIMES; i++) {
      tab.page().reload();
      tab.page().waitForFunction("() => window.firstMessage");
      times.add(number(tab.page(), "() => window.firstMessage"));
    }
    print("first message of " + MESSAGES + ", after the navigation began", times);
  }

  @Test
  void framesWhileScrolling() throws Exception {
    var user = PageServer.newUser();
    var conversation = SERVER.longConversation(user, MESSAGES);
    var tab = BROWSER.open(SERVER.page() + "/" + conversation).signIn(user);
    assertThat(tab.page().locator("article").first()).isVisible();
    tab.page().evaluate(FRAMES);
    tab.page().mouse().move(700, 300);
    for (int i = 0; i < 150; i++) tab.page().mouse().wheel(0, -120);
    print("frames while scrolling up", frames(tab.page()));
  }

  @Test
  void framesWhileAnAnswerStreams() {
    SERVER
        .model()
        .plays(
            exchange -> {
              var stream = ScriptedModel.stream(exchange);
              for (int i = 0; i < 500; i++) {
                ScriptedModel.say(stream, i % 40 == 39 ? "word.\n\n" : "word **and** more ");
                TimeUnit.MILLISECONDS.sleep(10);
              }
              ScriptedModel.say(stream, "The end.");
              ScriptedModel.end(stream);
            });
    var tab = BROWSER.open(SERVER.page()).signIn(PageServer.newUser()).send("Tell me");
    tab.page().evaluate(FRAMES);
    assertThat(tab.text("The end.")).isVisible();
    print("frames while 100 pieces a second stream", frames(tab.page()));
  }

  private static List<Double> frames(Page page) {
    var all = (List<?>) Objects.requireNonNull(page.evaluate("() => window.frames_"));
    assertThat(all).hasSizeGreaterThan(20);
    return all.stream().map(each -> ((Number) each).doubleValue()).toList();
  }

  private static double number(Page page, String script) {
    return ((Number) Objects.requireNonNull(page.evaluate(script))).doubleValue();
  }

  private static void print(String what, List<Double> millis) {
    var sorted = millis.stream().sorted().toList();
    System.out.printf(
        "%s: median %.1f ms, 95 of 100 within %.1f ms, slowest %.1f ms, of %d%n",
        what,
        sorted.get(sorted.size() / 2),
        sorted.get(sorted.size() * 95 / 100),
        sorted.getLast(),
        sorted.size());
  }
}
