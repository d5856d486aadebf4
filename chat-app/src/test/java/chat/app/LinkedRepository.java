package chat.app;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Is a user's local Maven repository seen through links, with the artifacts of this build beside
 * everything else: nothing is loaded twice, and nothing of ours is installed at the user's.
 */
final class LinkedRepository {
  private static final Path OURS = Path.of("io", "github", "chatserver");

  private final Path view;

  private LinkedRepository(Path view) {
    this.view = view;
  }

  static LinkedRepository of(Path users, Path view) throws IOException {
    link(users, view, OURS);
    return new LinkedRepository(view);
  }

  /** Links everything but the folder that leads to ours, which is a folder in the view too. */
  private static void link(Path users, Path view, Path ours) throws IOException {
    Files.createDirectories(users);
    Files.createDirectories(view);
    var first = ours.getName(0);
    try (var entries = Files.list(users)) {
      for (var entry : entries.filter(it -> !it.endsWith(first)).toList()) {
        var link = view.resolve(entry.getFileName());
        if (Files.isSymbolicLink(link)) Files.delete(link);
        if (!Files.exists(link)) Files.createSymbolicLink(link, entry.toRealPath());
      }
    }
    if (ours.getNameCount() == 1) return;
    link(users.resolve(first), view.resolve(first), ours.subpath(1, ours.getNameCount()));
  }

  Path path() {
    return view;
  }

  /** Puts a module in, from where this build has it; its jar too, if it has one. */
  void install(String name, String version, Path module) throws IOException {
    var artifact = name + "-" + version;
    var folder = view.resolve(OURS).resolve(name).resolve(version);
    Files.createDirectories(folder);
    Files.copy(module.resolve("pom.xml"), folder.resolve(artifact + ".pom"), REPLACE_EXISTING);
    var jar = module.resolve("target").resolve(artifact + ".jar");
    if (Files.exists(jar)) Files.copy(jar, folder.resolve(artifact + ".jar"), REPLACE_EXISTING);
  }
}
