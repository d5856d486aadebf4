package chat.app.todo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.app.folder.DataFolder;
import chat.app.todo.TodoItems.Item;
import chat.app.todo.TodoItems.Refused;
import chat.model.UserId;
import io.modelcontextprotocol.json.McpJsonDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TodoItemsTest {
  private static final UserId ADA = new UserId("ada");
  private static final UserId BOB = new UserId("bob");

  @TempDir private Path folder;
  private TodoItems items;

  @BeforeEach
  void open() throws IOException {
    items = opened();
  }

  private TodoItems opened() throws IOException {
    return new TodoItems(DataFolder.open(folder), McpJsonDefaults.getMapper());
  }

  @Test
  void itemsAreKeptInTheOrderTheyWereAdded() throws IOException {
    items.add(ADA, "milk");
    items.add(ADA, "bread 🍞\n\"rye\"");
    items.complete(ADA, 1);

    assertThat(opened().list(ADA))
        .containsExactly(new Item(1, "milk", true), new Item(2, "bread 🍞\n\"rye\"", false));
  }

  @Test
  void nobodySeesOrChangesAnothersItems() {
    items.add(ADA, "milk");
    items.add(BOB, "beer");

    assertThat(items.list(BOB)).containsExactly(new Item(1, "beer", false));
    items.delete(BOB, 1);
    assertThatThrownBy(() -> items.delete(BOB, 1)).isInstanceOf(Refused.class);
    assertThat(items.list(ADA)).containsExactly(new Item(1, "milk", false));
  }

  @Test
  void anIdIsNeverGivenTwice() {
    items.add(ADA, "milk");
    items.delete(ADA, 1);

    assertThat(items.add(ADA, "bread").id()).isEqualTo(2);
  }

  @Test
  void completingTwiceChangesNothing() {
    items.add(ADA, "milk");

    assertThat(items.complete(ADA, 1)).isEqualTo(items.complete(ADA, 1));
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatThrownBy(() -> items.complete(ADA, 7))
        .isInstanceOf(Refused.class)
        .hasMessage("there is no item 7");
    assertThatThrownBy(() -> items.delete(ADA, 7)).hasMessage("there is no item 7");
  }

  @Test
  void textAndNumberAreBounded() {
    assertThatThrownBy(() -> items.add(ADA, " ")).isInstanceOf(Refused.class);
    items.add(ADA, "🥛".repeat(TodoItems.LONGEST_TEXT));
    assertThatThrownBy(() -> items.add(ADA, "x".repeat(TodoItems.LONGEST_TEXT + 1)))
        .isInstanceOf(Refused.class);
    for (int i = 1; i < TodoItems.MOST_ITEMS; i++) items.add(BOB, "x");
    items.add(BOB, "the last");
    assertThatThrownBy(() -> items.add(BOB, "one more"))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("delete some");
  }

  @Test
  void aUserIdThatIsAPathStaysInTheFolder() throws IOException {
    for (var hostile : List.of("../../etc/passwd", "/", "..", "a\\b", "ä🙂", "CON", ".lock")) {
      items.add(new UserId(hostile), hostile);
      assertThat(items.list(new UserId(hostile))).hasSize(1);
    }
    try (var files = Files.list(folder.resolve("todo"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .allMatch(name -> name.equals("lock") || name.matches("[0-9a-f]{64}\\.json"))
          .hasSize(8);
    }
  }

  @Test
  void onlyTheOwnerOfTheFolderReadsThem() throws IOException {
    items.add(ADA, "milk");

    try (var files = Files.list(folder.resolve("todo"))) {
      for (var file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void changesAtTheSameTimeAreAllKept() throws Exception {
    var another = opened();
    var threads = new ArrayList<CompletableFuture<Item>>();
    for (var each : List.of(items, another, items, another, items, another)) {
      threads.add(
          CompletableFuture.supplyAsync(
              () -> each.add(ADA, "milk"), run -> new Thread(run).start()));
    }
    for (var thread : threads) thread.get(30, TimeUnit.SECONDS);

    assertThat(items.list(ADA))
        .extracting(Item::id)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 6).boxed().toList());
  }
}
