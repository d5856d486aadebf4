package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Turn;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Shows the promise of {@code accept} that is about files. */
interface AttachingPromises extends StoreContract {

  private UUID announced(Scene scene, String name) {
    var created = store().attachments().create(scene.owner, name, "text/plain", 3);
    return created.file().id();
  }

  private UUID uploaded(Scene scene, String name) {
    return store().attachments().uploaded(scene.owner, announced(scene, name)).file().id();
  }

  private static List<Conversation> all(Scene scene) {
    var newest = Conversation.Order.ACTIVITY_DESC;
    return scene.conversations.list(scene.owner, newest, null, 200).data();
  }

  private static List<String> names(Scene scene, PlayedTurn turn) {
    return names(scene.found(turn.conversation(), turn.question()).content());
  }

  private static List<String> names(Content content) {
    return ((Content.UserInput) content)
        .attachments().stream().map(Content.Attachment::name).toList();
  }

  @Test
  default void theFilesThatAMessageNamesStandInItAsTheyAreKnown() {
    var scene = new Scene(store());
    var one = uploaded(scene, "1.txt");
    var other = uploaded(scene, "2.txt");

    var opens = scene.begins(Samples.message(null, "look", List.of(other, one)));
    assertThat(names(scene, opens)).containsExactly("2.txt", "1.txt");
    opens.completes();

    var third = uploaded(scene, "3.txt");
    var goesOn = scene.begins(Samples.message(opens.conversation(), "", List.of(third)));
    assertThat(names(scene, goesOn)).containsExactly("3.txt");
    var entry = store().attachments().find(scene.owner, third).orElseThrow();
    assertThat(entry.conversation()).isEqualTo(opens.conversation());
  }

  @Test
  default void theFilesOfAMessageThatWaitsAreTheConversationsAtOnce() {
    var scene = new Scene(store());
    var file = uploaded(scene, "1.txt");
    var first = scene.begins("one");
    var later = Samples.message(first.conversation(), "two", List.of(file));

    var waiting = scene.accepts(Samples.onBusy(later, Turn.OnBusy.ENQUEUE)).turn();

    assertThat(store().attachments().find(scene.owner, file).orElseThrow().conversation())
        .isEqualTo(first.conversation());
    var queued = scene.found(waiting).queued();
    assertThat(queued).isNotNull();
    assertThat(names(((Turn.Input.Send) queued.input()).content())).containsExactly("1.txt");
    refuses(scene, List.of(file), InvalidInput.class);
  }

  @Test
  default void aFileThatIsUnknownOrAnothersIsNotFound() {
    var scene = new Scene(store());
    refuses(scene, List.of(UUID.randomUUID()), NotFound.class);
    refuses(scene, List.of(uploaded(new Scene(store()), "1.txt")), NotFound.class);
  }

  @Test
  default void aFileThatIsNamedTwiceHasNoBytesOrWasSentBeforeIsRefused() {
    var scene = new Scene(store());
    var sent = uploaded(scene, "1.txt");
    var message = Samples.message(null, "look", List.of(sent));
    scene.begins(Samples.keyed(message, Samples.key())).completes();
    var fresh = uploaded(scene, "2.txt");

    for (var refused :
        List.of(List.of(sent), List.of(fresh, fresh), List.of(announced(scene, "3.txt")))) {
      refuses(scene, refused, InvalidInput.class);
    }
    assertThat(store().attachments().find(scene.owner, fresh).orElseThrow().conversation())
        .isNull();
  }

  private static void refuses(
      Scene scene, List<UUID> files, Class<? extends ChatException> because) {
    int before = all(scene).size();
    assertThatThrownBy(() -> scene.accepts(Samples.message(null, "look", files)))
        .isInstanceOf(because);
    assertThat(all(scene)).as("a refused message leaves no conversation").hasSize(before);
  }

  @Test
  default void anEditMayNameTheFilesOfTheMessageItReplaces() {
    var scene = new Scene(store());
    var kept = uploaded(scene, "1.txt");
    var elsewhere = uploaded(scene, "2.txt");
    var added = uploaded(scene, "3.txt");
    scene.begins(Samples.message(null, "elsewhere", List.of(elsewhere))).completes();
    var turn = scene.begins(Samples.message(null, "look", List.of(kept)));
    turn.completes();

    assertThatThrownBy(() -> scene.accepts(edit(turn, List.of(elsewhere))))
        .isInstanceOf(InvalidInput.class);
    var edited = scene.begins(edit(turn, List.of(added, kept)));

    assertThat(names(scene, edited)).containsExactly("3.txt", "1.txt");
  }

  private static Turn.Request edit(PlayedTurn turn, List<UUID> files) {
    return Samples.request(
        new Turn.Input.Send(
            turn.conversation(), null, Samples.input("edited", files), turn.question()));
  }

  @Test
  default void theSameRequestWithFilesAgainGivesTheFirstTurn() throws InterruptedException {
    var scene = new Scene(store());
    var file = uploaded(scene, "1.txt");
    var request = Samples.keyed(Samples.message(null, "look", List.of(file)), Samples.key());

    var turns = Together.atOnce(4, () -> scene.accepts(request).turn().id());

    assertThat(turns).containsOnly(turns.get(0));
    assertThat(all(scene)).hasSize(1);
  }
}
