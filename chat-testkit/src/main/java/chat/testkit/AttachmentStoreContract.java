package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.UserId;
import chat.port.AttachmentStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Shows every promise of {@link AttachmentStore}, in its order. The test of an adapter implements
 * this, and brings the store.
 */
public interface AttachmentStoreContract {

  /** Returns a store that is up; called often, and may give the same one again. */
  AttachmentStore files();

  /** Returns the id of a file that an owner has announced. */
  UUID announced(UserId owner);

  private static byte[] bytes(int count) {
    var bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private void put(UserId owner, UUID id, byte[] bytes) {
    files().put(owner, id, new ByteArrayInputStream(bytes), bytes.length);
  }

  private byte[] read(UserId owner, UUID id) throws IOException {
    try (var opened = files().open(owner, id).orElseThrow()) {
      return opened.readAllBytes();
    }
  }

  // put

  @Test
  default void theBytesOfAFileAreReadBackAsTheyWere() throws IOException {
    var owner = Samples.user();
    for (int size : new int[] {1, 256 << 10, (256 << 10) + 1, (3 << 20) + 17}) {
      var id = announced(owner);
      put(owner, id, bytes(size));
      assertThat(read(owner, id)).isEqualTo(bytes(size));
    }
  }

  @Test
  default void bytesPutAgainTakeThePlaceOfWhatWasThere() throws IOException {
    var owner = Samples.user();
    var id = announced(owner);
    put(owner, id, bytes(1 << 20));

    put(owner, id, bytes(10));

    assertThat(read(owner, id)).isEqualTo(bytes(10));
  }

  @Test
  default void whatWasThereStaysWhenReadingTheBytesFails() throws IOException {
    var owner = Samples.user();
    var id = announced(owner);
    put(owner, id, bytes(10));
    var breaking = InputStream.nullInputStream();
    breaking.close();
    var half = new SequenceInputStream(new ByteArrayInputStream(bytes(1 << 20)), breaking);

    assertThatThrownBy(() -> files().put(owner, id, half, 2 << 20))
        .isInstanceOf(UncheckedIOException.class);

    assertThat(read(owner, id)).isEqualTo(bytes(10));
  }

  // open

  @Test
  default void thereIsNothingToOpenOfAnUnknownFileOrAnothers() {
    var owner = Samples.user();
    var id = announced(owner);
    assertThat(files().open(owner, id)).isEmpty();
    put(owner, id, bytes(10));
    assertThat(files().open(Samples.user(), id)).isEmpty();
    assertThat(files().open(owner, UUID.randomUUID())).isEmpty();
  }

  @Test
  default void aFileThatGoesWhileItIsReadDoesNotEndEarly() throws IOException {
    var owner = Samples.user();
    var id = announced(owner);
    put(owner, id, bytes(2 << 20));
    try (var opened = files().open(owner, id).orElseThrow()) {
      assertThat(opened.readNBytes(10)).hasSize(10);

      files().delete(owner, id);

      long rest;
      try {
        rest = opened.readAllBytes().length;
      } catch (IOException expected) {
        return;
      }
      assertThat(rest).isEqualTo((2 << 20) - 10);
    }
  }

  // delete

  @Test
  default void thereIsNothingToOpenOfADeletedFile() {
    var owner = Samples.user();
    var id = announced(owner);
    put(owner, id, bytes(10));

    files().delete(owner, id);
    files().delete(owner, id);

    assertThat(files().open(owner, id)).isEmpty();
  }
}
