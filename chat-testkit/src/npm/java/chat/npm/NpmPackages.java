package chat.npm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Assumptions;

/**
 * Installs the packages that a project pins, by default {@code src/test/npm} into {@code
 * target/npm}, once for each lock file: threads wait for one another at the lock in here, processes
 * at the file beside it.
 */
public final class NpmPackages {
  private static final Path SOURCE = Path.of("src", "test", "npm");
  private static final Path TARGET = Path.of("target", "npm");
  private static final Set<String> MADE = Set.of("node_modules", ".next");
  private static final int PATIENCE_MINUTES = 5;
  private static final ReentrantLock LOCK = new ReentrantLock();

  private NpmPackages() {}

  /** Returns the folder with {@code node_modules} and the scripts; skips the test without npm. */
  public static Path installed() throws IOException {
    return installed(SOURCE, TARGET);
  }

  /**
   * Copies a project and returns the copy, with its packages installed; skips the test without npm.
   *
   * @param source the project, with a lock file
   * @param target where it is copied to
   */
  public static Path installed(Path source, Path target) throws IOException {
    LOCK.lock();
    try {
      requireProgram("node");
      requireProgram("npm");
      var copy = target.toAbsolutePath();
      Files.createDirectories(copy);
      try (var file = FileChannel.open(copy.resolve(".lock"), CREATE, WRITE)) {
        file.lock(); // until the file is closed
        install(source, copy);
      }
      return copy;
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Returns the command that runs Node.js: the one that the packages bring for this platform, else
   * that of the machine.
   */
  public static String node() throws IOException {
    return node(installed());
  }

  static String node(Path project) throws IOException {
    try (var brought = Files.newDirectoryStream(project.resolve("node_modules"), "node-*-*")) {
      for (var each : brought) {
        var node = each.resolve("bin").resolve("node");
        if (Files.isExecutable(node)) return node.toString();
      }
    }
    return "node";
  }

  private static void requireProgram(String program) {
    try {
      var process =
          new ProcessBuilder(program, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (await(process) == 0) return;
    } catch (IOException absent) {
      // Said below.
    }
    var line = program + " is not installed: NOT TESTED is what needs packages of npm";
    System.err.println(line);
    Assumptions.abort(line);
  }

  private static void install(Path source, Path target) throws IOException {
    copySources(source, target);
    var marker = target.resolve(".installed");
    var hash = hash(source.resolve("package-lock.json"));
    if (Files.exists(marker) && Files.readString(marker).equals(hash)) return;
    Files.deleteIfExists(marker);
    var log = target.resolve("npm-ci.txt");
    var process =
        new ProcessBuilder("npm", "ci", "--prefer-offline", "--no-progress")
            .directory(target.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (await(process) != 0) {
      throw new IOException("npm ci failed: " + Files.readString(log, UTF_8));
    }
    Files.writeString(marker, hash);
  }

  /** Scripts find packages beside themselves only. */
  private static void copySources(Path source, Path target) throws IOException {
    try (var entries = Files.list(source)) {
      for (var entry : entries.toList()) {
        var name = String.valueOf(entry.getFileName());
        var copy = target.resolve(name);
        if (Files.isRegularFile(entry)) {
          Files.copy(entry, copy, REPLACE_EXISTING);
        } else if (!MADE.contains(name)) {
          Files.createDirectories(copy);
          copySources(entry, copy);
        }
      }
    }
  }

  private static String hash(Path file) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int await(Process process) throws IOException {
    try {
      if (process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new IOException("it does not end: " + process.info().commandLine().orElse("npm"));
  }
}
