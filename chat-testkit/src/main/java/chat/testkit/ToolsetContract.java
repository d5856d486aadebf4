package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Caller;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.UserId;
import chat.port.Toolset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Shows every promise of {@link Toolset}, in its order. The test of an adapter brings the tools.
 */
public interface ToolsetContract {
  /** Is a caller with a token. */
  Caller ADA = new Caller(new UserId("ada"), "token-of-ada", null);

  /** Is another one. */
  Caller BOB = new Caller(new UserId("bob"), "token-of-bob", null);

  /**
   * Returns a toolset with these tools, which may have others as well:
   *
   * <ul>
   *   <li>{@code echo} gives the text of its argument {@code text} back, a string;
   *   <li>{@code whoami} gives the caller's user id as text;
   *   <li>{@code fails} says that it failed, with the text {@code out of order};
   *   <li>{@code hangs} does not return by itself;
   *   <li>{@code hers} is there for {@link #ADA} alone.
   * </ul>
   */
  Toolset toolset();

  /** Returns the name that one of these tools has in the toolset: its own, if nothing is said. */
  default String named(String tool) {
    return tool;
  }

  // tools

  @Test
  default void namesAreUniqueAndFitAndNobodySeesAnothersTools() {
    var toolset = toolset();
    var adas = toolset.tools(ADA);

    assertThat(adas).extracting(Tool::name).doesNotHaveDuplicates();
    assertThat(adas)
        .extracting(Tool::name)
        .allMatch(name -> name.matches("[A-Za-z0-9_-]{1,64}"))
        .contains(named("echo"), named("whoami"), named("fails"), named("hangs"), named("hers"));
    assertThat(toolset.tools(BOB))
        .extracting(Tool::name)
        .contains(named("echo"))
        .doesNotContain(named("hers"));
  }

  @Test
  default void askingAgainGivesTheSameTools() {
    var toolset = toolset();

    var first = toolset.tools(ADA);
    toolset.tools(BOB);

    assertThat(toolset.tools(ADA)).isEqualTo(first);
  }

  // refusal

  @Test
  default void argumentsThatFitAreNotRefused() {
    var toolset = toolset();

    assertThat(toolset.refusal(tool(toolset, ADA, "echo"), new Json("{\"text\": \"x\"}"))).isNull();
    assertThat(toolset.refusal(tool(toolset, ADA, "whoami"), Json.EMPTY)).isNull();
  }

  @Test
  default void argumentsThatDoNotFitAreRefusedIfAtAllWithWordsAboutThem() {
    var toolset = toolset();

    var refusal = toolset.refusal(tool(toolset, ADA, "echo"), new Json("{\"text\": [7]}"));

    if (refusal == null) return;
    assertThat(refusal.error()).isEqualTo("invalid_arguments");
    assertThat(refusal.text()).isNotBlank();
  }

  // absence

  @Test
  default void whatIsNotThereIsAnError() {
    assertThat(toolset().absence(ADA, named("gone")).error())
        .isIn("unknown_tool", "unavailable", "credentials_expired");
    assertThat(toolset().absence(BOB, named("hers")).error())
        .isIn("unknown_tool", "unavailable", "credentials_expired");
  }

  // call

  @Test
  default void aCallGivesTheToolsResultAndActsAsItsCaller() throws InterruptedException {
    var toolset = toolset();

    var echoed = call(toolset, ADA, "echo", "{\"text\": \"wörld 🌍\"}");
    assertThat(echoed.error()).isNull();
    assertThat(echoed.text()).isEqualTo("wörld 🌍");
    assertThat(call(toolset, ADA, "whoami", "{}").text()).isEqualTo("ada");
    assertThat(call(toolset, BOB, "whoami", "{}").text()).isEqualTo("bob");
    var answers =
        Together.atOnce(
            6,
            () ->
                List.of(
                    call(toolset, ADA, "whoami", "{}").text(),
                    call(toolset, BOB, "whoami", "{}").text()));
    assertThat(answers).containsOnly(List.of("ada", "bob"));
  }

  @Test
  default void aToolsFailureIsAResultWithAnError() {
    var failed = call(toolset(), ADA, "fails", "{}");

    assertThat(failed.error()).isEqualTo("tool_error");
    assertThat(failed.text()).contains("out of order");
  }

  @Test
  default void aToolThatIsNoLongerThereIsUnknown() {
    var toolset = toolset();
    var echo = tool(toolset, ADA, "echo");
    var gone =
        new Tool(
            named("gone"),
            echo.server(),
            echo.description(),
            echo.inputSchema(),
            echo.run(),
            echo.repeatable(),
            echo.timeout(),
            echo.revision());

    assertThat(toolset.call(ADA, gone, Json.EMPTY, p -> {}).error()).isEqualTo("unknown_tool");
    assertThat(toolset.call(BOB, tool(toolset, ADA, "hers"), Json.EMPTY, p -> {}).error())
        .as("another's tool is not there")
        .isEqualTo("unknown_tool");
  }

  @Test
  default void anInterruptedCallReturnsSoon()
      throws InterruptedException, ExecutionException, TimeoutException {
    var toolset = toolset();
    var hangs = tool(toolset, ADA, "hangs");
    var result = new CompletableFuture<ToolResult>();
    var begun = new CountDownLatch(1);
    var calling =
        new Thread(
            () -> {
              begun.countDown();
              try {
                result.complete(toolset.call(ADA, hangs, Json.EMPTY, progress -> {}));
              } catch (RuntimeException e) {
                result.completeExceptionally(e);
              }
            });

    calling.start();
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    calling.interrupt();

    assertThat(result.get(10, TimeUnit.SECONDS).error()).isEqualTo("interrupted");
    calling.join(10_000);
    assertThat(calling.isAlive()).isFalse();
  }

  private ToolResult call(Toolset toolset, Caller caller, String name, String arguments) {
    return toolset.call(caller, tool(toolset, caller, name), new Json(arguments), progress -> {});
  }

  private Tool tool(Toolset toolset, Caller caller, String name) {
    return toolset.tools(caller).stream()
        .filter(tool -> tool.name().equals(named(name)))
        .findFirst()
        .orElseThrow();
  }
}
