package chat.app.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {
  @TempDir private Path home;

  @Test
  void aSecretIsMadeOnceAndReadByItsOwnerOnly() throws Exception {
    var folder = DataFolder.open(home.resolve("a/b"));
    var secret = folder.secret("key");
    assertThat(secret).hasSize(43).isNotEqualTo(folder.secret("other"));
    assertThat(DataFolder.open(home.resolve("a/b")).secret("key")).isEqualTo(secret);
    assertThat(mode(folder.path().resolve("key"))).isEqualTo("rw-------");
    assertThat(mode(folder.path())).isEqualTo("rwx------");
    try (var files = Files.list(folder.path())) {
      assertThat(files).as("nothing else is left").hasSize(2);
    }
  }

  @Test
  void whoeverComesAtTheSameTimeGetsTheSameSecret() throws Exception {
    var folder = DataFolder.open(home);
    try (var threads = Executors.newFixedThreadPool(8)) {
      Callable<String> ask = () -> folder.secret("key");
      var secrets = new HashSet<String>();
      for (var answer : threads.invokeAll(Stream.generate(() -> ask).limit(32).toList())) {
        secrets.add(answer.get());
      }
      assertThat(secrets).hasSize(1);
    }
  }

  @Test
  void aSecretThatWasCutIsRefusedAndNotReplaced() throws Exception {
    Files.writeString(home.resolve("key"), "cut\n");
    assertThatThrownBy(() -> DataFolder.open(home).secret("key"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(home.resolve("key").toString())
        .message()
        .doesNotContain("cut\n");
    assertThat(home.resolve("key")).hasContent("cut");
  }

  @Test
  void aFolderThatCannotBeIsOneLineThatNamesTheSetting() throws Exception {
    var file = Files.createFile(home.resolve("file"));
    for (var path : new Path[] {file, file.resolve("below")}) {
      assertThatThrownBy(() -> DataFolder.open(path))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("CHAT_DATA_DIR")
          .hasMessageContaining(path.toString());
    }
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
