package chat.app.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files that the page was built into, in the folder {@code web} beside this class. Each
 * is read once and kept: all of them together are few megabytes.
 */
final class PageFiles {
  private static final Pattern NAME =
      Pattern.compile("(assets/)?[A-Za-z0-9_-][A-Za-z0-9._-]*\\.[a-z0-9]+");

  private final Map<String, PageFile> read = new ConcurrentHashMap<>();
  private final Source source;

  PageFiles(Source source) {
    this.source = source;
  }

  /** Gives the bytes of a file; null if there is none. */
  @FunctionalInterface
  interface Source {
    byte @Nullable [] bytes(String name);
  }

  static PageFiles built() {
    return new PageFiles(PageFiles::resource);
  }

  /**
   * @param name with its folder, if that is {@code assets/}
   */
  Optional<PageFile> find(String name) {
    if (!NAME.matcher(name).matches() || PageFile.isEncoded(name)) return Optional.empty();
    var known = read.get(name);
    if (known != null) return Optional.of(known);
    var plain = source.bytes(name);
    if (plain == null) return Optional.empty();
    var file =
        PageFile.of(name, plain).compressed(source.bytes(name + ".br"), source.bytes(name + ".gz"));
    read.put(name, file);
    return Optional.of(file);
  }

  private static byte @Nullable [] resource(String name) {
    try (var in = PageFiles.class.getResourceAsStream("web/" + name)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
