package chat.app.todo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.WRITE;

import chat.app.folder.DataFolder;
import chat.model.UserId;
import io.modelcontextprotocol.json.McpJsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Keeps the items of each user in a file of their own below the data folder. Any number of threads
 * and processes may use the same folder: changes follow one another, and a file is there whole, as
 * it was before a change or after it.
 *
 * <p>A user id may be anything, so the file is named by its hash.
 */
final class TodoItems {
  static final int MOST_ITEMS = 1000;
  static final int LONGEST_TEXT = 500;

  /** The system's lock belongs to the process: within one, threads wait here. */
  private static final ReentrantLock LOCK = new ReentrantLock();

  private final McpJsonMapper json;
  private final Path folder;
  private final Path lockFile;

  TodoItems(DataFolder data, McpJsonMapper json) throws IOException {
    this.json = json;
    this.folder = data.folder("todo");
    this.lockFile = data.file("todo/lock");
  }

  /**
   * Is something to do.
   *
   * @param id from 1, never given twice to items of one user
   */
  record Item(int id, String text, boolean done) {}

  /** Says why nothing was done, in words for a model. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why);
    }
  }

  /**
   * Is what a file holds.
   *
   * @param last the newest id ever given
   */
  private record Kept(int last, List<Item> items) {
    Item find(int id) {
      return items.stream()
          .filter(item -> item.id() == id)
          .findFirst()
          .orElseThrow(() -> new Refused("there is no item " + id));
    }
  }

  /** Is a change that was thought out: what is kept then, and the item that it was about. */
  private record Change(Kept kept, Item item) {}

  /** Returns the user's items, oldest first. */
  List<Item> list(UserId user) {
    return read(file(user)).items();
  }

  /** Adds an item, not done yet. */
  Item add(UserId user, String text) {
    if (text.isBlank()) throw new Refused("the text is empty");
    if (text.codePointCount(0, text.length()) > LONGEST_TEXT) {
      throw new Refused("the text is longer than " + LONGEST_TEXT + " characters");
    }
    return change(
        user,
        kept -> {
          if (kept.items().size() >= MOST_ITEMS) {
            throw new Refused("there are " + MOST_ITEMS + " items already: delete some first");
          }
          var item = new Item(kept.last() + 1, text, false);
          var items = Stream.concat(kept.items().stream(), Stream.of(item)).toList();
          return new Change(new Kept(item.id(), items), item);
        });
  }

  /** Marks an item as done, also one that is. */
  Item complete(UserId user, int id) {
    return change(
        user,
        kept -> {
          var found = kept.find(id);
          var done = new Item(id, found.text(), true);
          var items = new ArrayList<>(kept.items());
          items.set(items.indexOf(found), done);
          return new Change(new Kept(kept.last(), items), done);
        });
  }

  /** Removes an item for good. */
  Item delete(UserId user, int id) {
    return change(
        user,
        kept -> {
          var found = kept.find(id);
          var items = kept.items().stream().filter(item -> item.id() != id).toList();
          return new Change(new Kept(kept.last(), items), found);
        });
  }

  private Item change(UserId user, Function<Kept, Change> thought) {
    var file = file(user);
    LOCK.lock();
    try (var channel = FileChannel.open(lockFile, WRITE)) {
      channel.lock(); // until the channel is closed
      var change = thought.apply(read(file));
      write(file, change.kept());
      return change.item();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      LOCK.unlock();
    }
  }

  private Kept read(Path file) {
    try {
      return json.readValue(Files.readAllBytes(file), Kept.class);
    } catch (NoSuchFileException nothingYet) {
      return new Kept(0, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(Path file, Kept kept) throws IOException {
    var made = Files.createTempFile(folder, ".", ".new"); // only its owner reads it
    try {
      try (var channel = FileChannel.open(made, WRITE)) {
        var bytes = ByteBuffer.wrap(json.writeValueAsBytes(kept));
        while (bytes.hasRemaining()) channel.write(bytes);
        channel.force(true);
      }
      Files.move(made, file, ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private Path file(UserId user) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(user.value().getBytes(UTF_8));
      return folder.resolve(HexFormat.of().formatHex(hash) + ".json");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
