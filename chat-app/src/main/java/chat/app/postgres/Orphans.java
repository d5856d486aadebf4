package chat.app.postgres;

import chat.app.folder.DataFolder;
import chat.app.folder.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends what a crash of the server left running: a PostgreSQL whose programs lie in our data folder.
 * Only the holder of the data's lock may do that, so a PostgreSQL that is in use is never ended.
 */
final class Orphans {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(10);

  private Orphans() {}

  /**
   * Ends them quickly but in order: open transactions are rolled back, what was committed stays.
   * Afterwards nothing uses the data, and no file says that something does.
   */
  static void end(DataFolder data, Path cluster, Path log) {
    var pidFile = cluster.resolve("postmaster.pid");
    var postmaster = pid(pidFile);
    for (var orphan : running(data)) {
      if (orphan.pid() != postmaster) continue;
      var home = Path.of(orphan.info().command().orElseThrow()).resolve("../..").normalize();
      new Programs(home, log).run(PATIENCE, "pg_ctl", "kill", "INT", Long.toString(orphan.pid()));
    }
    await(data);
    if (Files.exists(pidFile)) clear(pidFile, postmaster);
  }

  /**
   * A postmaster that was killed takes its processes along within moments; they write until then.
   */
  private static void await(DataFolder data) {
    var until = System.nanoTime() + PATIENCE.toNanos();
    for (var left = running(data); !left.isEmpty(); left = running(data)) {
      if (System.nanoTime() > until) {
        throw new StartFailure(
            "PostgreSQL from an earlier run does not end (process %d): end it by hand"
                .formatted(left.getFirst().pid()));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** A killed process that nobody has reaped still has its number, and PostgreSQL would give up. */
  private static void clear(Path pidFile, long pid) {
    var command = ProcessHandle.of(pid).flatMap(process -> process.info().command()).orElse("");
    if (command.endsWith("/postgres")) {
      throw new StartFailure(
          "another PostgreSQL (process %d, %s) uses %s: stop it first"
              .formatted(pid, command, pidFile.getParent()));
    }
    try {
      Files.delete(pidFile);
    } catch (IOException e) {
      throw new StartFailure("cannot delete " + pidFile + ": " + e, e);
    }
  }

  private static List<ProcessHandle> running(DataFolder data) {
    var programs = data.path().resolve(Binaries.FOLDER);
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .command()
                    .filter(
                        command ->
                            command.endsWith("/postgres") && Path.of(command).startsWith(programs))
                    .isPresent())
        .toList();
  }

  private static long pid(Path pidFile) {
    try (var lines = Files.lines(pidFile)) {
      return lines.findFirst().map(String::strip).map(Long::parseLong).orElse(-1L);
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }
}
