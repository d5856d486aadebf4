package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Json;
import chat.model.Message;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Shows the promises of {@code rate} and {@code feedback}. */
interface FeedbackPromises extends StoreContract {

  // rate

  @Test
  default void theLatestFeedbackCounts() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "q", "a").conversation();
    var all = scene.history(id);

    rate(scene, id, all, Feedback.POSITIVE);
    assertThat(all)
        .extracting(m -> read(scene, id, m))
        .containsOnly(Optional.of(Feedback.POSITIVE));
    rate(scene, id, all.subList(1, 2), Feedback.NEGATIVE);
    assertThat(all)
        .extracting(m -> read(scene, id, m))
        .containsExactly(Optional.of(Feedback.POSITIVE), Optional.of(Feedback.NEGATIVE));
    rate(scene, id, List.of(), Feedback.POSITIVE);
    rate(scene, id, List.of(all.get(0), all.get(0)), Feedback.NEGATIVE);
    assertThat(read(scene, id, all.get(0))).contains(Feedback.NEGATIVE);
  }

  @Test
  default void feedbackCanBeTakenBack() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "q", "a").conversation();
    var said = scene.history(id).get(1);
    rate(scene, id, List.of(said), Feedback.POSITIVE);

    scene.conversations.rate(scene.owner, id, List.of(said.id()), null);
    scene.conversations.rate(scene.owner, id, List.of(said.id()), null);

    assertThat(read(scene, id, said)).isEmpty();
  }

  @Test
  default void whatIsNotThereOrHiddenTakesNoFeedback() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "q", "a").conversation();
    var other = scene.exchange(null, "other", "answer").conversation();
    var said = scene.history(id).get(1);
    var elsewhere = scene.history(other).get(1);
    var playing = scene.begins(id, "more");
    var hidden = playing.message(new Content.HiddenContext(Json.EMPTY));
    playing.stores(hidden);
    playing.completes();

    for (var bad : List.of(elsewhere.id(), Message.Id.next(), hidden.id())) {
      assertThatThrownBy(
              () ->
                  scene.conversations.rate(
                      scene.owner, id, List.of(said.id(), bad), Feedback.POSITIVE))
          .isInstanceOf(NotFound.class);
    }
    var stranger = new Scene(store());
    assertThatThrownBy(() -> rate(stranger, id, List.of(said), Feedback.POSITIVE))
        .isInstanceOf(NotFound.class);
    assertThat(read(scene, id, said)).isEmpty();
  }

  // feedback

  @Test
  default void withoutFeedbackThereIsNone() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "q", "a").conversation();
    assertThat(read(scene, id, scene.history(id).get(1))).isEmpty();
  }

  @Test
  default void feedbackIsReadByItsOwnerAlone() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "q", "a").conversation();
    var other = scene.exchange(null, "q", "a").conversation();
    var said = scene.history(id).get(1);
    rate(scene, id, List.of(said), Feedback.POSITIVE);

    var stranger = new Scene(store());
    assertThatThrownBy(() -> read(stranger, id, said)).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> read(scene, other, said)).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> read(scene, Conversation.Id.next(), said))
        .isInstanceOf(NotFound.class);
  }

  private static void rate(
      Scene scene, Conversation.Id id, List<Message> messages, Feedback feedback) {
    scene.conversations.rate(
        scene.owner, id, messages.stream().map(Message::id).toList(), feedback);
  }

  private static Optional<Feedback> read(Scene scene, Conversation.Id id, Message message) {
    return scene.conversations.feedback(scene.owner, id, message.id());
  }
}
