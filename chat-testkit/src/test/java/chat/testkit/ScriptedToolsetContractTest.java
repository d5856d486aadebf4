package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Json;
import chat.model.ToolResult;
import chat.model.TurnEvent.Progress;
import chat.port.Toolset;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The tools of tests keep what every toolset promises. */
class ScriptedToolsetContractTest implements ToolsetContract {
  private final CountDownLatch never = new CountDownLatch(1);
  private final ScriptedToolset toolset =
      new ScriptedToolset()
          .has(
              Samples.tool("echo"),
              call -> ToolResult.text(call.arguments().text().split("\"", -1)[3]))
          .has(Samples.tool("whoami"), call -> ToolResult.text(call.caller().user().value()))
          .has(
              Samples.tool("fails"),
              call -> {
                throw new IllegalStateException("out of order");
              })
          .has(
              Samples.tool("hangs"),
              call -> {
                never.await();
                return ToolResult.text("never");
              })
          .hasFor(ADA.user(), Samples.tool("hers"), call -> ToolResult.text("hers"))
          .takes("echo", arguments -> !arguments.text().contains("["));

  @Override
  public Toolset toolset() {
    return toolset;
  }

  @Test
  void itKeepsItsCallsAndPassesProgressOn() {
    var told = new ArrayList<Progress>();
    toolset.has(
        Samples.tool("slow"),
        call -> {
          call.progress().accept(new Progress("half way", null));
          return ToolResult.text("done");
        });

    toolset.call(BOB, Samples.tool("slow"), new Json("[1]"), told::add);

    assertThat(told).containsExactly(new Progress("half way", null));
    assertThat(toolset.calls())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.caller()).isEqualTo(BOB);
              assertThat(call.tool().name()).isEqualTo("slow");
              assertThat(call.arguments()).isEqualTo(new Json("[1]"));
            });
  }
}
