package chat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class UuidV7Test {
  @Test
  void idsSortInTheOrderTheyWereMadeAlsoWithinAMillisecond() {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 20_000; i++) ids.add(UuidV7.next().toString());
    assertThat(ids).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void anIdHasVersionAndVariantOfItsStandard() {
    for (int i = 0; i < 1000; i++) {
      var id = UuidV7.next();
      assertThat(id.version()).isEqualTo(7);
      assertThat(id.variant()).isEqualTo(2);
    }
  }

  @Test
  void anIdBeginsWithTheTimeOfItsMaking() {
    long before = System.currentTimeMillis();
    long made = UuidV7.next().getMostSignificantBits() >>> 16;
    // The counter runs ahead of the clock when more than 4,096 ids are made in a millisecond.
    assertThat(made).isBetween(before, before + 5_000);
  }

  @Test
  void threadsNeverMakeTheSameId()
      throws InterruptedException, ExecutionException, TimeoutException {
    var pool = Executors.newFixedThreadPool(8);
    try {
      Callable<ArrayList<UUID>> many =
          () -> {
            var ids = new ArrayList<UUID>();
            for (int i = 0; i < 5_000; i++) ids.add(UuidV7.next());
            return ids;
          };
      var futures = new ArrayList<Future<ArrayList<UUID>>>();
      for (int i = 0; i < 8; i++) futures.add(pool.submit(many));
      var stamps = new HashSet<Long>();
      for (var future : futures) {
        for (var id : future.get(30, TimeUnit.SECONDS)) stamps.add(id.getMostSignificantBits());
      }
      assertThat(stamps).as("not even the part that is no chance").hasSize(40_000);
    } finally {
      pool.shutdownNow();
    }
  }
}
