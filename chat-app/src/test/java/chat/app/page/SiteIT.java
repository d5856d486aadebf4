package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import chat.app.NextJs;
import chat.app.PageServer;
import chat.app.ScriptedModel;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What users see of the site of {@code docs/examples/nextjs}: its sign-in, its own use of ChatKit,
 * whose component is replaced by a stand-in, and the server's page at the site's address.
 */
@Timeout(600)
final class SiteIT {
  @RegisterExtension static final Browser BROWSER = new Browser();

  private static final Path STAND_IN = Path.of("src/test/resources/chat/app/page/chatkit.js");
  private static final String CDN =
      "https://cdn.platform.openai.com/deployments/chatkit/chatkit.js";
  private static final String END = "";

  private static PageServer server;
  private static NextJs site;
  private static @Nullable String known;
  private BlockingQueue<String> words = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() throws Exception {
    NextJs.install();
    var url = NextJs.freeUrl();
    server = PageServer.start(NextJs.settingsOfTheServer(url));
    site = NextJs.start(url, server.url());
  }

  @AfterAll
  static void stop() {
    if (site != null) site.close();
    if (server != null) server.close();
  }

  /** The model says what it is given, until that is the end. */
  @BeforeEach
  void speak() {
    var given = new LinkedBlockingQueue<String>();
    words = given;
    server
        .model()
        .plays(
            exchange -> {
              var stream = ScriptedModel.stream(exchange);
              for (var word = given.take(); !word.equals(END); word = given.take()) {
                ScriptedModel.say(stream, word);
              }
              ScriptedModel.end(stream);
            });
  }

  @AfterEach
  void fallSilent() {
    words.add(END);
  }

  /**
   * Opens the site as somebody who has signed up, which Better Auth allows thrice in ten seconds.
   */
  private static Tab signedUp() {
    var signedUp = known;
    var signIn = site.url() + "/sign-in";
    var tab =
        BROWSER.open(signIn, it -> it.setStorageState(signedUp)).expects("asks others: GET " + CDN);
    var context = tab.page().context();
    context.route(CDN, route -> route.fulfill(new Route.FulfillOptions().setPath(STAND_IN)));
    if (signedUp != null) {
      tab.page().navigate(site.url());
    } else {
      tab.page().getByLabel("E-mail").fill("alice@users.example");
      tab.page().getByLabel("Password").fill("correct horse battery");
      tab.button("Sign up").click();
      tab.page().waitForURL(site.url() + "/");
      known = context.storageState();
    }
    return tab;
  }

  private static Locator chatKit(Tab tab) {
    return tab.page().locator("openai-chatkit:defined");
  }

  private static void ask(Tab tab, String question) {
    chatKit(tab).evaluate("(it, text) => { it.sendUserMessage({ text }); }", question);
  }

  @Test
  void whoSignsUpTalksThroughChatKitWordByWord() {
    var tab = signedUp();
    ask(tab, "hi");
    words.add("Good");
    assertThat(chatKit(tab)).hasText("Good");
    words.add(" evening");
    assertThat(chatKit(tab)).hasText("Good evening");
    assertThat(tab.button("Stop")).isEnabled();
    words.add(END);
    assertThat(tab.button("Stop")).isDisabled();
  }

  @Test
  void theSitesButtonStopsTheAnswer() {
    var tab = signedUp();
    ask(tab, "hi");
    words.add("So far");
    assertThat(chatKit(tab)).hasText("So far");
    tab.button("Stop").click();
    assertThat(tab.button("Stop")).isDisabled();
    assertThat(chatKit(tab)).hasText("So far");
  }

  @Test
  void afterAReloadTheAnswerGoesOn() {
    var tab = signedUp();
    ask(tab, "hi");
    words.add("one");
    assertThat(chatKit(tab)).hasText("one");
    tab.page().reload();
    assertThat(tab.button("Stop")).isEnabled();
    words.add(" two");
    words.add(END);
    assertThat(chatKit(tab)).hasText("one two");
    assertThat(tab.button("Stop")).isDisabled();
  }

  @Test
  void theServersPageKnowsWhoSignedInAtTheSite() {
    var tab = signedUp();
    tab.page().navigate(site.url() + "/dashboard/chat");
    tab.composer().waitFor();
    tab.send("hi");
    words.add("Good evening");
    assertThat(tab.page().getByRole(AriaRole.LOG)).containsText("Good evening");
  }

  @Test
  void whoDidNotSignInIsSentToTheSitesSignIn() {
    var tab = BROWSER.open(site.url() + "/dashboard/chat").expectsStatus(401);
    tab.page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Sign in")).click();
    assertThat(tab.page().getByLabel("E-mail")).isVisible();
  }
}
