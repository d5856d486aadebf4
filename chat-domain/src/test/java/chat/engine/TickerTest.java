package chat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TickerTest {
  private static final Duration SHORT = Duration.ofMillis(1);

  private final BlockingQueue<Throwable> told = new LinkedBlockingQueue<>();

  @Test
  void whatFailsIsToldAndRepeated() throws InterruptedException {
    var ticker =
        start(
            () -> {
              throw new IllegalStateException("no database");
            });
    try {
      assertThat(told.take()).hasMessage("no database");
      assertThat(told.take()).hasMessage("no database");
    } finally {
      ticker.close();
    }
  }

  @Test
  void whatFailsAfterTheCloseIsNotTold() throws InterruptedException {
    var begun = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    var thread = new AtomicReference<Thread>();
    var ticker =
        start(
            () -> {
              thread.set(Thread.currentThread());
              begun.countDown();
              await(closed);
              throw new IllegalStateException("the database was taken away");
            });
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    ticker.close();
    closed.countDown();

    thread.get().join(30_000);
    assertThat(thread.get().isAlive()).isFalse();
    assertThat(told).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Ticker start(Runnable task) {
    return Ticker.start(Scheduler.MACHINE, "test", SHORT, SHORT, task, told::add);
  }
}
