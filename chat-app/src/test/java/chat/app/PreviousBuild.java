package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Builds what this project was before its newest migration came, from its history. */
final class PreviousBuild implements AutoCloseable {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final String MIGRATIONS =
      "chat-persistence-jpa/src/main/resources/chat/persistence/jpa/migration";
  private static final int PATIENCE_MINUTES = 30;

  private final Path folder;
  private final Path log;

  private PreviousBuild(Path folder, Path log) {
    this.folder = folder;
    this.log = log;
  }

  static PreviousBuild make(Path home) throws Exception {
    var build = new PreviousBuild(home.resolve("previous"), home.resolve("previous.log"));
    var commit =
        build.run(PROJECT, "git", "log", "-1", "--diff-filter=A", "--format=%H", "--", newest());
    assertThat(commit).as("the commit that brought " + newest()).isNotBlank();
    build.run(
        PROJECT,
        "git",
        "worktree",
        "add",
        "--detach",
        build.folder.toString(),
        commit.strip() + "^");
    try {
      build.run(
          build.folder,
          Objects.requireNonNull(System.getProperty("maven.home")) + "/bin/mvn",
          "-B",
          "-q",
          "package",
          "-DskipTests",
          "-Dmaven.javadoc.skip=true",
          "-pl",
          "chat-app",
          "-am");
      return build;
    } catch (Exception | Error e) {
      build.close();
      throw e;
    }
  }

  private static String newest() throws IOException {
    try (var files = Files.list(PROJECT.resolve(MIGRATIONS))) {
      var names = files.map(file -> file.getFileName().toString()).sorted().toList();
      return MIGRATIONS + "/" + names.getLast();
    }
  }

  Path jar() {
    return folder.resolve("chat-app/target/chat-app.jar");
  }

  private String run(Path where, String... command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(List.of(command))
            .directory(where.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
    if (!ended) process.destroyForcibly();
    var said = Files.readString(log);
    assertThat(ended && process.exitValue() == 0).as(said).isTrue();
    return said;
  }

  @Override
  public void close() throws IOException {
    try {
      run(PROJECT, "git", "worktree", "remove", "--force", folder.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
