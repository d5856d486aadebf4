package chat.tools.mcp;

import static chat.tools.mcp.Playground.ADA;
import static chat.tools.mcp.Playground.BOB;
import static chat.tools.mcp.ToolScript.definition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chat.model.Json;
import chat.model.Tool;
import chat.model.Tool.Run;
import chat.tools.mcp.McpServer.Approval;
import chat.tools.mcp.McpServer.Identity;
import chat.tools.mcp.McpServer.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shows which tools run freely, and that consent does not outlive what it was given for. */
final class ConsentTest {
  private static final Json NOTHING = Json.EMPTY;

  private static ToolScript tools() {
    return new ToolScript()
        .has("read", true, call -> ToolScript.text("read"))
        .has("write", false, call -> ToolScript.text("written"));
  }

  private static Run run(Playground play, String tool) {
    return play.tool(ADA, tool).run();
  }

  @Test
  void withoutARuleOnlyWhatIsReadOnlyRunsFreely() throws IOException {
    try (var play = new Playground(tools())) {
      assertThat(run(play, "read")).isEqualTo(Run.FREELY);
      assertThat(run(play, "write")).isEqualTo(Run.AFTER_APPROVAL);
      assertThat(play.tool(ADA, "read").repeatable()).isTrue();
      assertThat(play.tool(ADA, "write").repeatable()).isFalse();
    }
  }

  @Test
  void aToolsRuleGoesBeforeItsServersAndThatBeforeTheAnnotation() throws IOException {
    try (var play =
        new Playground(
            tools().has("drop", true, call -> ToolScript.text("dropped")),
            new Identity.Forward(),
            server ->
                server
                    .withApproval(Approval.ASK)
                    .withTools(
                        Map.of(
                            "write", new Rule(Approval.ALLOW, null),
                            "drop", new Rule(Approval.DENY, null))))) {
      assertThat(run(play, "read")).isEqualTo(Run.AFTER_APPROVAL);
      assertThat(run(play, "write")).isEqualTo(Run.FREELY);
      assertThat(run(play, "drop")).isEqualTo(Run.NEVER);
    }
  }

  @Test
  void whatAServerChangesOrAddsLaterAsksAndACallOfWhatItWasIsRefused() throws IOException {
    try (var play =
        new Playground(
            tools(), new Identity.Forward(), server -> server.withApproval(Approval.ALLOW))) {
      var before = play.tool(ADA, "write");
      assertThat(before.run()).isEqualTo(Run.FREELY);
      listens(play);

      change(play);

      var after = play.tool(ADA, "write");
      assertThat(after.run()).isEqualTo(Run.AFTER_APPROVAL);
      assertThat(after.revision()).isNotEqualTo(before.revision());
      assertThat(run(play, "added")).isEqualTo(Run.AFTER_APPROVAL);
      assertThat(run(play, "read")).isEqualTo(Run.FREELY);
      assertThat(play.toolset.call(ADA, before, NOTHING, p -> {}).error())
          .isEqualTo("tool_changed");
      assertThat(play.toolset.call(ADA, after, NOTHING, p -> {}).text()).isEqualTo("other");
    }
  }

  @Test
  void consentOutlivesASessionThatIsClosedForBeingIdle() throws IOException {
    try (var play =
        new Playground(
            tools(), new Identity.Forward(), server -> server.withApproval(Approval.ALLOW))) {
      play.tool(ADA, "write");
      play.nanos.addAndGet(Playground.IDLE.toNanos());
      play.toolset.sweep();
      play.server.script.has(
          definition("write", "wipes", ToolScript.ANYTHING, false),
          call -> ToolScript.text("other"));

      assertThat(run(play, "write")).isEqualTo(Run.AFTER_APPROVAL);
    }
  }

  @Test
  void aNamedRevisionRunsFreelyWheneverItCameAndNoOtherDoes() throws IOException {
    String changed;
    try (var look = new Playground(tools())) {
      look.server.script.has(
          definition("write", "wipes", ToolScript.ANYTHING, false),
          call -> ToolScript.text("other"));
      changed = look.tool(ADA, "write").revision();
    }
    try (var play =
        new Playground(
            tools(),
            new Identity.Forward(),
            server -> server.withTools(Map.of("write", new Rule(Approval.ALLOW, changed))))) {
      assertThat(run(play, "write")).isEqualTo(Run.AFTER_APPROVAL);
      listens(play);

      change(play);

      assertThat(play.tool(ADA, "write"))
          .extracting(Tool::run, Tool::revision)
          .containsExactly(Run.FREELY, changed);
    }
  }

  @Test
  void theListIsAskedForOnceUntilItChanges() throws IOException {
    try (var play = new Playground(tools())) {
      for (int i = 0; i < 5; i++) {
        play.tool(ADA, "read");
        play.call(ADA, "read");
      }
      assertThat(play.server.requests("tools/list")).hasSize(1);
      listens(play);

      change(play);

      play.tool(ADA, "added");
      assertThat(play.server.requests("tools/list")).hasSize(2);
      assertThat(play.toolset.tools(BOB)).as("what BOB sees first").hasSize(3);
    }
  }

  private static void listens(Playground play) {
    await().atMost(Duration.ofSeconds(10)).until(() -> play.server.listeners() > 0);
  }

  /** Changes {@code write}, adds {@code added}, and waits until that is known. */
  private static void change(Playground play) throws IOException {
    play.server
        .script
        .has(
            definition("write", "wipes", ToolScript.ANYTHING, false),
            call -> ToolScript.text("other"))
        .has("added", true, call -> ToolScript.text("added"));
    play.server.say(
        ToolScript.notification(
            "notifications/tools/list_changed", ToolScript.JSON.createObjectNode()));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> play.toolset.tools(ADA).stream().anyMatch(it -> it.name().equals("s__added")));
  }
}
