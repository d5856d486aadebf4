package chat.app.folder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Is the right to use a data folder: one process has it, and the operating system takes it back
 * when that process ends, however it ends. The children of the process do not inherit it.
 */
public final class DataLock implements AutoCloseable {
  /** The system's lock belongs to the process: within one, and to not lose it, it is kept here. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private DataLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Takes the lock, or fails at once with a line that says who has it. */
  public static DataLock take(DataFolder folder) {
    var file = folder.path().resolve("lock");
    if (!OWN.add(file)) throw taken(folder, Long.toString(ProcessHandle.current().pid()));
    try {
      return lock(folder, folder.file("lock"));
    } catch (IOException e) {
      OWN.remove(file);
      throw new StartFailure("cannot lock " + file + ": " + e, e);
    } catch (RuntimeException e) {
      OWN.remove(file);
      throw e;
    }
  }

  private static DataLock lock(DataFolder folder, Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        var holder = ByteBuffer.allocate(32);
        channel.read(holder, 0);
        throw taken(folder, UTF_8.decode(holder.flip()).toString().strip());
      }
      channel.truncate(0);
      channel.write(UTF_8.encode(ProcessHandle.current().pid() + "\n"), 0);
      return new DataLock(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static StartFailure taken(DataFolder folder, String holder) {
    return new StartFailure(
        "process %s uses the data in %s: stop it first, or set CHAT_DATA_DIR to another folder"
            .formatted(holder.isEmpty() ? "(unknown)" : holder, folder.path()));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      OWN.remove(file);
    }
  }
}
