package chat.app;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Is what the model says in one turn, word by word, and when it said what. */
public final class Speech implements ScriptedModel.Script {
  private static final int PATIENCE_SECONDS = 60;

  private final List<String> words;
  private final Duration pace;
  private final Ending ending;
  private final List<CountDownLatch> said;
  private final long[] at;
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch first = new CountDownLatch(1);
  private final CountDownLatch again = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);

  /** Is what it does when it has said its words. */
  public enum Ending {
    /** It says none: not even the headers of an answer come. */
    IS_SILENT,
    ENDS,
    /** It neither ends nor goes on. */
    STAYS_OPEN,
    /** It calls a tool, and is silent when it is asked with the result. */
    CALLS_A_TOOL
  }

  public Speech(int words, Duration pace, Ending ending) {
    this.words = IntStream.range(0, words).mapToObj(i -> "word" + i + " ").toList();
    this.pace = pace;
    this.ending = ending;
    this.said = this.words.stream().map(word -> new CountDownLatch(1)).toList();
    this.at = new long[words];
  }

  public String text() {
    return String.join("", words);
  }

  public void awaitAsked() throws InterruptedException {
    await(first);
  }

  void awaitAskedAgain() throws InterruptedException {
    await(again);
  }

  /** Waits until it has said so many words. */
  public void awaitSaid(int count) throws InterruptedException {
    await(said.get(count - 1));
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new AssertionError("not asked");
  }

  /**
   * Returns for how long it had said what is missing behind so many characters, at a {@link
   * System#nanoTime}; zero when nothing was.
   */
  Duration lost(int kept, long nanoTime) {
    int end = 0;
    for (int i = 0; i < at.length; i++) {
      end += words.get(i).length();
      if (end <= kept) continue;
      boolean out = said.get(i).getCount() == 0 && at[i] - nanoTime < 0;
      return out ? Duration.ofNanos(nanoTime - at[i]) : Duration.ZERO;
    }
    return Duration.ZERO;
  }

  /** Ends all waiting: nobody listens any more. */
  public void over() {
    over.countDown();
  }

  @Override
  public void play(HttpExchange exchange) throws IOException, InterruptedException {
    boolean isFirst = asked.incrementAndGet() == 1;
    (isFirst ? first : again).countDown();
    if (ending == Ending.IS_SILENT || !isFirst) {
      isOverWithin(Duration.ofSeconds(PATIENCE_SECONDS));
      return;
    }
    var stream = ScriptedModel.stream(exchange);
    for (int i = 0; i < words.size(); i++) {
      if (isOverWithin(pace)) return;
      ScriptedModel.say(stream, words.get(i));
      at[i] = System.nanoTime();
      said.get(i).countDown();
    }
    switch (ending) {
      case STAYS_OPEN -> isOverWithin(Duration.ofSeconds(PATIENCE_SECONDS));
      case CALLS_A_TOOL -> ScriptedModel.call(stream, "missing");
      default -> ScriptedModel.end(stream);
    }
  }

  private boolean isOverWithin(Duration time) throws InterruptedException {
    return over.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }
}
