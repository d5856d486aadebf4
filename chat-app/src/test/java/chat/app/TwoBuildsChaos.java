package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the build before the newest migration beside this one, on one database, as a deploy does.
 */
@Timeout(3600)
final class TwoBuildsChaos {
  private static final int MESSAGES = 10;

  @TempDir private static Path folder;

  @Test
  void theBuildBeforeTheNewestMigrationServesBesideThisOne() throws Exception {
    try (var previous = PreviousBuild.make(folder);
        var cluster = Cluster.start(folder);
        var old = cluster.start(previous.jar(), "any", Map.of());
        var another = cluster.start(previous.jar(), "any", Map.of());
        var users = new RetryingUsers(cluster, old, another)) {
      users.begin();
      users.awaitSent(1);
      // The new one migrates under the feet of both.
      try (var here = cluster.start("any")) {
        assertThat(another.server.stop()).as("exit code").isZero();
        users.replace(1, here);
        users.awaitSent(MESSAGES);
        assertThat(old.server.stop()).as("exit code").isZero();
        // And back: the old one starts on the new schema.
        try (var again = cluster.start(previous.jar(), "any", Map.of())) {
          users.replace(0, again);
          users.awaitSent(2 * MESSAGES);
          users.requireAllAnsweredOnce(2 * MESSAGES);
        }
      }
    }
  }
}
