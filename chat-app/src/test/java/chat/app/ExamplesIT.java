package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The projects below {@code docs/examples}, built as other people would: by a Maven of their own,
 * with a POM of their own, against the jars that this build has made.
 */
final class ExamplesIT {
  private static final Path EXAMPLES = Path.of("..", "docs", "examples");
  private static final Path WORK = Path.of("target", "examples").toAbsolutePath();
  private static final List<String> MODULES =
      List.of(
          "chat-bom", "chat-domain", "chat-testkit", "chat-persistence-jpa", "chat-agent-openai");

  /** What nothing but the examples loads: made before the links, so that it outlives a clean. */
  private static final List<String> GROUPS = List.of("tools", "io/micrometer");

  private static final Pattern PASSED =
      Pattern.compile("Tests run: (\\d+), Failures: 0, Errors: 0, Skipped: 0, Time");
  private static final int PATIENCE_MINUTES = 10;
  private static final int LAST_LINES = 60;

  private static LinkedRepository repository;

  @BeforeAll
  static void whatThisBuildMadeIsInARepository() throws IOException {
    var users = Path.of(property("maven.repo.users"));
    for (var group : GROUPS) Files.createDirectories(users.resolve(group));
    repository = LinkedRepository.of(users, WORK.resolve("repository"));
    repository.install("chat", property("chat.version"), Path.of(".."));
    for (var name : MODULES) {
      repository.install(name, property("chat.version"), Path.of("..", name));
    }
  }

  @Test
  void aProgramEmbedsTheDomainAndItsAdaptersKeepTheContracts() throws Exception {
    assertThat(testsOf("embedded")).isGreaterThan(100);
  }

  @Test
  void aSpringBootServiceHasAChatInTwoBeans() throws Exception {
    assertThat(testsOf("spring-boot")).isPositive();
  }

  /** Builds an example and returns how many tests it has passed. */
  private static int testsOf(String example) throws IOException, InterruptedException {
    var project = WORK.resolve(example);
    var log = WORK.resolve(example + ".log");
    delete(project);
    copy(EXAMPLES.resolve(example), project);
    assertThat(maven(project, log)).as(() -> lastOf(log)).isZero();
    return PASSED
        .matcher(Files.readString(log))
        .results()
        .mapToInt(tests -> Integer.parseInt(tests.group(1)))
        .sum();
  }

  /** It is compiled and tested with the JDK that runs this. */
  private static int maven(Path project, Path log) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(property("maven.home") + "/bin/mvn", "-B", "-ntp"));
    var settings = Path.of(property("maven.settings"));
    if (Files.exists(settings)) command.addAll(List.of("-s", settings.toString()));
    command.add("-Dmaven.repo.local=" + repository.path());
    command.add("-Dchat.version=" + property("chat.version"));
    command.add("-Dbinaries.platform=" + property("postgres.platform"));
    command.add("verify");
    var builder =
        new ProcessBuilder(command)
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    var maven = builder.start();
    try {
      assertThat(maven.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).as(() -> lastOf(log)).isTrue();
      return maven.exitValue();
    } finally {
      maven.descendants().forEach(ProcessHandle::destroyForcibly);
      maven.destroyForcibly();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        if (from.relativize(file).startsWith("target")) continue;
        var copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.copy(file, copy);
      }
    }
  }

  private static String lastOf(Path log) {
    try {
      var lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return log + ": " + e;
    }
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), () -> name + ", which Maven says");
  }
}
