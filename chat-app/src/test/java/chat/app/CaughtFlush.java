package chat.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Is a flush that a proxy lies in wait for; once caught it is held until its fate is decided. */
final class CaughtFlush {
  private static final int PATIENCE_SECONDS = 60;

  private enum Fate {
    PASSES,
    PASSES_UNANSWERED,
    IS_CUT
  }

  private final Predicate<Flush> wanted;
  private final CountDownLatch caught = new CountDownLatch(1);
  private final CountDownLatch decided = new CountDownLatch(1);
  private final CountDownLatch answered = new CountDownLatch(1);
  private volatile Fate fate = Fate.PASSES;
  private volatile Runnable cut = () -> {};

  CaughtFlush(Predicate<Flush> wanted) {
    this.wanted = wanted;
  }

  // The test's side.

  /** Waits until it is caught: the database has not seen it. */
  void await() throws InterruptedException {
    await(caught, "it never came");
  }

  /** Lets it go on as if nothing had been. */
  void pass() {
    decide(Fate.PASSES);
  }

  /** Lets it go on and keeps the answer; returns when the database has answered. */
  void passUnanswered() throws InterruptedException {
    decide(Fate.PASSES_UNANSWERED);
    await(answered, "the database does not answer");
  }

  /** Tells whether the database has answered it, after it was passed on. */
  boolean isAnswered() {
    return answered.getCount() == 0;
  }

  /** Cuts its connection, whether it was passed on or not. */
  void cut() {
    if (decided.getCount() > 0) decide(Fate.IS_CUT);
    cut.run();
  }

  private void decide(Fate decision) {
    fate = decision;
    decided.countDown();
  }

  private static void await(CountDownLatch latch, String otherwise) throws InterruptedException {
    if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new AssertionError(otherwise);
  }

  // The proxy's side.

  boolean wants(Flush flush) {
    return wanted.test(flush);
  }

  /** Holds the flush, and tells whether it is to be passed on. */
  boolean held(Runnable cutting) throws InterruptedException {
    cut = cutting;
    caught.countDown();
    decided.await();
    return fate != Fate.IS_CUT;
  }

  boolean losesTheAnswer() {
    return fate == Fate.PASSES_UNANSWERED;
  }

  void answered() {
    answered.countDown();
  }
}
