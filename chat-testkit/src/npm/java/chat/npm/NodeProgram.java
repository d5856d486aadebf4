package chat.npm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Is a program for Node.js in a process of its own, with the packages of {@code src/test/npm} or of
 * another project at hand. Without Node.js or npm the test that starts one is skipped, and says so.
 *
 * <p>A thread of its own reads what the program prints, so that it never waits for a reader.
 */
public final class NodeProgram implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;
  private static final int RUN_MINUTES = 5;
  private static final int LINES_KEPT = 200;

  private final Process process;
  private final Thread reader;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  private NodeProgram(Process process, String readyLine) {
    this.process = process;
    this.reader = new Thread(() -> read(readyLine), "node-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a program and waits until it is ready.
   *
   * @param readyLine what the line begins with by which it says so
   * @param environment is added to this process's own
   * @param command the script, a path below {@code src/test/npm} or {@code node_modules/…}, and its
   *     arguments
   */
  public static NodeProgram start(
      String readyLine, Map<String, String> environment, String... command) throws IOException {
    return start(NpmPackages.installed(), readyLine, environment, command);
  }

  /**
   * Starts a program of another project and waits until it is ready.
   *
   * @param project its folder, as {@link NpmPackages#installed(Path, Path)} returned it
   */
  public static NodeProgram start(
      Path project, String readyLine, Map<String, String> environment, String... command)
      throws IOException {
    var program = new NodeProgram(launch(project, environment, command), readyLine);
    try {
      program.ready.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
      return program;
    } catch (RuntimeException e) {
      program.close();
      throw new IllegalStateException(
          Path.of(command[0]).getFileName() + " does not start: " + program.said(), e);
    }
  }

  /**
   * Runs a program of a project to its end, and fails with what it said unless that is a good one.
   */
  public static void run(Path project, Map<String, String> environment, String... command)
      throws IOException {
    try (var program = new NodeProgram(launch(project, environment, command), "")) {
      if (!program.process.waitFor(RUN_MINUTES, TimeUnit.MINUTES)) {
        throw new IOException("it does not end: " + program.said());
      }
      program.reader.join();
      if (program.process.exitValue() != 0) {
        throw new IOException("it failed: " + String.join("\n", program.said()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static Process launch(Path project, Map<String, String> environment, String... command)
      throws IOException {
    var words = new ArrayList<>(List.of(NpmPackages.node(project)));
    words.addAll(List.of(command));
    var builder = new ProcessBuilder(words).directory(project.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Returns what followed in the line by which it said that it was ready. */
  public String ready() {
    return ready.join();
  }

  /** Returns the last lines it printed, on either stream. */
  public List<String> said() {
    return List.copyOf(said);
  }

  public long pid() {
    return process.pid();
  }

  private void read(String readyLine) {
    try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        said.add(line);
        if (said.size() > LINES_KEPT) said.removeFirst();
        if (line.startsWith(readyLine)) ready.complete(line.substring(readyLine.length()).strip());
      }
    } catch (IOException closed) {
      // The process is gone; so is what it would have said.
    } finally {
      ready.completeExceptionally(new IllegalStateException("it ended"));
    }
  }

  /** Ends this process, and waits until it has ended. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      reader.join();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
