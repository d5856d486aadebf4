package chat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.TurnEvent;
import chat.port.TurnJournal.Segment;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class EventLogTest {
  private static final long NOW = 0;
  private static final long LONG = TimeUnit.SECONDS.toNanos(20);
  private final EventLog log = new EventLog(1, Scheduler.MACHINE);

  private static TurnEvent event(String text) {
    return new TurnEvent.Progress(text, null);
  }

  private List<Long> seen(long after) throws InterruptedException {
    return log.after(after, NOW).stream().map(TurnEvent.Numbered::number).toList();
  }

  @Test
  void nothingIsSeenBeforeItIsOpen() throws Exception {
    log.add(event("a"));
    assertThat(seen(0)).isEmpty();
    assertThat(taken()).isEmpty();
    log.open();
    assertThat(seen(0)).containsExactly(1L);
    assertThat(taken()).containsExactly(1L);
  }

  @Test
  void aFollowerThatIsFarBehindGetsAThousandEventsAtATime() throws Exception {
    log.open();
    for (int i = 0; i < 2500; i++) log.add(event("a"));
    assertThat(seen(0)).hasSize(1000).endsWith(1000L);
    assertThat(seen(1000)).hasSize(1000).endsWith(2000L);
    assertThat(seen(2000)).hasSize(500).endsWith(2500L);
  }

  @Test
  void aFollowerSeesWhatComesBehindItsNumber() throws Exception {
    log.open();
    for (var text : List.of("a", "b", "c")) log.add(event(text));
    assertThat(seen(0)).containsExactly(1L, 2L, 3L);
    assertThat(seen(2)).containsExactly(3L);
    assertThat(seen(3)).isEmpty();
  }

  @Test
  void heldEventsAndWhatFollowsThemAreSeenTogetherOnceStored() throws Exception {
    log.open();
    log.add(event("a"));
    var held = log.hold(List.of(event("stored")));
    log.add(event("later"));
    assertThat(seen(0)).containsExactly(1L);
    log.release(held);
    assertThat(seen(0)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void twoHoldsAreSeenInOrderWhicheverIsStoredFirst() throws Exception {
    log.open();
    var first = log.hold(List.of(event("a")));
    var second = log.hold(List.of(event("b")));
    log.release(second);
    assertThat(seen(0)).isEmpty();
    log.release(first);
    assertThat(seen(0)).containsExactly(1L, 2L);
  }

  @Test
  void whoeverHoldsTakesAllThatWasNotWritten() {
    log.open();
    log.add(event("a"));
    var taken = log.takeUnwritten();
    log.written(taken);
    log.add(event("b"));
    var held = log.hold(List.of(event("c")));
    assertThat(numbers(taken)).containsExactly(1L);
    assertThat(taken.follows()).isZero();
    assertThat(numbers(held.unwritten())).containsExactly(2L, 3L);
    assertThat(held.unwritten().follows()).isEqualTo(1);
    log.release(held);
    assertThat(taken()).isEmpty();
  }

  @Test
  void whatTheWriterGivesBackGoesOutAgainAsItWasForTheStoreMayHaveIt() {
    log.open();
    log.add(event("a"));
    var taken = log.takeUnwritten();
    log.add(event("b"));
    log.giveBack(taken);
    assertThat(log.takeUnwritten()).isEqualTo(taken);
    log.written(taken);
    var next = log.takeUnwritten();
    assertThat(numbers(next)).containsExactly(2L);
    assertThat(next.follows()).isEqualTo(1);
  }

  @Test
  void holdingWaitsForTheWriter() {
    log.open();
    log.add(event("a"));
    var taken = log.takeUnwritten();
    var hold = new FutureTask<>(() -> log.hold(List.of(event("end"))));
    var holder = Thread.ofPlatform().daemon().start(hold);
    Awaitility.await().until(() -> holder.getState() == Thread.State.WAITING);
    log.giveBack(taken);
    Awaitility.await().until(hold::isDone);
    assertThat(numbers(hold.resultNow().unwritten())).containsExactly(1L, 2L);
  }

  @Test
  void aSegmentFollowsTheOneThatACrashOfTheStoreMayUndo() {
    log.open();
    for (var text : List.of("a", "b")) {
      log.add(event(text));
      log.written(log.takeUnwritten());
    }
    log.add(event("c"));
    var third = log.takeUnwritten();
    assertThat(third.follows()).isEqualTo(2);
    log.written(third);
    log.release(log.hold(List.of(event("stored for good"))));
    log.add(event("e"));
    assertThat(log.takeUnwritten()).isEqualTo(Segment.of(List.of(numbered(5, "e"))));
  }

  @Test
  void whatTheStoreHasForgottenGoesOutAgain() {
    log.open();
    for (var text : List.of("a", "b", "c")) {
      log.add(event(text));
      log.written(log.takeUnwritten());
    }
    log.add(event("d"));
    var ignored = log.takeUnwritten();
    log.rewind(1);
    assertThat(log.takeUnwritten().events())
        .containsExactly(numbered(2, "b"), numbered(3, "c"), numbered(4, "d"));
    log.rewind(1);
    var held = log.hold(List.of(event("e")));
    assertThat(numbers(held.unwritten())).containsExactly(2L, 3L, 4L, 5L);
    assertThat(held.unwritten().follows()).isZero();
    assertThat(numbers(log.again(held, 3))).containsExactly(4L, 5L);
    assertThat(numbers(log.again(held, 0))).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  private static TurnEvent.Numbered numbered(long number, String text) {
    return new TurnEvent.Numbered(number, event(text));
  }

  private List<Long> taken() {
    return numbers(log.takeUnwritten());
  }

  private static List<Long> numbers(Segment segment) {
    return segment.events().stream().map(TurnEvent.Numbered::number).toList();
  }

  @Test
  void aWaitingFollowerWakesForAnEventAndForTheEnd() throws Exception {
    log.open();
    var waiting = new FutureTask<>(() -> log.after(0, LONG));
    Thread.ofPlatform().daemon().start(waiting);
    log.add(event("a"));
    assertThat(waiting.get(20, TimeUnit.SECONDS)).hasSize(1);
    var ending = new FutureTask<>(() -> log.after(1, LONG));
    Thread.ofPlatform().daemon().start(ending);
    log.close();
    assertThat(ending.get(20, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void nothingComesBehindTheLastEvents() throws Exception {
    log.open();
    var last = log.holdLast(List.of(event("end")));
    log.add(event("too late"));
    log.release(last);
    log.close();
    assertThat(seen(0)).containsExactly(1L);
  }

  @Test
  void itReachesWhatItHasOrWillHave() {
    var resumed = new EventLog(11, Scheduler.MACHINE);
    assertThat(resumed.reaches(9)).isFalse();
    assertThat(resumed.reaches(10)).isTrue();
    resumed.open();
    resumed.add(event("a"));
    resumed.close();
    assertThat(resumed.reaches(10)).isTrue();
    assertThat(resumed.reaches(11)).isFalse();
  }
}
