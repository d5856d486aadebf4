package example;

import static chat.testkit.Samples.tool;

import chat.port.Toolset;
import chat.testkit.ToolsetContract;
import java.util.concurrent.CountDownLatch;

class LocalToolsTest implements ToolsetContract {

  @Override
  public Toolset toolset() {
    return new LocalTools()
        .add(tool("echo"), anyone -> true, (caller, json) -> json.text().split("\"")[3])
        .add(tool("whoami"), anyone -> true, (caller, json) -> caller.user().value())
        .add(tool("fails"), anyone -> true, (caller, json) -> fail())
        .add(tool("hangs"), anyone -> true, (caller, json) -> hang())
        .add(tool("hers"), ADA::equals, (caller, json) -> "hers");
  }

  private static String fail() {
    throw new IllegalStateException("out of order");
  }

  private static String hang() throws InterruptedException {
    new CountDownLatch(1).await();
    return "never";
  }
}
