package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import chat.app.Client;
import chat.app.PageServer;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a message is written, before it is sent. */
@Timeout(120)
final class ComposerIT {
  private static final String DOT =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  private static final FilePayload NOTES =
      new FilePayload("notes.txt", "text/plain", "buy milk".getBytes(UTF_8));

  /** Carries a file as the clipboard or a drag does, to where it is let go. */
  private static final String CARRY =
      """
      (target, {event, name, type, bytes}) => {
        const carried = new DataTransfer();
        const content = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));
        carried.items.add(new File([content], name, {type}));
        const given = {bubbles: true, cancelable: true};
        target.dispatchEvent(event === 'paste'
          ? new ClipboardEvent(event, {...given, clipboardData: carried})
          : new DragEvent(event, {...given, dataTransfer: carried}));
      }
      """;

  @RegisterExtension static final Browser BROWSER = new Browser();
  @RegisterExtension static final PageServer SERVER = PageServer.start(Map.of());
  private String user;
  private Tab tab;

  @BeforeEach
  void signIn() {
    user = PageServer.newUser();
    tab = BROWSER.open(SERVER.page()).signIn(user);
  }

  private void attach(FilePayload... files) {
    tab.page().locator("input[type=file]").setInputFiles(files);
  }

  private Locator attached() {
    return tab.page().getByLabel("Attached files").getByRole(AriaRole.LISTITEM);
  }

  private void carry(Locator target, String event, String name, String type, String bytes) {
    target.evaluate(CARRY, Map.of("event", event, "name", name, "type", type, "bytes", bytes));
  }

  @Test
  void whatIsBeingWrittenIsFoundAgainAfterAReloadWithItsFiles() {
    tab.composer().fill("half a thought");
    attach(NOTES);
    assertThat(attached()).containsText("8 B");
    assertThat(attached().getByRole(AriaRole.PROGRESSBAR)).hasCount(0);
    tab.page().reload();
    assertThat(tab.composer()).hasValue("half a thought");
    assertThat(attached()).containsText("notes.txt");
    tab.composer().press("Enter");
    assertThat(tab.composer()).hasValue("");
    assertThat(attached()).hasCount(0);
    assertThat(tab.page().getByRole(AriaRole.ARTICLE).first()).containsText("notes.txt");
  }

  @Test
  void eachConversationKeepsWhatIsBeingWrittenInIt() throws IOException {
    try (Client client = SERVER.client()) {
      var token = client.token(user);
      for (var title : List.of("one", "other"))
        client.post(token, "/api/" + user + "/conversations", Map.of("title", title));
    }
    tab.page().reload();
    var conversations = tab.page().getByLabel("Conversations");
    conversations.getByText("one").click();
    tab.composer().fill("for one");
    conversations.getByText("other").click();
    assertThat(tab.composer()).hasValue("");
    conversations.getByText("one").click();
    assertThat(tab.composer()).hasValue("for one");
  }

  @Test
  void filesComeByButtonByPasteAndByDropAndImagesAreSeen() {
    attach(NOTES);
    carry(tab.composer(), "paste", "pasted.png", "image/png", DOT);
    var page = tab.page().locator("body");
    carry(page, "dragenter", "dropped.md", "text/markdown", DOT);
    assertThat(tab.text("Drop files to attach them")).isVisible();
    var text = Base64.getEncoder().encodeToString("# dropped".getBytes(UTF_8));
    carry(page, "drop", "dropped.md", "text/markdown", text);
    assertThat(tab.text("Drop files to attach them")).hasCount(0);
    assertThat(attached()).containsText(new String[] {"notes.txt", "pasted.png", "dropped.md"});
    assertThat(attached().getByRole(AriaRole.PROGRESSBAR)).hasCount(0);
    var preview = attached().nth(1).locator("img");
    assertThat(preview).hasJSProperty("complete", true);
    assertThat(preview).hasJSProperty("naturalWidth", 1);
    tab.button("Remove notes.txt").click();
    tab.send("look");
    var sent = tab.page().getByRole(AriaRole.ARTICLE).first();
    assertThat(sent).containsText("dropped.md");
    assertThat(sent).not().containsText("notes.txt");
  }

  @Test
  void aFileThatIsNotTakenIsSaidBeforeAByteIsSent() {
    attach(new FilePayload("run.exe", "application/x-msdownload", new byte[] {1}));
    assertThat(tab.text("run.exe\u2069: files of this type are not taken")).isVisible();
    assertThat(attached()).hasCount(0);
  }

  @Test
  void aMessageWaitsForItsFiles() {
    var held = new ArrayList<Route>();
    tab.page().route("**/attachments/*", held::add);
    tab.composer().fill("see the notes");
    attach(NOTES);
    assertThat(attached().getByRole(AriaRole.PROGRESSBAR)).isVisible();
    tab.composer().press("Enter");
    assertThat(tab.text("Goes out when the files are there")).isVisible();
    assertThat(tab.composer()).hasValue("see the notes");
    tab.page().waitForCondition(() -> !held.isEmpty());
    held.getFirst().resume();
    assertThat(tab.page().getByRole(AriaRole.ARTICLE).first()).containsText("see the notes");
    assertThat(tab.composer()).hasValue("");
  }

  @Test
  void anUploadThatFailedIsTriedAgain() {
    tab.expectsNoNetwork();
    var lost = new AtomicBoolean(true);
    tab.page()
        .route(
            "**/attachments/*",
            route -> {
              if (lost.get()) route.abort();
              else route.resume();
            });
    attach(NOTES);
    assertThat(attached()).containsText("The server cannot be reached");
    lost.set(false);
    tab.button("Upload notes.txt again").click();
    assertThat(attached()).containsText("8 B");
    assertThat(attached().getByRole(AriaRole.PROGRESSBAR)).hasCount(0);
  }

  @Test
  void theFieldGrowsWithWhatIsWrittenAndThenScrolls() {
    double one = height();
    tab.composer().press("a");
    tab.composer().press("Shift+Enter");
    tab.composer().press("Shift+Enter");
    assertThat(tab.composer()).hasValue("a\n\n");
    Assertions.assertThat(height()).isGreaterThan(one);
    tab.composer().fill("line\n".repeat(200));
    Assertions.assertThat(height()).isBetween(200.0, 0.45 * 800);
    tab.composer().fill("");
    Assertions.assertThat(height()).isEqualTo(one);
  }

  private double height() {
    return tab.composer().boundingBox().height;
  }

  @Test
  void keysLeadToEveryPartOfThePage() {
    var keys = tab.page().keyboard();
    keys.press("Control+k");
    assertThat(tab.page().getByLabel("Search conversations")).isFocused();
    keys.press("Shift+Escape");
    assertThat(tab.composer()).isFocused();
    keys.press("Control+Shift+S");
    assertThat(tab.page().getByLabel("Search conversations")).hasCount(0);
    keys.press("Control+k");
    assertThat(tab.page().getByLabel("Search conversations")).isFocused();
    tab.button("New conversation").or(tab.page().getByText("New conversation")).first().focus();
    keys.press("?");
    var help = tab.page().getByRole(AriaRole.DIALOG);
    assertThat(help).containsText("Keyboard shortcuts");
    keys.press("Escape");
    assertThat(help).hasCount(0);
  }
}
