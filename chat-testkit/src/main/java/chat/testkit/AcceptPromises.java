package chat.testkit;

import static chat.testkit.SameMeaning.assertSame;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Conversation.Change;
import chat.model.Conversation.TitleBy;
import chat.model.Message;
import chat.model.Turn;
import chat.port.ConversationRepository.Accepted;
import chat.port.Lease;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Shows the promises of {@code accept} up to a status that refuses, and of its hook. */
interface AcceptPromises extends StoreContract {

  @Test
  default void aLockedConversationTakesARequestThatIsForItEvenLocked() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "q", "a").conversation();
    for (var status : List.of(Conversation.Status.LOCKED, Conversation.Status.CLOSED)) {
      scene.conversations.change(scene.owner, id, Conversation.Change.status(status));
      var plain = Samples.message(id, "more " + status);
      assertThatThrownBy(() -> scene.accepts(plain))
          .isInstanceOfSatisfying(
              Conflict.class, e -> assertThat(e.code()).isEqualTo("conversation_locked"));
      scene.begins(Samples.evenLocked(plain)).completes();
      scene
          .begins(Samples.evenLocked(Samples.retry(id, scene.history(id).get(0).id())))
          .completes();
    }
  }

  @Test
  default void anActionIsAMessageOfItsOwnAtTheEndOfTheHistory() {
    var scene = new Scene(store());
    var first = scene.begins(null, "q");
    var widget = first.message(new Content.Widget(Samples.JSON, null));
    first.stores(widget);
    first.completes();
    var id = first.conversation();
    var action = new Content.Action("press", Samples.JSON, scene.found(id, widget.id()));

    var acts = scene.begins(Samples.titled(Samples.action(id, action), "no title of an action"));

    var last = scene.history(id).get(2);
    assertThat(last.id()).isEqualTo(acts.question());
    assertThat(last.parent()).isEqualTo(widget.id());
    assertThat(((Content.Action) last.content()).name()).isEqualTo("press");
    assertThat(acts.work.history()).extracting(Message::id).endsWith(last.id());
    acts.answers("pressed");
    assertThat(scene.found(acts.work.turn()).userMessage()).isEqualTo(last.id());

    var retry = Samples.retry(id, last.id());
    assertThatThrownBy(() -> scene.accepts(retry)).isInstanceOf(InvalidInput.class);
    scene.begins(id, "busy");
    var waits = scene.accepts(Samples.onBusy(Samples.action(id, action), Turn.OnBusy.ENQUEUE));
    assertThat(waits.turn().queued()).isNotNull();
  }

  @Test
  default void aMessageWithoutAConversationMakesOneAndATitleGoesWhereThereIsNone() {
    var scene = new Scene(store());

    var made = scene.begins(Samples.titled(Samples.message(null, "hello"), "Hello"));
    assertThat(scene.found(made.conversation()).title()).isEqualTo("Hello");
    assertThat(scene.found(made.conversation()).titleBy()).isEqualTo(TitleBy.FIRST_MESSAGE);
    assertThat(scene.found(made.conversation()).status()).isEqualTo(Conversation.Status.ACTIVE);
    made.completes();
    scene.begins(Samples.titled(Samples.message(made.conversation(), "more"), "More"));
    assertThat(scene.found(made.conversation()).title()).isEqualTo("Hello");

    var untitled = scene.conversation();
    var before = scene.found(untitled);
    scene.begins(Samples.titled(Samples.message(untitled, "hello"), "Hello"));
    assertThat(scene.found(untitled).title()).isEqualTo("Hello");
    assertThat(scene.found(untitled).updatedAt()).isAfterOrEqualTo(before.updatedAt());
    assertThat(scene.found(untitled).version()).isGreaterThan(before.version());
    assertThat(scene.found(scene.begins("no title").conversation()).title()).isNull();
  }

  @Test
  default void theVersionRisesOnceWhenATurnBeginsAndOnceWhenItRests() {
    var scene = new Scene(store());
    var id = scene.conversation();
    long version = scene.found(id).version();

    var turn = scene.begins(Samples.titled(Samples.message(id, "hello"), "Hello"));
    assertThat(scene.found(id).version()).isEqualTo(version + 1);
    turn.answers("hi");
    assertThat(scene.found(id).version()).isEqualTo(version + 2);
    var retry = scene.begins(Samples.retry(id, turn.question()));
    assertThat(scene.found(id).version()).isEqualTo(version + 3);
    retry.completes();
    assertThat(scene.found(id).version()).isEqualTo(version + 4);
  }

  @Test
  default void anAcceptedTurnRunsWithItsMessageAtTheEndOfTheHistory() {
    var scene = new Scene(store());
    var id = scene.conversation();
    for (int i = 0; i < 3; i++) scene.exchange(id, "q" + i, "a" + i);
    var options = new Content.Options("some-model", Samples.JSON);
    var content =
        new Content.UserInput(List.of(new Content.Part.Text("now")), List.of(), null, options);
    var request = Samples.request(new Turn.Input.Send(id, null, content, null));

    var accepted = scene.conversations.accept(scene.owner, request, scene.instance, 4, a -> {});

    assertThat(accepted.repeated()).isFalse();
    var turn = accepted.turn();
    assertThat(turn.state()).isEqualTo(Turn.State.RUNNING);
    assertThat(turn.lastEvent()).isZero();
    assertThat(turn.awaiting()).isEmpty();
    assertThat(turn.queued()).isNull();
    assertThat(turn.finishedAt()).isNull();
    assertThat(turn).isEqualTo(scene.found(turn));
    var history = scene.history(id);
    var last = history.get(6);
    assertThat(last.id()).isEqualTo(turn.userMessage());
    assertThat(last.parent()).isEqualTo(history.get(5).id());
    assertThat(last.turn()).isEqualTo(turn.id());
    assertThat(last.step()).isZero();
    assertThat(last.seq()).isEqualTo(7);
    assertThat(last.createdAt()).isAfter(history.get(5).createdAt());
    assertThat(last.createdAt())
        .as("microseconds")
        .isEqualTo(last.createdAt().truncatedTo(ChronoUnit.MICROS));
    assertThat(history.get(0).parent()).isNull();

    var work = requireNonNull(accepted.work());
    assertThat(work.why()).isEqualTo(Lease.Why.RUN);
    assertThat(work.turn().id()).isEqualTo(turn.id());
    assertThat(work.steps()).isZero();
    assertThat(work.stop()).isNull();
    assertThat(work.events()).isEmpty();
    assertSame(work.options(), options);
    assertThat(work.lease().owner()).isEqualTo(scene.owner);
    assertThat(work.lease().conversation()).isEqualTo(id);
    assertThat(work.lease().turn()).isEqualTo(turn.id());
    assertThat(work.lease().lastSeq()).isEqualTo(7);
    assertThat(work.lease().time()).isAfterOrEqualTo(last.createdAt());
    assertThat(work.history().stream().map(m -> m.content().text()))
        .as("at least the last four texts, to the end")
        .endsWith("a1", "q2", "a2", "now");
    assertThat(work.history()).extracting(Message::seq).isSorted();
  }

  @Test
  default void theHistoryOfTheWorkReachesBackOverWhatIsNoText() {
    var scene = new Scene(store());
    var first = scene.begins("q");
    first.stores(
        first.text("let me see"), first.call("one"), first.call("two"), first.text("there"));
    first.completes();
    var request = Samples.message(first.conversation(), "thanks");

    var work = scene.conversations.accept(scene.owner, request, scene.instance, 3, a -> {}).work();

    assertThat(requireNonNull(work).history().stream().map(m -> m.content().kind()))
        .endsWith(
            Content.Kind.TEXT,
            Content.Kind.TOOL_CALL,
            Content.Kind.TOOL_CALL,
            Content.Kind.TEXT,
            Content.Kind.TEXT);
  }

  @Test
  default void theSameRequestAgainGivesTheFirstTurnAsItIsNow() {
    var scene = new Scene(store());
    var byKey = Samples.keyed(Samples.message(scene.conversation(), "hello"), Samples.key());
    var byMessage =
        Samples.request(
            new Turn.Input.Send(null, Message.Id.next(), Content.UserInput.of("hi"), null));

    for (var request : List.of(byKey, byMessage)) {
      var first = scene.begins(request);
      repeats(scene, request, first);
      assertThat(scene.accepts(Samples.onBusy(request, Turn.OnBusy.ENQUEUE)).repeated()).isTrue();
      first.answers("done");
      repeats(scene, request, first);
      scene.begins(first.conversation(), "another");
      repeats(scene, request, first);
      scene.conversations.change(
          scene.owner, first.conversation(), Change.status(Conversation.Status.LOCKED));
      repeats(scene, request, first);
    }
    assertThat(new Scene(store()).accepts(byMessage).repeated())
        .as("another owner's message id is another id")
        .isFalse();
  }

  private static void repeats(Scene scene, Turn.Request request, PlayedTurn first) {
    var heard = new ArrayList<Accepted>();
    var again =
        scene.conversations.accept(scene.owner, request, scene.instance, Scene.TEXTS, heard::add);
    assertThat(again.repeated()).isTrue();
    assertThat(again.work()).isNull();
    assertThat(again.turn()).isEqualTo(first.found());
    assertThat(heard).isEmpty();
  }

  @Test
  default void theSameRequestAtTheSameTimeMakesOneTurn() throws InterruptedException {
    var scene = new Scene(store());
    var byKey = Samples.keyed(Samples.message(null, "hello"), Samples.key());
    var byMessage =
        Samples.request(
            new Turn.Input.Send(
                scene.conversation(), Message.Id.next(), Content.UserInput.of("hi"), null));

    for (var request : List.of(byKey, byMessage)) {
      var accepted = Together.atOnce(6, () -> scene.accepts(request));
      assertThat(accepted)
          .extracting(it -> it.turn().id())
          .containsOnly(accepted.get(0).turn().id());
      assertThat(accepted).filteredOn(it -> !it.repeated()).hasSize(1);
      assertThat(accepted).filteredOn(it -> it.work() != null).hasSize(1);
    }
    assertThat(
            scene.conversations.list(scene.owner, Conversation.Order.CREATED_ASC, null, 9).data())
        .as("no conversation is left over from those that lost")
        .hasSize(2);
  }

  @Test
  default void aKeyOrAMessageIdOfAnotherRequestIsAConflict() {
    var scene = new Scene(store());
    var key = Samples.key();
    var message = Message.Id.next();
    var first =
        scene.begins(
            Samples.keyed(
                Samples.request(
                    new Turn.Input.Send(null, message, Content.UserInput.of("one"), null)),
                key));
    var answer = first.text("an answer");
    first.stores(answer);
    first.completes();
    var id = first.conversation();

    reused(scene, Samples.keyed(Samples.message(id, "two"), key));
    reused(scene, send(id, message, "two"));
    reused(scene, send(null, message, "two"));
    reused(scene, send(id, answer.id(), "two"));
    reused(scene, send(null, answer.id(), "two"));
    var unnamed = scene.begins(id, "made up its id");
    reused(scene, send(null, unnamed.question(), "two"));
    unnamed.completes();
    assertThat(scene.history(id)).hasSize(3);
  }

  private static Turn.Request send(Conversation.@Nullable Id to, Message.Id message, String text) {
    return Samples.request(new Turn.Input.Send(to, message, Content.UserInput.of(text), null));
  }

  private static void reused(Scene scene, Turn.Request request) {
    assertThatThrownBy(() -> scene.accepts(request))
        .isInstanceOfSatisfying(
            Conflict.class,
            e -> {
              assertThat(e.code()).isEqualTo("request_key_reused");
              assertThat(e.turn()).isNull();
            });
  }

  @Test
  default void aRefusedRequestLeavesNoTrace() {
    var scene = new Scene(store());
    var running = scene.begins("runs");
    var id = running.conversation();
    var message = Message.Id.next();
    var request = Samples.keyed(Samples.titled(send(id, message, "too soon"), "T"), Samples.key());
    var before = scene.found(id);

    assertThatThrownBy(() -> scene.accepts(request)).isInstanceOf(Conflict.class);

    assertThat(scene.found(id)).isEqualTo(before);
    assertThat(scene.conversations.message(scene.owner, id, message)).isEmpty();
    assertThat(scene.texts(id)).containsExactly("runs");
    running.completes();
    assertThat(scene.accepts(request).repeated()).isFalse();
  }

  @Test
  default void anUnknownConversationOrMessageIsRefused() {
    var scene = new Scene(store());
    var stranger = new Scene(store());
    var turn = scene.exchange(null, "q", "a");
    var id = turn.conversation();
    var elsewhere = scene.exchange(null, "x", "y").question();

    refused(scene, Samples.message(Conversation.Id.next(), "hello"));
    refused(stranger, Samples.message(id, "hello"));
    refused(scene, Samples.edit(id, Message.Id.next(), "hello"));
    refused(scene, Samples.edit(id, elsewhere, "hello"));
    refused(scene, Samples.retry(id, Message.Id.next()));
    refused(scene, Samples.retry(id, elsewhere));
    refused(stranger, Samples.retry(id, turn.question()));
    scene.conversations.change(scene.owner, id, Change.status(Conversation.Status.LOCKED));
    refused(scene, Samples.retry(id, elsewhere));
  }

  private static void refused(Scene scene, Turn.Request request) {
    assertThatThrownBy(() -> scene.accepts(request)).isInstanceOf(NotFound.class);
  }

  @Test
  default void aConversationThatIsNotActiveTakesNoTurn() {
    var scene = new Scene(store());
    var id = scene.conversation();

    for (var status : List.of(Conversation.Status.LOCKED, Conversation.Status.CLOSED)) {
      scene.conversations.change(scene.owner, id, Change.status(status));
      assertThatThrownBy(() -> scene.begins(id, "hello"))
          .isInstanceOfSatisfying(
              Conflict.class, e -> assertThat(e.code()).isEqualTo("conversation_locked"));
    }
    scene.conversations.change(scene.owner, id, Change.status(Conversation.Status.ACTIVE));
    scene.begins(id, "hello");
  }

  @Test
  default void readyHearsOfATurnThatBeginsOnceOnTheCallingThread() {
    var scene = new Scene(store());
    var heard = new ArrayList<Accepted>();
    var threads = new ArrayList<Thread>();

    var accepted =
        scene.conversations.accept(
            scene.owner,
            Samples.message(null, "hello"),
            scene.instance,
            Scene.TEXTS,
            begun -> {
              heard.add(begun);
              threads.add(Thread.currentThread());
            });

    assertThat(threads).containsExactly(Thread.currentThread());
    assertThat(heard).extracting(Accepted::turn).containsExactly(accepted.turn());
    assertThat(heard.get(0).work()).isEqualTo(accepted.work());
    var waits =
        Samples.onBusy(
            Samples.message(accepted.turn().conversation(), "waits"), Turn.OnBusy.ENQUEUE);
    scene.conversations.accept(scene.owner, waits, scene.instance, Scene.TEXTS, heard::add);
    assertThat(heard).as("one that waits does not begin").hasSize(1);
  }

  @Test
  default void aTurnWhoseReadyThrowsNeverWas() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "q", "a").conversation();
    var before = scene.found(id);
    var request = Samples.keyed(Samples.message(id, "hello"), Samples.key());
    var calls = new AtomicInteger();

    assertThatThrownBy(
            () ->
                scene.conversations.accept(
                    scene.owner,
                    request,
                    scene.instance,
                    Scene.TEXTS,
                    begun -> {
                      calls.incrementAndGet();
                      throw new IllegalStateException("no room");
                    }))
        .isInstanceOf(RuntimeException.class);

    assertThat(calls).hasValue(1);
    assertThat(scene.found(id)).isEqualTo(before);
    assertThat(scene.texts(id)).containsExactly("q", "a");
    assertThat(requireNonNull(scene.accepts(request).work()).lease().lastSeq()).isEqualTo(3);
  }
}
