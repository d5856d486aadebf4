package chat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Plays schedules of the production engine, one for each seed.
 *
 * <p>{@code -Dchat.simulator.schedules=100000} plays that many, {@code -Dchat.simulator.first=2001}
 * begins with another seed. What a failure says ends with the story of its schedule; the same seed
 * plays it again.
 */
class SimulationTest {
  private static final int SCHEDULES = Integer.getInteger("chat.simulator.schedules", 2000);
  private static final long FIRST = Long.getLong("chat.simulator.first", 1);

  @Test
  void everyPromiseIsKeptWhateverTheSchedule() {
    var ways = new ConcurrentSkipListSet<String>();
    LongStream.range(FIRST, FIRST + SCHEDULES)
        .parallel()
        .forEach(
            seed -> {
              var failure = play(new Simulation(seed, false), ways);
              if (failure != null) throw new AssertionError("seed " + seed + story(seed), failure);
            });
    // A simulation that goes nowhere would show nothing.
    if (SCHEDULES >= 1000) assertThat(ways).containsAll(WAYS);
  }

  private static final Set<String> WAYS =
      Set.of(
          "handed out to RUN",
          "handed out to RESUME",
          "handed out to STOP",
          "handed out to EXPIRE",
          "handed out to RECOVER",
          "came to rest AWAITING",
          "came to rest COMPLETED",
          "came to rest FAILED",
          "came to rest INTERRUPTED",
          "came to rest STOPPED USER",
          "came to rest STOPPED SUPERSEDED",
          "came to rest STOPPED EXPIRED",
          "queued ENQUEUE",
          "queued INTERRUPT",
          "stopped in the queue",
          "repeated",
          "ended again",
          "append refused: lost",
          "append refused: gap",
          "events forgotten",
          "store refused: lost",
          "store refused: gap",
          "leave refused: lost",
          "accept refused: storage_unavailable",
          "accept refused: turn_running",
          "accept refused: turn_awaiting",
          "answer refused: already_answered");

  @Test
  void theSameSeedPlaysTheSameSchedule() {
    for (long seed = 1; seed <= 50; seed++) {
      var once = new Simulation(seed, false);
      var again = new Simulation(seed, false);
      assertThat(play(once, new HashSet<>())).as("seed %s", seed).isNull();
      assertThat(play(again, new HashSet<>())).as("seed %s", seed).isNull();
      assertThat(once.schedule()).as("seed %s", seed).isEqualTo(again.schedule());
    }
  }

  private static @Nullable AssertionError play(Simulation simulation, Set<String> ways) {
    try {
      simulation.run(() -> new SimulatedWorld(simulation).play(ways));
      return null;
    } catch (AssertionError e) {
      return e;
    }
  }

  private static String story(long seed) {
    var simulation = new Simulation(seed, true);
    var failure = play(simulation, new HashSet<>());
    return "\n" + String.join("\n", simulation.story()) + "\nagain: " + failure;
  }
}
