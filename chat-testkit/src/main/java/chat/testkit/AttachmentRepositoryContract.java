package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.NotFound;
import chat.model.ChatException.RateLimited;
import chat.model.Content;
import chat.model.UserId;
import chat.port.AttachmentRepository;
import chat.port.AttachmentRepository.Entry;
import chat.port.AttachmentRepository.Gone;
import chat.port.Store;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Shows every promise of {@link AttachmentRepository}, in its order. The test of an adapter
 * implements this beside {@link ConversationRepositoryContract}, and brings the store.
 */
public interface AttachmentRepositoryContract extends StoreContract {

  /** Returns a store that is up, as {@link ConversationRepositoryContract#store} says. */
  @Override
  Store store();

  /** Makes all that is stored of an owner so many days older. */
  void age(UserId owner, int days);

  private AttachmentRepository attachments() {
    return store().attachments();
  }

  private Entry announced(UserId owner) {
    return attachments().create(owner, "ä b.png", "image/png", 3);
  }

  private Entry uploaded(UserId owner) {
    return attachments().uploaded(owner, announced(owner).file().id());
  }

  private Entry sent(Scene scene) {
    var entry = uploaded(scene.owner);
    scene.begins(Samples.message(null, "look", List.of(entry.file().id())));
    return entry;
  }

  private List<Gone> gone() {
    return attachments().gone(10_000);
  }

  private static Gone gone(UserId owner, Entry entry) {
    return new Gone(owner, entry.file().id());
  }

  // create

  @Test
  default void anAnnouncedFileHasNoBytesIsUnsentAndIsFoundByItsOwnerAlone() {
    var owner = Samples.user();

    var entry = announced(owner);

    assertThat(entry.file())
        .isEqualTo(new Content.Attachment(entry.file().id(), "ä b.png", "image/png", 3));
    assertThat(entry.uploaded()).isFalse();
    assertThat(entry.conversation()).isNull();
    assertThat(attachments().find(owner, entry.file().id())).contains(entry);
    assertThat(attachments().find(Samples.user(), entry.file().id())).isEmpty();
  }

  @Test
  default void anOwnerHasOnlySoManyUnsentFiles() {
    var scene = new Scene(store());
    var sent = sent(scene);
    for (int i = 1; i < AttachmentRepository.UNSENT_AT_ONCE; i++) announced(scene.owner);
    var last = announced(scene.owner);

    assertThatThrownBy(() -> announced(scene.owner)).isInstanceOf(RateLimited.class);

    assertThat(announced(Samples.user()).uploaded()).as("another owner's").isFalse();
    attachments().delete(scene.owner, last.file().id());
    assertThat(announced(scene.owner).file()).isNotEqualTo(sent.file());
  }

  // find

  @Test
  default void anUnknownFileIsNotFound() {
    assertThat(attachments().find(Samples.user(), UUID.randomUUID())).isEmpty();
  }

  // uploaded

  @Test
  default void aFileWhoseBytesHaveComeMayBeSent() {
    var scene = new Scene(store());
    var entry = uploaded(scene.owner);
    assertThat(entry.uploaded()).isTrue();
    assertThat(attachments().find(scene.owner, entry.file().id())).contains(entry);

    var turn = scene.begins(Samples.message(null, "look", List.of(entry.file().id())));

    assertThat(attachments().find(scene.owner, entry.file().id()).orElseThrow().conversation())
        .isEqualTo(turn.conversation());
  }

  @Test
  default void theBytesOfAFileComeOnce() throws InterruptedException {
    var owner = Samples.user();
    var id = announced(owner).file().id();

    var codes =
        Together.atOnce(
            4,
            () -> {
              try {
                attachments().uploaded(owner, id);
                return "uploaded";
              } catch (Conflict e) {
                return e.code();
              }
            });

    assertThat(codes)
        .containsExactlyInAnyOrder(
            "uploaded", "already_uploaded", "already_uploaded", "already_uploaded");
  }

  @Test
  default void theBytesOfAnUnknownFileAndOfAnothersAreNotNoted() {
    var id = announced(Samples.user()).file().id();
    for (var unknown : List.of(id, UUID.randomUUID())) {
      assertThatThrownBy(() -> attachments().uploaded(Samples.user(), unknown))
          .isInstanceOf(NotFound.class);
    }
  }

  // delete

  @Test
  default void aDeletedFileIsNotFoundAndIsAmongThoseThatAreGone() {
    var owner = Samples.user();
    var entry = uploaded(owner);

    assertThat(attachments().delete(owner, entry.file().id())).isTrue();

    assertThat(attachments().find(owner, entry.file().id())).isEmpty();
    assertThat(gone()).contains(gone(owner, entry));
  }

  @Test
  default void aSentFileIsNotDeleted() {
    var scene = new Scene(store());
    var entry = sent(scene);

    assertThatThrownBy(() -> attachments().delete(scene.owner, entry.file().id()))
        .isInstanceOfSatisfying(
            Conflict.class, e -> assertThat(e.code()).isEqualTo("attachment_sent"));
    assertThat(attachments().find(scene.owner, entry.file().id())).isPresent();
  }

  @Test
  default void deletingAnUnknownFileOrAnothersDeletesNothing() {
    var owner = Samples.user();
    var id = announced(owner).file().id();
    assertThat(attachments().delete(Samples.user(), id)).isFalse();
    assertThat(attachments().delete(owner, UUID.randomUUID())).isFalse();
    assertThat(attachments().find(owner, id)).isPresent();
    assertThat(attachments().delete(owner, id)).isTrue();
    assertThat(attachments().delete(owner, id)).isFalse();
  }

  // expire

  @Test
  default void aFileThatIsYoungOrWasSentDoesNotExpire() {
    var scene = new Scene(store());
    var sent = sent(scene);
    age(scene.owner, 2);
    var young = uploaded(scene.owner);

    attachments().expire(AttachmentRepository.UNSENT);

    assertThat(attachments().find(scene.owner, sent.file().id())).isPresent();
    assertThat(attachments().find(scene.owner, young.file().id())).isPresent();
  }

  @Test
  default void aFileThatIsNotSentForADayIsGone() {
    var owner = Samples.user();
    var announced = announced(owner);
    var uploaded = uploaded(owner);
    age(owner, 2);

    attachments().expire(AttachmentRepository.UNSENT);

    assertThat(attachments().find(owner, announced.file().id())).isEmpty();
    assertThat(attachments().find(owner, uploaded.file().id())).isEmpty();
    assertThat(gone()).contains(gone(owner, announced), gone(owner, uploaded));
  }

  // gone

  @Test
  default void theFilesOfAConversationGoWithIt() {
    var scene = new Scene(store());
    var entry = uploaded(scene.owner);
    var unsent = uploaded(scene.owner);
    var turn = scene.begins(Samples.message(null, "look", List.of(entry.file().id())));

    scene.conversations.delete(scene.owner, turn.conversation());

    assertThat(attachments().find(scene.owner, entry.file().id())).isEmpty();
    assertThat(attachments().find(scene.owner, unsent.file().id())).isPresent();
    assertThat(gone()).contains(gone(scene.owner, entry)).doesNotContain(gone(scene.owner, unsent));
  }

  @Test
  default void aFileThatIsGoneIsListedUntilItIsForgotten() {
    var owner = Samples.user();
    var one = gone(owner, announced(owner));
    var other = gone(owner, announced(owner));
    for (var each : List.of(one, other)) attachments().delete(owner, each.id());
    assertThat(attachments().gone(1)).hasSize(1);

    attachments().forget(List.of(one));

    assertThat(gone()).contains(other).doesNotContain(one);
  }

  // signingKey

  @Test
  default void theSigningKeyIsTheSameForAll() throws InterruptedException {
    var keys = Together.atOnce(4, () -> hex(store().attachments().signingKey()));
    assertThat(keys).containsOnly(keys.get(0));
    assertThat(attachments().signingKey()).hasSize(32).isNotEqualTo(new byte[32]);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
