package chat.app.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import chat.app.folder.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs PostgreSQL's programs. PostgreSQL refuses to run as root, so there, on Linux, each runs in a
 * user namespace of its own, where root is nobody; files and signals are the same outside and in.
 *
 * @param home the folder that holds {@code bin}
 * @param log what the programs say is appended here; a file of this process's own user
 */
record Programs(Path home, Path log) {

  /** Runs one to its end; returns its exit code. */
  int run(Duration atMost, String program, String... arguments) {
    var command = new ArrayList<String>();
    if (isRoot()) command.addAll(List.of("unshare", "-U"));
    command.add(home.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    var environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PG"));
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
    try {
      var process = builder.start();
      process.getOutputStream().close();
      return exitCode(process, atMost, program);
    } catch (IOException e) {
      throw new StartFailure(
          isRoot()
              ? "PostgreSQL does not run as root, and unshare cannot be run (%s): start as another user, or set CHAT_DATABASE_URL"
                  .formatted(e.getMessage())
              : "cannot run PostgreSQL's " + program + ": " + e.getMessage(),
          e);
    }
  }

  /** An interrupted thread still waits, since what runs here must not be left half done. */
  private static int exitCode(Process process, Duration atMost, String program) {
    var interrupted = false;
    try {
      var until = System.nanoTime() + atMost.toNanos();
      while (true) {
        try {
          if (process.waitFor(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return process.exitValue();
          }
          process.destroyForcibly();
          throw new StartFailure(
              "PostgreSQL's %s did not end within %d s".formatted(program, atMost.toSeconds()));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  private boolean isRoot() {
    try {
      return Files.getAttribute(log, "unix:uid") instanceof Integer uid && uid == 0;
    } catch (IOException e) {
      throw new StartFailure("cannot read the owner of " + log + ": " + e, e);
    }
  }

  /** Returns the version that data must have, from the first line of what initdb reads. */
  String majorVersion() throws IOException {
    try (var lines = Files.lines(home.resolve("share/postgresql/postgres.bki"))) {
      return lines.findFirst().orElse("").replace("# PostgreSQL", "").strip();
    }
  }

  /** Returns how long the log is, to ask later for what came after. */
  long logLength() {
    try {
      return Files.size(log);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Returns the line behind a place of the log that says best what went wrong. */
  String complaint(long from) {
    List<String> lines;
    try {
      var bytes = Files.readAllBytes(log);
      var start = (int) Math.min(from, bytes.length);
      lines = new String(bytes, start, bytes.length - start, UTF_8).lines().toList();
    } catch (IOException e) {
      lines = List.of();
    }
    var last = lines.isEmpty() ? "it says nothing" : lines.getLast();
    return lines.stream()
            .filter(line -> line.matches(".*(FATAL|PANIC|initdb: error|unshare): .*"))
            .reduce((first, second) -> second)
            .orElse(last)
        + " (more in "
        + log
        + ")";
  }
}
