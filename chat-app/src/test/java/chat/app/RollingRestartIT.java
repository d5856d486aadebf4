package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restarts two instances one after the other while users talk to them and try again. */
@Timeout(240)
final class RollingRestartIT {
  @TempDir private static Path folder;

  @Test
  void aRollingRestartLosesNoTurnAndMakesNoneTwice() throws Exception {
    try (var cluster = Cluster.start(folder);
        var one = cluster.start("any");
        var other = cluster.start("any");
        var users = new RetryingUsers(cluster, one, other)) {
      users.begin();
      assertThat(one.server.stop()).as("exit code").isZero();
      try (var newOne = cluster.start("any")) {
        users.replace(0, newOne);
        assertThat(other.server.stop()).as("exit code").isZero();
        try (var newOther = cluster.start("any")) {
          users.replace(1, newOther);
          users.requireAllAnsweredOnce(2);
        }
      }
    }
  }
}
