package chat.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Is one tab with the page in it. It keeps what a user would never see: errors on the console,
 * errors and rejections that nobody caught, violations of the page's policy, requests to others
 * than the page's server. All of them fail the test, unless it said that it expects them.
 */
final class Tab {
  /** Is run in every document before its own scripts. */
  static final String WATCH =
      """
      addEventListener('securitypolicyviolation', (e) =>
        console.error(`violates the policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
      """;

  private final Page page;
  private final List<String> complaints = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private final List<Pattern> expected = new ArrayList<>();
  private final String server;

  private Tab(Page page, String server) {
    this.page = page;
    this.server = server;
  }

  static Tab of(Page page, String url) {
    var tab = new Tab(page, authority(url));
    page.onConsoleMessage(tab::hear);
    page.onPageError(error -> tab.complaints.add("uncaught: " + error));
    page.onRequest(tab::see);
    page.onDialog(
        dialog -> {
          tab.complaints.add("dialog: " + dialog.message());
          dialog.dismiss();
        });
    return tab;
  }

  private void hear(ConsoleMessage message) {
    said.add(message.type() + ": " + message.text());
    if (message.type().equals("error")) complaints.add(message.text() + " " + message.location());
  }

  private void see(Request request) {
    var url = request.url();
    boolean own = !url.startsWith("http") || authority(url).equals(server);
    if (!own) complaints.add("asks others: " + request.method() + " " + url);
  }

  private static String authority(String url) {
    return Objects.requireNonNullElse(URI.create(url.split("[?#]", 2)[0]).getAuthority(), "");
  }

  Page page() {
    return page;
  }

  /** Expects complaints that match, as when a server is away. */
  Tab expects(String complaint) {
    expected.add(Pattern.compile(complaint));
    return this;
  }

  /** Expects what the console says of an answer with that status. */
  Tab expectsStatus(int status) {
    return expects("the server responded with a status of " + status);
  }

  /** Expects what the console says when nothing can be reached. */
  Tab expectsNoNetwork() {
    return expects("net::ERR_");
  }

  boolean complains(String complaint) {
    return complaints.stream().anyMatch(Pattern.compile(complaint).asPredicate());
  }

  /** Fails on what nobody expected. */
  void assertQuiet() {
    assertThat(complaints)
        .as("complaints of " + page.url())
        .allMatch(each -> expected.stream().anyMatch(it -> it.matcher(each).find()));
  }

  List<String> said() {
    var all = new ArrayList<>(said);
    all.addAll(complaints);
    return all;
  }

  void picture(Path file) {
    try {
      page.screenshot(new Page.ScreenshotOptions().setPath(file));
    } catch (PlaywrightException e) {
      said.add("no picture: " + e.getMessage());
    }
  }

  /** Signs in by the development login. */
  Tab signIn(String user) {
    page.getByLabel("User name").fill(user);
    button("Sign in").click();
    composer().waitFor();
    return this;
  }

  /** Writes a message and sends it. */
  Tab send(String text) {
    composer().fill(text);
    composer().press("Enter");
    return this;
  }

  Locator composer() {
    return page.getByRole(AriaRole.TEXTBOX, named("Message"));
  }

  Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, named(name));
  }

  /** Returns the link of that name, of several the first. */
  Locator link(String name) {
    return page.getByRole(AriaRole.LINK, named(name)).first();
  }

  /** Returns where an earlier message is written anew. */
  Locator editor() {
    return page.getByLabel("Edit the message");
  }

  /** Returns the newest answer. */
  Locator answer() {
    return answers().last();
  }

  /** Returns the texts of the assistant that are shown, without what can be done with them. */
  Locator answers() {
    return page.locator("[data-message] .md");
  }

  /** Returns the newest message of the user's. */
  Locator question() {
    return questions().last();
  }

  /** Returns what the user said. */
  Locator questions() {
    return page.locator("[data-message] p.whitespace-pre-wrap");
  }

  /** Returns the messages that wait for their turn. */
  Locator waiting() {
    return page.getByLabel("Waiting messages").getByRole(AriaRole.LISTITEM);
  }

  /** Returns the conversation of that title in the list. */
  Locator listed(String title) {
    return page.getByLabel("Conversations")
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(title));
  }

  /** Returns what shows that text. */
  Locator text(String text) {
    return page.getByText(text);
  }

  /** Returns what finds an element by its whole name. */
  static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }
}
