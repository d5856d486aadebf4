package chat.app.postgres;

import chat.app.folder.DataFolder;
import chat.app.folder.StartFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Unpacks PostgreSQL's programs from the class path into the data folder, once for each content:
 * beside the final folder first, which is there whole or not at all.
 */
final class Binaries {
  /** Is the folder, in the data folder, under which every program that we start lies. */
  static final String FOLDER = "postgres-programs";

  private Binaries() {}

  /** Returns the folder that holds {@code bin}; called with the data's lock held. */
  static Path unpacked(DataFolder data) {
    var resource = resource(System.getProperty("os.name"), System.getProperty("os.arch"));
    try {
      var home = data.folder(FOLDER);
      var target = home.resolve(hash(resource));
      if (!Files.isDirectory(target)) unpack(resource, home, target);
      return target;
    } catch (IOException e) {
      throw new StartFailure("cannot unpack PostgreSQL into " + data.path() + ": " + e, e);
    }
  }

  /** Names the archive as the zonky jars do. */
  static String resource(String os, String arch) {
    var system = os.toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
    var machine = arch.matches("aarch64|arm64") ? "arm_64" : "x86_64";
    return "/postgres-" + system + "-" + machine + ".txz";
  }

  private static InputStream open(String resource) {
    var stream = Binaries.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new StartFailure(
          "no PostgreSQL for this machine is on the class path (%s): set CHAT_DATABASE_URL"
              .formatted(resource));
    }
    return stream;
  }

  private static String hash(String resource) throws IOException {
    try (var in = new DigestInputStream(open(resource), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Also clears away what an unpacking that was cut left, and the programs of earlier versions. */
  private static void unpack(String resource, Path home, Path target) throws IOException {
    try (var old = Files.list(home)) {
      for (var each : old.toList()) DataFolder.delete(each);
    }
    var unfinished = home.resolve("unfinished");
    try (var in = new BufferedInputStream(open(resource));
        var tar = new TarArchiveInputStream(new XZInputStream(in))) {
      Files.createDirectory(unfinished);
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        write(entry, tar, unfinished);
      }
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(TarArchiveEntry entry, InputStream content, Path home)
      throws IOException {
    var path = home.resolve(entry.getName()).normalize();
    if (!path.startsWith(home)) throw new IOException("a path leads outside: " + entry.getName());
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else {
      Files.copy(content, path);
      var runs = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(runs ? "rwx------" : "rw-------"));
    }
  }
}
