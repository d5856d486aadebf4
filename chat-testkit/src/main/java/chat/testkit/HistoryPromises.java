package chat.testkit;

import static chat.testkit.SameMeaning.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Message.Siblings;
import chat.model.Turn;
import chat.model.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows the promises of the methods from {@code window} to {@code activate}. */
interface HistoryPromises extends StoreContract {

  // window

  @Test
  default void aWindowIsAscendingAndTellsWhetherTheHistoryGoesOn() {
    var scene = new Scene(store());
    var id = scene.conversation();
    assertThat(window(scene, id, Window.Query.newest(5)))
        .isEqualTo(new Window(List.of(), false, false));
    for (int i = 0; i < 3; i++) scene.exchange(id, "q" + i, "a" + i);
    var all = scene.history(id);

    assertThat(all).extracting(Message::seq).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(scene.texts(id)).containsExactly("q0", "a0", "q1", "a1", "q2", "a2");
    assertThat(window(scene, id, Window.Query.newest(2)))
        .isEqualTo(new Window(all.subList(4, 6), true, false));
    assertThat(window(scene, id, Window.Query.newest(6))).isEqualTo(new Window(all, false, false));
    assertThat(window(scene, id, query(Window.From.AFTER, all.get(1), 2)))
        .isEqualTo(new Window(all.subList(2, 4), true, true));
    assertThat(window(scene, id, query(Window.From.AFTER, all.get(3), 2)))
        .isEqualTo(new Window(all.subList(4, 6), true, false));
    assertThat(window(scene, id, query(Window.From.BEFORE, all.get(2), 2)))
        .isEqualTo(new Window(all.subList(0, 2), false, true));
    assertThat(window(scene, id, query(Window.From.BEFORE, all.get(1), 5)))
        .isEqualTo(new Window(all.subList(0, 1), false, true));
  }

  @Test
  default void walkingBackGivesEveryActiveMessageOnce() {
    var scene = new Scene(store());
    var id = scene.conversation();
    for (int i = 0; i < 5; i++) scene.exchange(id, "q" + i, "a" + i);
    scene.begins(Samples.edit(id, scene.history(id).get(4).id(), "q2'")).answers("a2'");

    var walked = new ArrayList<Message>();
    var window = window(scene, id, Window.Query.newest(2));
    walked.addAll(window.messages());
    while (window.moreBefore()) {
      window = window(scene, id, query(Window.From.BEFORE, walked.get(0), 2));
      walked.addAll(0, window.messages());
    }

    assertThat(walked).isEqualTo(scene.history(id));
    assertThat(walked.stream().map(m -> m.content().text()))
        .containsExactly("q0", "a0", "q1", "a1", "q2'", "a2'");
  }

  @Test
  default void walkingOnFromTheOldestGivesEveryActiveMessageOnce() {
    var scene = new Scene(store());
    var id = scene.conversation();
    assertThat(window(scene, id, oldest(2))).isEqualTo(new Window(List.of(), false, false));
    for (int i = 0; i < 3; i++) scene.exchange(id, "q" + i, "a" + i);
    scene.begins(Samples.edit(id, scene.history(id).get(2).id(), "q1'")).answers("a1'");

    var window = window(scene, id, oldest(3));
    assertThat(window.moreBefore()).isFalse();
    var walked = new ArrayList<>(window.messages());
    while (window.moreAfter()) {
      window = window(scene, id, query(Window.From.AFTER, walked.get(walked.size() - 1), 3));
      walked.addAll(window.messages());
    }

    assertThat(walked).isEqualTo(scene.history(id));
    assertThat(window(scene, id, oldest(4))).isEqualTo(new Window(walked, false, false));
  }

  private static Window.Query oldest(int limit) {
    return new Window.Query(Window.From.OLDEST, null, limit);
  }

  @Test
  default void aWindowAroundAMessageHoldsItInTheMiddle() {
    var scene = new Scene(store());
    var id = scene.conversation();
    for (int i = 0; i < 4; i++) scene.exchange(id, "q" + i, "a" + i);
    var all = scene.history(id);

    assertThat(window(scene, id, query(Window.From.AROUND, all.get(4), 4)))
        .isEqualTo(new Window(all.subList(2, 6), true, true));
    assertThat(window(scene, id, query(Window.From.AROUND, all.get(4), 1)))
        .isEqualTo(new Window(all.subList(4, 5), true, true));
    assertThat(window(scene, id, query(Window.From.AROUND, all.get(7), 5)))
        .isEqualTo(new Window(all.subList(5, 8), true, false));
    assertThat(window(scene, id, query(Window.From.AROUND, all.get(0), 5)))
        .as("with nothing before it, the rest is after it")
        .isEqualTo(new Window(all.subList(0, 5), false, true));
  }

  @Test
  default void aWindowOnWhatIsUnknownAnothersOrInactiveIsRefused() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "q", "a").conversation();
    var question = scene.history(id).get(0);
    var elsewhere = scene.history(scene.exchange(null, "x", "y").conversation()).get(0);
    scene.begins(Samples.edit(id, question.id(), "q'")).answers("a'");

    refused(() -> window(scene, Conversation.Id.next(), Window.Query.newest(1)));
    refused(() -> scene.conversations.window(Samples.user(), id, Window.Query.newest(1)));
    refused(() -> window(scene, id, query(Window.From.AROUND, question, 1)));
    refused(() -> window(scene, id, query(Window.From.BEFORE, elsewhere, 1)));
    refused(() -> window(scene, id, new Window.Query(Window.From.AFTER, Message.Id.next(), 1)));
  }

  // message

  @Test
  default void aMessageComesBackAsItWasStoredWithItsSiblingsCounted() {
    var scene = new Scene(store());
    var input = Samples.input();
    var turn = scene.begins(Samples.request(new Turn.Input.Send(null, null, input, null)));
    var question = scene.found(turn.conversation(), turn.question());
    assertSame(question.content(), input);
    assertThat(question.siblings()).isEqualTo(Siblings.ONLY);

    for (var content : Samples.contents()) {
      var plain = turn.message(content);
      var stored =
          new Message(
              plain.id(),
              plain.conversation(),
              plain.seq(),
              plain.turn(),
              3,
              plain.parent(),
              Siblings.ONLY,
              content,
              true,
              2,
              Samples.JSON,
              plain.createdAt());
      turn.stores(stored);
      assertSame(scene.found(turn.conversation(), stored.id()), stored);
    }
    turn.completes();
    var again = scene.begins(Samples.retry(turn.conversation(), turn.question())).answers("again");
    assertThat(scene.history(turn.conversation()).get(1).siblings()).isEqualTo(new Siblings(1, 2));
    assertThat(scene.found(again.conversation(), turn.question()).siblings())
        .as("an answer is no sibling of its question")
        .isEqualTo(Siblings.ONLY);
  }

  @Test
  default void anUnknownMessageAnothersAndOneOfAnotherConversationAreEmpty() {
    var scene = new Scene(store());
    var turn = scene.exchange(null, "q", "a");
    var id = turn.conversation();
    var other = scene.conversation();

    assertThat(scene.conversations.message(scene.owner, id, turn.question())).isPresent();
    assertThat(scene.conversations.message(scene.owner, id, Message.Id.next())).isEmpty();
    assertThat(scene.conversations.message(Samples.user(), id, turn.question())).isEmpty();
    assertThat(scene.conversations.message(scene.owner, other, turn.question())).isEmpty();
  }

  // siblings

  @Test
  default void theSiblingsOfAUserMessageAreTheUserMessagesOfTheSameParent() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "q1", "a1").conversation();
    var first = scene.history(id).get(0);
    var later = scene.exchange(id, "q2", "a2").question();
    var edited = scene.begins(Samples.edit(id, later, "q2'")).answers("a2'").question();
    var more = scene.begins(Samples.edit(id, edited, "q2''")).answers("a2''").question();

    for (var one : List.of(later, edited, more)) {
      var siblings = scene.conversations.siblings(scene.owner, id, one);
      assertThat(siblings).extracting(Message::id).containsExactly(later, edited, more);
      assertThat(siblings)
          .extracting(Message::siblings)
          .containsExactly(new Siblings(0, 3), new Siblings(1, 3), new Siblings(2, 3));
    }
    assertThat(scene.conversations.siblings(scene.owner, id, first.id()))
        .as("also a conversation's first message, which has no parent")
        .extracting(Message::id)
        .containsExactly(first.id());
  }

  @Test
  default void theSiblingsOfAnAnswerAreTheFirstMessagesOfTheTurnsThatAnswerTheSameQuestion() {
    var scene = new Scene(store());
    var one = scene.begins("q");
    var thought = one.message(new Content.Reasoning("hm", null));
    var text = one.text("a");
    one.stores(thought, text);
    one.completes();
    var id = one.conversation();
    var two = scene.begins(Samples.retry(id, text.id()));
    var other = two.text("b");
    two.stores(other, two.text("c"));
    two.completes();

    for (var message : List.of(thought, text, other)) {
      assertThat(scene.conversations.siblings(scene.owner, id, message.id()))
          .extracting(Message::id)
          .containsExactly(thought.id(), other.id());
    }
    assertThat(scene.found(id, text.id()).siblings()).isEqualTo(new Siblings(0, 2));
    assertThat(scene.found(id, other.id()).siblings()).isEqualTo(new Siblings(1, 2));
  }

  @Test
  default void siblingsOfWhatIsUnknownOrAnothersAreRefused() {
    var scene = new Scene(store());
    var turn = scene.exchange(null, "q", "a");
    var id = turn.conversation();

    refused(() -> scene.conversations.siblings(scene.owner, id, Message.Id.next()));
    refused(() -> scene.conversations.siblings(Samples.user(), id, turn.question()));
    refused(() -> scene.conversations.siblings(scene.owner, scene.conversation(), turn.question()));
  }

  // activate

  @Test
  default void theActiveHistoryLeadsThroughTheActivatedMessage() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "q1", "a1").conversation();
    var second = scene.exchange(id, "q2", "a2").question();
    scene.exchange(id, "q3", "a3");
    var edited = scene.begins(Samples.edit(id, second, "q2'")).answers("a2'").question();
    assertThat(scene.texts(id)).containsExactly("q1", "a1", "q2'", "a2'");

    scene.conversations.activate(scene.owner, id, second);
    assertThat(scene.texts(id)).containsExactly("q1", "a1", "q2", "a2", "q3", "a3");
    var third = scene.history(id).get(4).id();
    var first = scene.history(id).get(0).id();
    scene.begins(Samples.edit(id, first, "q1'")).answers("a1'");
    assertThat(scene.texts(id)).containsExactly("q1'", "a1'");

    scene.conversations.activate(scene.owner, id, edited);
    assertThat(scene.texts(id))
        .as("its fork was not active either")
        .containsExactly("q1", "a1", "q2'", "a2'");
    scene.conversations.activate(scene.owner, id, third);
    assertThat(scene.texts(id)).containsExactly("q1", "a1", "q2", "a2", "q3", "a3");
  }

  @Test
  default void switchingBackGivesWhatWasThere() {
    var scene = new Scene(store());
    var one = scene.begins("q");
    var thought = one.message(new Content.Reasoning("hm", null));
    one.stores(thought, one.text("a"));
    one.completes();
    var id = one.conversation();
    scene.exchange(id, "more", "and more");
    var before = ids(scene.history(id));
    scene.begins(Samples.retry(id, one.question())).answers("b");
    var after = ids(scene.history(id));
    assertThat(scene.texts(id)).containsExactly("q", "b");

    scene.conversations.activate(scene.owner, id, thought.id());
    assertThat(ids(scene.history(id))).isEqualTo(before);
    scene.conversations.activate(scene.owner, id, after.get(1));
    assertThat(ids(scene.history(id))).isEqualTo(after);
  }

  @Test
  default void nothingIsActivatedWhileATurnIsNotTerminal() {
    var scene = new Scene(store());
    var turn = scene.exchange(null, "q", "a");
    var id = turn.conversation();
    var running = scene.begins(id, "runs");

    assertThatThrownBy(() -> scene.conversations.activate(scene.owner, id, turn.question()))
        .isInstanceOfSatisfying(
            Conflict.class,
            e -> {
              assertThat(e.code()).isEqualTo("turn_running");
              assertThat(e.turn()).isEqualTo(running.id());
            });
    running.awaits(PlayedTurn.FAR_AWAY, running.call("search"));
    assertThatThrownBy(() -> scene.conversations.activate(scene.owner, id, turn.question()))
        .isInstanceOfSatisfying(
            Conflict.class, e -> assertThat(e.code()).isEqualTo("turn_awaiting"));
    refused(() -> scene.conversations.activate(scene.owner, id, Message.Id.next()));
    refused(() -> scene.conversations.activate(Samples.user(), id, turn.question()));
    refused(() -> scene.conversations.activate(scene.owner, scene.conversation(), turn.question()));
  }

  private static Window window(Scene scene, Conversation.Id id, Window.Query query) {
    return scene.conversations.window(scene.owner, id, query);
  }

  private static Window.Query query(Window.From from, Message at, int limit) {
    return new Window.Query(from, at.id(), limit);
  }

  private static List<Message.Id> ids(List<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }

  private static void refused(Runnable deed) {
    assertThatThrownBy(deed::run).isInstanceOf(NotFound.class);
  }
}
