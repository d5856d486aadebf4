package example;

import chat.model.Turn;
import chat.port.Agent;
import chat.testkit.AgentContract;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;

class ModelAgentTest implements AgentContract {

  @Override
  public Agent agentThatSays(String... pieces) {
    return agent(Turn.Usage.NONE, () -> null, pieces);
  }

  @Override
  public Agent agentThatHangsAfter(String... pieces) {
    return agent(Turn.Usage.NONE, ModelAgentTest::hang, pieces);
  }

  @Override
  public Agent agentThatUses(Turn.Usage usage, String... pieces) {
    return agent(usage, () -> null, pieces);
  }

  @Override
  public Agent agentThatFails(Turn.Usage usage, String... pieces) {
    return agent(usage, ModelAgentTest::fail, pieces);
  }

  private static Agent agent(Turn.Usage usage, End end, String... pieces) {
    return new ModelAgent((instructions, texts) -> new Script(List.of(pieces), usage, end));
  }

  /** Is what comes after the pieces. */
  private interface End {
    String come() throws IOException;
  }

  private static String fail() throws IOException {
    throw new IOException("out of order");
  }

  private static String hang() throws IOException {
    try {
      new CountDownLatch(1).await();
      return null;
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  /** Is an answer that is known beforehand. */
  private static final class Script implements ModelAgent.Answer {
    private final Iterator<String> pieces;
    private final Turn.Usage usage;
    private final End end;

    Script(List<String> pieces, Turn.Usage usage, End end) {
      this.pieces = pieces.iterator();
      this.usage = usage;
      this.end = end;
    }

    @Override
    public String next() throws IOException {
      return pieces.hasNext() ? pieces.next() : end.come();
    }

    @Override
    public Turn.Usage usage() {
      return usage;
    }

    @Override
    public void close() {}
  }
}
