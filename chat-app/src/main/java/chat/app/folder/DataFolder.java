package chat.app.folder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;

/**
 * Is the data folder of one server. Everything made in it can be read by its owner only, and is
 * there whole or not at all.
 */
public final class DataFolder {
  private static final FileAttribute<?> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final int SECRET_BYTES = 32;

  private final Path path;

  private DataFolder(Path path) {
    this.path = path;
  }

  /** Opens a folder, and makes it when it is absent. */
  public static DataFolder open(Path path) {
    try {
      if (!Files.isDirectory(path)) {
        if (path.toAbsolutePath().getParent() != null) {
          Files.createDirectories(path.toAbsolutePath().getParent());
        }
        createFolder(path);
      }
      var real = path.toRealPath();
      if (!Files.isWritable(real)) {
        throw new StartFailure(unusable(path, "it cannot be written"));
      }
      return new DataFolder(real);
    } catch (IOException e) {
      throw new StartFailure(unusable(path, e.toString()), e);
    }
  }

  private static String unusable(Path path, String why) {
    return "the data folder %s is of no use (%s): set CHAT_DATA_DIR to a folder that can be written"
        .formatted(path, why);
  }

  private static void createFolder(Path path) throws IOException {
    try {
      Files.createDirectory(path, FOLDER_MODE);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path)) throw e;
    }
  }

  /** Returns where it is, without symbolic links. */
  public Path path() {
    return path;
  }

  /** Returns a folder in it, and makes it when it is absent. */
  public Path folder(String name) throws IOException {
    var folder = path.resolve(name);
    createFolder(folder);
    return folder;
  }

  /** Returns a file in it, and makes it, empty, when it is absent. */
  public Path file(String name) throws IOException {
    var file = path.resolve(name);
    try {
      Files.createFile(file, FILE_MODE);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(file)) throw e;
    }
    return file;
  }

  /** Returns the secret of a name: 256 random bits in Base64, made once and kept in a file. */
  public String secret(String name) {
    var file = path.resolve(name);
    try {
      if (!Files.exists(file)) makeSecret(file);
      var secret = Files.readString(file, UTF_8).strip();
      if (secret.length() < SECRET_BYTES) {
        throw new StartFailure(
            "the file %s holds no secret of at least %d characters: put it back, or delete the file"
                    .formatted(file, SECRET_BYTES)
                + " to have a new one made");
      }
      return secret;
    } catch (IOException e) {
      throw new StartFailure("cannot read or make the secret file " + file + ": " + e, e);
    }
  }

  /** Makes it under another name first, and never replaces one that somebody else made. */
  private void makeSecret(Path file) throws IOException {
    var made = Files.createTempFile(path, "." + file.getFileName(), ".new", FILE_MODE);
    try {
      try (var channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap((randomSecret() + "\n").getBytes(UTF_8)));
        channel.force(true);
      }
      Files.createLink(file, made);
    } catch (FileAlreadyExistsException theirs) {
      return;
    } catch (UnsupportedOperationException noLinks) {
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  /** Returns 256 random bits in Base64, in letters that need no quoting anywhere. */
  public static String randomSecret() {
    var bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Deletes a file or a folder with everything in it; symbolic links are not followed. */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) return;
    try (var all = Files.walk(path)) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
    }
  }
}
