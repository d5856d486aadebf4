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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Assumptions;

/**
 * Installs the packages that {@code src/test/npm} pins, into {@code target/npm}, once for each lock
 * file: threads wait for one another at the lock in here, processes at the file beside it.
 */
public final class NpmPackages {
  private static final Path SOURCE = Path.of("src", "test", "npm").toAbsolutePath();
  private static final Path TARGET = Path.of("target", "npm").toAbsolutePath();
  private static final int PATIENCE_MINUTES = 5;
  private static final ReentrantLock LOCK = new ReentrantLock();

  private NpmPackages() {}

  /** Returns the folder with {@code node_modules} and the scripts; skips the test without npm. */
  public static Path installed() throws IOException {
    LOCK.lock();
    try {
      requireProgram("node");
      requireProgram("npm");
      Files.createDirectories(TARGET);
      var lockFile = TARGET.resolve(".lock");
      try (var file = FileChannel.open(lockFile, CREATE, WRITE)) {
        file.lock(); // until the file is closed
        install();
      }
      return TARGET;
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Returns the command that runs Node.js: the one that the packages bring for this platform, else
   * that of the machine.
   */
  public static String node() throws IOException {
    try (var brought = Files.newDirectoryStream(installed().resolve("node_modules"), "node-*-*")) {
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

  private static void install() throws IOException {
    copySources();
    var marker = TARGET.resolve(".installed");
    var hash = hash(SOURCE.resolve("package-lock.json"));
    if (Files.exists(marker) && Files.readString(marker).equals(hash)) return;
    Files.deleteIfExists(marker);
    var log = TARGET.resolve("npm-ci.txt");
    var process =
        new ProcessBuilder("npm", "ci", "--prefer-offline", "--no-progress")
            .directory(TARGET.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (await(process) != 0) {
      throw new IOException("npm ci failed: " + Files.readString(log, UTF_8));
    }
    Files.writeString(marker, hash);
  }

  /** Scripts find packages beside themselves only. */
  private static void copySources() throws IOException {
    try (var sources = Files.list(SOURCE)) {
      for (var source : sources.toList()) {
        Files.copy(source, TARGET.resolve(source.getFileName()), REPLACE_EXISTING);
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
