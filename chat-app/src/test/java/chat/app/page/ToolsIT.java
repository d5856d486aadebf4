package chat.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import chat.app.PageServer;
import chat.app.folder.DataFolder;
import chat.app.todo.TodoServer;
import chat.model.Caller;
import chat.model.UserId;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tools as their user sees them: the example's to-do list, called by the demo agent. */
@Timeout(120)
final class ToolsIT {
  @RegisterExtension static final Browser BROWSER = new Browser();
  @TempDir private static Path folder;
  private static TodoServer todo;
  private static PageServer server;

  private final String user = PageServer.newUser();
  private Tab tab;

  @BeforeAll
  static void start() throws Exception {
    todo = TodoServer.start(DataFolder.open(folder), ToolsIT::holder, 0);
    var tools = folder.resolve("tools.json");
    Files.writeString(
        tools,
        """
        {"mcpServers": {"todo": {"url": "%s", "identity": "forward"}}}
        """
            .formatted(todo.url()));
    server =
        PageServer.start(
            Map.of("CHAT_MCP_CONFIG", tools.toString(), "OPENAI_BASE_URL", "", "OPENAI_MODEL", ""));
  }

  /** Reads who holds a token; that it is good is the chat server's business here. */
  private static Caller holder(String token) {
    try {
      var claims = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
      var subject = new ObjectMapper().readTree(claims).get("sub").textValue();
      return new Caller(new UserId(subject), token, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void stop() {
    if (server != null) server.close();
    if (todo != null) todo.close();
  }

  @BeforeEach
  void signIn() {
    tab = BROWSER.open(server.page()).signIn(user);
  }

  private static Locator card(Tab tab, String name) {
    return tab.page().getByRole(AriaRole.REGION, named("Tool todo__" + name)).last();
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  private Locator todos(String call) {
    return card(tab, call).getByRole(AriaRole.LISTITEM);
  }

  /**
   * Says something behind the end of the turn before: one that waited has no token for its tools.
   */
  private void say(String text) {
    assertThat(tab.button("Stop the answer")).hasCount(0);
    tab.send(text);
  }

  private void add(String text) {
    say("/tool todo__add {\"text\": \"" + text + "\"}");
    tab.button("Allow").click();
    assertThat(card(tab, "add")).containsText("done");
  }

  @Test
  void aCallThatIsAllowedSaysHowItWentAndItsToDoItemsAreAList() {
    say("/tool todo__add {\"text\": \"Buy milk\"}");
    assertThat(card(tab, "add")).containsText("waits for you");
    assertThat(card(tab, "add")).containsText("\"text\": \"Buy milk\"");
    tab.button("Allow").click();
    assertThat(card(tab, "add")).containsText(Pattern.compile("done · \\d"));
    assertThat(tab.button("Allow")).hasCount(0);
    add("Write");
    say("/tool todo__complete {\"id\": 1}");
    tab.button("Allow").click();
    assertThat(todos("complete")).hasText("Buy milk");
    say("/tool todo__list");
    assertThat(todos("list")).hasText(new String[] {"Buy milk", "Write"});
    assertThat(todos("list").first().getByLabel("done")).isVisible();
    assertThat(todos("list").last().getByLabel("to do")).isVisible();
    tab.page().reload();
    assertThat(todos("list")).hasText(new String[] {"Buy milk", "Write"});
  }

  @Test
  void aCallThatIsDeniedIsNotMade() {
    say("/tool todo__add {\"text\": \"Nothing\"}");
    tab.button("Deny").click();
    assertThat(card(tab, "add")).containsText("not allowed");
    say("/tool todo__list");
    assertThat(card(tab, "list")).containsText("Nothing is to be done.");
  }

  @Test
  void aCallIsMadeWithTheArgumentsThatWereWrittenInstead() {
    say("/tool todo__add {\"text\": \"Buy milk\"}");
    tab.button("Edit arguments").click();
    var editor = tab.page().getByLabel("Arguments, as JSON");
    editor.fill("{\"text\": ");
    assertThat(tab.button("Allow with these arguments")).isDisabled();
    editor.fill("{\"text\": \"Buy oat milk\"}");
    tab.button("Allow with these arguments").click();
    assertThat(todos("add")).hasText("Buy oat milk");
  }

  @Test
  void whatACallWasMadeWithAndWhatItGaveIsFoldedAway() {
    add("Buy milk");
    var card = card(tab, "add");
    assertThat(card).not().containsText("Arguments");
    card.locator("summary").focus();
    tab.page().keyboard().press("Enter");
    assertThat(card).containsText("Arguments");
    assertThat(card).containsText("added 1: Buy milk");
    tab.page().keyboard().press("Enter");
    assertThat(card).not().containsText("Arguments");
  }

  @Test
  void aCallThatFailsSaysWhyInWords() {
    say("/tool todo__complete {\"id\": 7}");
    tab.button("Allow").click();
    assertThat(card(tab, "complete")).containsText("failed");
    assertThat(card(tab, "complete")).containsText("The tool says that it failed.");
  }

  @Test
  void aCallThatWasAnsweredInAnotherTabWaitsInNone() {
    say("/tool todo__add {\"text\": \"Buy milk\"}");
    assertThat(tab.button("Allow")).isVisible();
    assertThat(tab.page()).hasURL(Pattern.compile(".*/chat/.+"));
    var other = BROWSER.open(tab.page().url()).signIn(user);
    other.button("Deny").click();
    assertThat(card(other, "add")).containsText("not allowed");
    assertThat(card(tab, "add")).containsText("not allowed");
    assertThat(tab.button("Allow")).hasCount(0);
  }
}
