package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.port.Agent;
import chat.port.Toolset;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Readers that take a byte a second, and readers that have gone, beside healthy ones: they delay
 * nobody, take little memory, and leave nothing behind.
 */
@Timeout(180)
final class SlowReadersTest {
  private static final int HEALTHY = 50;
  private static final int SLOW = 200;
  private static final int SMALL = 1024;

  /** Blocks with and without the slow ones follow each other, so that a busy machine is fair. */
  private static final int BLOCKS = 3;

  private static final Duration BLOCK = Duration.ofSeconds(3);

  /** A gap that no reader notices, however it compares to others. */
  private static final Duration UNNOTICED = Duration.ofMillis(100);

  /** What is there already comes faster. */
  private static final Duration A_WAIT = Duration.ofMillis(5);

  private static final long MEMORY_OF_ONE = 256 << 10;

  private final String user = "user-" + UUID.randomUUID();
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Instance instance =
      Instance.start(SharedDatabase.inThisJvm().database(), this::talk, Toolset.NONE);

  /** Says something again and again, until the test is over. */
  private void talk(Agent.Request request, Agent.Sink sink) {
    try {
      boolean silent = request.history().getLast().content().text().equals("be silent");
      while (!over.await(10, TimeUnit.MILLISECONDS)) if (!silent) sink.text("token after token ");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    over.countDown();
    threads.shutdownNow();
    instance.close();
  }

  private String begin(String message) throws IOException {
    return instance
        .client
        .post(user, "/api/" + user + "/chat", Map.of("message", message), "Prefer", "respond-async")
        .header("Location");
  }

  @Test
  void slowReadersDelayNobodyAndTakeLittle() throws Exception {
    var turn = begin("talk");
    long filesBefore = openFiles();
    var without = new ArrayList<Long>();
    var beside = new ArrayList<Long>();
    for (int i = 0; i < BLOCKS; i++) {
      without.addAll(gapsOfTheHealthy(turn));
      long heapBefore = heap();
      try (var slow = new Slow(turn)) {
        beside.addAll(gapsOfTheHealthy(turn));
        assertThat(slow.failure.get()).isNull();
        assertThat(heap() - heapBefore).as("bytes").isLessThan(SLOW * MEMORY_OF_ONE);
      }
      Awaitility.await().untilAsserted(() -> assertThat(openFiles()).isLessThan(filesBefore + 20));
    }
    long allowed = Math.max(percentile(without) * 3 / 2, UNNOTICED.toNanos());
    assertThat(percentile(beside)).as("the gap that 99 of 100 stay below").isLessThan(allowed);
  }

  /** Reads a byte a second from each of many sockets. */
  private final class Slow implements AutoCloseable {
    private final List<RawStream> streams = new ArrayList<>();
    private final CountDownLatch enough = new CountDownLatch(1);
    private final AtomicReference<IOException> failure = new AtomicReference<>();
    private final Thread reading;

    Slow(String turn) throws IOException {
      for (int i = 0; i < SLOW; i++) {
        streams.add(RawStream.follow(instance.port(), user, turn, "", SMALL));
      }
      reading = Thread.ofVirtual().start(this::read);
    }

    private void read() {
      try {
        while (!enough.await(1, TimeUnit.SECONDS)) {
          for (var stream : streams) assertThat(stream.read()).isNotNegative();
        }
      } catch (IOException e) {
        failure.set(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Half of them say that they go. */
    @Override
    public void close() throws IOException {
      enough.countDown();
      Awaitility.await().until(() -> !reading.isAlive());
      for (int i = 0; i < streams.size(); i++) {
        if (i % 2 == 0) streams.get(i).close();
        else streams.get(i).reset();
      }
    }
  }

  /** Returns how long the healthy readers waited from one token to the next, in nanoseconds. */
  private List<Long> gapsOfTheHealthy(String turn) throws Exception {
    var begun = new CountDownLatch(HEALTHY);
    var enough = new AtomicBoolean();
    var readers = new ArrayList<Future<List<Long>>>();
    for (int i = 0; i < HEALTHY; i++) readers.add(threads.submit(() -> gaps(turn, begun, enough)));
    begun.await();
    assertThat(over.await(BLOCK.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
    enough.set(true);
    var gaps = new ArrayList<Long>();
    for (var reader : readers) gaps.addAll(reader.get());
    assertThat(gaps).hasSizeGreaterThan(HEALTHY);
    return gaps;
  }

  private List<Long> gaps(String turn, CountDownLatch begun, AtomicBoolean enough)
      throws IOException {
    var gaps = new ArrayList<Long>();
    try (var stream = RawStream.follow(instance.port(), user, turn, "", 0)) {
      boolean caughtUp = false;
      for (long last = System.nanoTime(); !enough.get(); ) {
        stream.skipFrame();
        long now = System.nanoTime();
        if (caughtUp && begun.getCount() == 0) gaps.add(now - last);
        if (!caughtUp && now - last > A_WAIT.toNanos()) {
          caughtUp = true;
          begun.countDown();
        }
        last = now;
      }
    }
    return gaps;
  }

  private static long percentile(List<Long> gaps) {
    return gaps.stream().sorted().toList().get(gaps.size() * 99 / 100);
  }

  @Test
  void whoeverHasGoneCostsNothingAfterTheNextHeartbeats() throws Exception {
    var turn = begin("be silent");
    instance.client.follow(user, turn, 0).close();
    long files = openFiles();
    var readers = new ArrayList<RawStream>();
    for (int i = 0; i < HEALTHY; i++) {
      readers.add(RawStream.follow(instance.port(), user, turn, "", 0));
    }
    assertThat(openFiles()).isGreaterThan(files + HEALTHY);
    for (int i = 0; i < HEALTHY; i++) {
      if (i % 2 == 0) readers.get(i).close();
      else readers.get(i).reset();
    }
    Awaitility.await().untilAsserted(() -> assertThat(openFiles()).isLessThan(files + 5));
    assertThat(instance.client.get(user, turn).text("state")).isEqualTo("running");
  }

  private static long openFiles() {
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getOpenFileDescriptorCount();
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
