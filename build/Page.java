import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.util.*;
import java.util.stream.*;

/**
 * Builds the page, or checks and tests its sources: "build SOURCES WORK OUTPUT", "check SOURCES
 * WORK". Works on a copy, so that nothing is written where sources are; does nothing when they are
 * those of the last time. Without npm it says so, and lets everything else be built.
 */
public class Page {
  private final Path sources;
  private final Path work;

  Page(Path sources, Path work) {
    this.sources = sources;
    this.work = work;
  }

  public static void main(String[] args) throws Exception {
    var page = new Page(Path.of(args[1]), Path.of(args[2]));
    if (args[0].equals("build")) page.build(Path.of(args[3]));
    else page.check();
  }

  private void build(Path output) throws Exception {
    var stamp = hash(files(sources));
    var built = work.resolve(".built");
    if (Files.exists(output.resolve("index.html")) && isStamped(built, stamp)) return;
    Files.deleteIfExists(built);
    delete(output);
    if (!hasNpm()) {
      warn("npm IS NOT INSTALLED: THE SERVER IS BUILT WITHOUT ITS PAGE, /dashboard/chat");
      return;
    }
    prepare();
    run("npm", "run", "build");
    copy(files(work.resolve("dist")), work.resolve("dist"), output);
    Files.writeString(built, stamp);
  }

  private void check() throws Exception {
    var stamp = hash(files(sources));
    var checked = work.resolve(".checked");
    if (isStamped(checked, stamp)) return;
    Files.deleteIfExists(checked);
    if (!hasNpm()) {
      warn("npm IS NOT INSTALLED: THE PAGE IS NOT TESTED");
      return;
    }
    prepare();
    run("npm", "run", "check");
    run("npm", "test");
    Files.writeString(checked, stamp);
  }

  /** Makes the copy what the sources are now, with the packages that they pin. */
  private void prepare() throws Exception {
    var current = files(sources);
    var names = current.stream().map(sources::relativize).collect(Collectors.toSet());
    for (var old : files(work)) {
      var name = work.relativize(old);
      if (!names.contains(name) && !name.toString().startsWith(".")) Files.delete(old);
    }
    copy(current, sources, work);
    delete(work.resolve("dist"));
    var stamp = hash(List.of(sources.resolve("package-lock.json")));
    var installed = work.resolve("node_modules").resolve(".stamp");
    if (isStamped(installed, stamp)) return;
    run("npm", "ci", "--prefer-offline", "--no-progress", "--loglevel=error");
    Files.writeString(installed, stamp);
  }

  /** Returns the files below a folder, in order, without those that npm or the build put there. */
  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) return List.of();
    try (var top = Files.list(folder)) {
      var files = new TreeSet<Path>();
      for (var each : top.toList()) {
        if (Set.of("node_modules", "dist").contains(each.getFileName().toString())) continue;
        try (var below = Files.walk(each)) {
          below.filter(Files::isRegularFile).forEach(files::add);
        }
      }
      return List.copyOf(files);
    }
  }

  private static void copy(List<Path> files, Path from, Path to) throws IOException {
    for (var file : files) {
      var target = to.resolve(from.relativize(file));
      Files.createDirectories(target.getParent());
      Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (var all = Files.walk(folder)) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
    }
  }

  private static boolean isStamped(Path file, String stamp) throws IOException {
    return Files.exists(file) && Files.readString(file).equals(stamp);
  }

  private String hash(List<Path> files) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    for (var file : files) {
      digest.update((sources.relativize(file) + "\n" + Files.size(file) + "\n").getBytes());
      digest.update(Files.readAllBytes(file));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static boolean hasNpm() throws Exception {
    try {
      var npm = new ProcessBuilder("npm", "--version").redirectErrorStream(true);
      return npm.redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  private static void warn(String line) {
    System.err.println("[WARNING] " + "*".repeat(72));
    System.err.println("[WARNING] " + line);
    System.err.println("[WARNING] " + "*".repeat(72));
  }

  private void run(String... command) throws Exception {
    var process = new ProcessBuilder(command).directory(work.toFile()).inheritIO().start();
    if (process.waitFor() == 0) return;
    System.err.println("[ERROR] the page: " + String.join(" ", command) + " failed");
    System.exit(1);
  }
}
