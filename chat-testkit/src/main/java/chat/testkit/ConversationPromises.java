package chat.testkit;

import static chat.testkit.SameMeaning.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.Conversation;
import chat.model.Conversation.Change;
import chat.model.Conversation.Order;
import chat.model.Conversation.TitleBy;
import chat.model.Turn;
import chat.port.TurnJournal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Shows the promises of the methods from {@code create} to {@code delete}. */
interface ConversationPromises extends StoreContract {

  // create

  @Test
  default void aCreatedConversationIsActiveHasItsPropertiesAndIsFoundByItsOwnerAlone() {
    var scene = new Scene(store());
    var first =
        new Change("Trees", TitleBy.USER, null, null, List.of("img.example.org"), Samples.JSON);

    var created = scene.conversations.create(scene.owner, first, null, "00");

    assertThat(created.owner()).isEqualTo(scene.owner);
    assertThat(created.status()).isEqualTo(Conversation.Status.ACTIVE);
    assertThat(created.title()).isEqualTo("Trees");
    assertThat(created.titleBy()).isEqualTo(TitleBy.USER);
    assertThat(created.allowedImageDomains()).containsExactly("img.example.org");
    assertSame(created.metadata(), Samples.JSON);
    assertSame(scene.found(created.id()), created);
    assertThat(scene.conversations.find(Samples.user(), created.id())).isEmpty();
  }

  @Test
  default void theSameKeyAgainGivesTheFirstConversationAndWithAnotherHashAConflict()
      throws InterruptedException {
    var scene = new Scene(store());
    var key = Samples.key();

    var created =
        Together.atOnce(
            4, () -> scene.conversations.create(scene.owner, Change.NONE, key, "aa").id());

    assertThat(created).containsOnly(created.get(0));
    assertThatThrownBy(() -> scene.conversations.create(scene.owner, Change.NONE, key, "bb"))
        .isInstanceOfSatisfying(
            Conflict.class, e -> assertThat(e.code()).isEqualTo("request_key_reused"));
    assertThat(scene.conversations.create(Samples.user(), Change.NONE, key, "bb").id())
        .as("another owner's key is another key")
        .isNotEqualTo(created.get(0));
  }

  // find

  @Test
  default void anUnknownConversationAndAnothersAreNotFound() {
    var scene = new Scene(store());
    var id = scene.conversation();

    assertThat(scene.conversations.find(scene.owner, Conversation.Id.next())).isEmpty();
    assertThat(scene.conversations.find(Samples.user(), id)).isEmpty();
    assertThat(scene.conversations.find(scene.owner, id)).isPresent();
  }

  // detail

  @Test
  default void theTurnOfADetailIsTheOneThatRunsOrAwaitsElseTheLastOneStarted() {
    var scene = new Scene(store());
    var id = scene.conversation();
    assertThat(detail(scene, id).turn()).isNull();

    var first = scene.begins(id, "one");
    var second = scene.enqueues(id, "two");
    var third =
        scene.accepts(Samples.onBusy(Samples.message(id, "three"), Turn.OnBusy.INTERRUPT)).turn();
    assertThat(detail(scene, id).turn()).extracting(Turn::id).isEqualTo(first.id());
    first.leaves(first.rest(Turn.State.STOPPED, Turn.EndReason.SUPERSEDED));
    assertThat(detail(scene, id).turn())
        .as("those that wait were not started")
        .isEqualTo(first.found());

    var interrupting = new PlayedTurn(scene, scene.claimsOne());
    assertThat(interrupting.id()).isEqualTo(third.id());
    var call = interrupting.call("search");
    interrupting.awaits(PlayedTurn.FAR_AWAY, call);
    assertThat(detail(scene, id).turn()).isEqualTo(interrupting.found());
    var resumed = scene.plays(scene.answers(interrupting, call, new Turn.Answer.Deny()));
    resumed.completes();

    new PlayedTurn(scene, scene.claimsOne()).completes();
    assertThat(detail(scene, id).turn())
        .as("created before the third, started after it")
        .isEqualTo(scene.found(second));
    assertThat(detail(scene, id).newest().messages()).isEqualTo(scene.history(id));
  }

  @Test
  default void theQueueOfADetailIsInTheOrderItWillRun() {
    var scene = new Scene(store());
    var id = scene.begins("runs").conversation();
    var second = scene.enqueues(id, "second");
    var third = scene.enqueues(id, "third");
    var first =
        scene.accepts(Samples.onBusy(Samples.message(id, "first"), Turn.OnBusy.INTERRUPT)).turn();

    var queue = detail(scene, id).queue();

    assertThat(queue).extracting(Turn::id).containsExactly(first.id(), second.id(), third.id());
    assertThat(queue)
        .extracting(turn -> turn.queued() == null ? 0 : turn.queued().position())
        .containsExactly(1, 2, 3);
  }

  @Test
  default void anUnknownDetailAndAnothersAreEmpty() {
    var scene = new Scene(store());
    var id = scene.conversation();

    assertThat(scene.conversations.detail(scene.owner, Conversation.Id.next(), 1)).isEmpty();
    assertThat(scene.conversations.detail(Samples.user(), id, 1)).isEmpty();
  }

  // list

  @Test
  default void conversationsAreListedInTheOrderAskedFor() {
    var scene = new Scene(store());
    var oldest = scene.conversation();
    var middle = scene.conversation();
    var newest = scene.conversation();
    scene.exchange(middle, "wakes", "it up");

    assertThat(listed(scene, Order.ACTIVITY_DESC)).containsExactly(middle, newest, oldest);
    assertThat(listed(scene, Order.CREATED_DESC)).containsExactly(newest, middle, oldest);
    assertThat(listed(scene, Order.CREATED_ASC)).containsExactly(oldest, middle, newest);
  }

  @Test
  default void pageAfterPageGivesEachConversationOnce() {
    var scene = new Scene(store());
    var all = new ArrayList<Conversation.Id>();
    for (int i = 0; i < 7; i++) all.add(scene.conversation());

    for (var order : Order.values()) {
      assertThat(walked(scene, order, 3)).containsExactlyInAnyOrderElementsOf(all);
      assertThat(walked(scene, order, 3)).isEqualTo(listed(scene, order));
      assertThat(scene.conversations.list(scene.owner, order, null, 7).after())
          .as("the last page has no cursor, also when it is full")
          .isNull();
    }
  }

  @Test
  default void aCursorHoldsWhenItsConversationIsGone() {
    var scene = new Scene(store());
    for (int i = 0; i < 5; i++) scene.conversation();
    var rest = listed(scene, Order.CREATED_DESC).subList(2, 5);

    var page = scene.conversations.list(scene.owner, Order.CREATED_DESC, null, 2);
    scene.conversations.delete(scene.owner, page.data().get(1).id());

    var next = scene.conversations.list(scene.owner, Order.CREATED_DESC, page.after(), 10);
    assertThat(next.data()).extracting(Conversation::id).isEqualTo(rest);
  }

  @Test
  default void onlyTheOwnersConversationsAreListed() {
    var scene = new Scene(store());
    var other = new Scene(store());
    var mine = scene.conversation();
    other.conversation();

    for (var order : Order.values()) assertThat(listed(scene, order)).containsExactly(mine);
  }

  // change

  @Test
  default void aChangeComesBackAndRaisesTheVersionOnlyWhenSomethingIsDifferent() {
    var scene = new Scene(store());
    var before = scene.found(scene.conversation());
    var change =
        new Change("Birds", TitleBy.USER, Conversation.Status.LOCKED, "why", null, Samples.JSON);

    var after = scene.conversations.change(scene.owner, before.id(), change);

    assertThat(after.title()).isEqualTo("Birds");
    assertThat(after.status()).isEqualTo(Conversation.Status.LOCKED);
    assertThat(after.statusReason()).isEqualTo("why");
    assertThat(after.version()).isGreaterThan(before.version());
    assertThat(after.updatedAt()).isAfterOrEqualTo(before.updatedAt());
    assertSame(scene.found(before.id()), after);
    var again = Change.title("Birds", TitleBy.USER);
    assertSame(scene.conversations.change(scene.owner, before.id(), again), after);
    assertSame(scene.conversations.change(scene.owner, before.id(), Change.NONE), after);
  }

  @Test
  default void aTitleOfLessWeightIsLeftOut() {
    var scene = new Scene(store());
    var id = scene.conversation();
    scene.conversations.change(scene.owner, id, Change.title("the user's", TitleBy.USER));
    var change =
        new Change("the model's", TitleBy.MODEL, Conversation.Status.CLOSED, null, null, null);

    var after = scene.conversations.change(scene.owner, id, change);

    assertThat(after.title()).isEqualTo("the user's");
    assertThat(after.status()).as("the rest still applies").isEqualTo(Conversation.Status.CLOSED);
  }

  @Test
  default void changingWhatIsUnknownOrAnothersIsRefused() {
    var scene = new Scene(store());
    var id = scene.conversation();
    var change = Change.title("stolen", TitleBy.USER);

    assertThatThrownBy(
            () -> scene.conversations.change(scene.owner, Conversation.Id.next(), change))
        .isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> scene.conversations.change(Samples.user(), id, change))
        .isInstanceOf(NotFound.class);
    assertThat(scene.found(id).title()).isNull();
  }

  // delete

  @Test
  default void ofADeletedConversationNothingIsFoundAndItsKeysAreFree() {
    var scene = new Scene(store());
    var createKey = Samples.key();
    var id = scene.conversations.create(scene.owner, Change.NONE, createKey, "aa").id();
    var request = Samples.keyed(Samples.message(id, "hello"), Samples.key());
    var turn = scene.begins(request);
    var said = turn.text("half");
    turn.stores(said);
    turn.appends(turn.deltas(2));

    assertThat(scene.conversations.delete(scene.owner, id)).isTrue();

    assertThat(scene.conversations.find(scene.owner, id)).isEmpty();
    assertThat(scene.conversations.detail(scene.owner, id, 10)).isEmpty();
    assertThat(scene.conversations.message(scene.owner, id, said.id())).isEmpty();
    assertThat(scene.conversations.turn(scene.owner, id, turn.id())).isEmpty();
    assertThatThrownBy(() -> scene.conversations.events(scene.owner, id, turn.id(), 0, 10))
        .isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> turn.stores(turn.text("more"))).isInstanceOf(TurnJournal.Lost.class);
    assertThat(turn.appends(turn.deltas(1)).lost()).containsExactly(turn.lease);
    assertThatThrownBy(turn::completes).isInstanceOf(TurnJournal.Lost.class);
    assertThat(scene.conversations.create(scene.owner, Change.NONE, createKey, "bb").id())
        .isNotEqualTo(id);
    var again = Samples.keyed(Samples.message(null, "hello"), String.valueOf(request.key()));
    assertThat(scene.accepts(again).repeated()).isFalse();
  }

  @Test
  default void deletingIsIdempotentAndLeavesAnothersAlone() {
    var scene = new Scene(store());
    var id = scene.conversation();

    assertThat(scene.conversations.delete(Samples.user(), id)).isFalse();
    assertThat(scene.conversations.find(scene.owner, id)).isPresent();
    assertThat(scene.conversations.delete(scene.owner, id)).isTrue();
    assertThat(scene.conversations.delete(scene.owner, id)).isFalse();
  }

  private static Conversation.Detail detail(Scene scene, Conversation.Id id) {
    return scene.conversations.detail(scene.owner, id, 200).orElseThrow();
  }

  private static List<Conversation.Id> listed(Scene scene, Order order) {
    return walked(scene, order, 200);
  }

  @Test
  default void aLimitOutOfRangeIsRefused() {
    var scene = new Scene(store());
    for (int limit : new int[] {-1, 0, 201}) {
      assertThatThrownBy(
              () -> scene.conversations.list(scene.owner, Order.CREATED_ASC, null, limit))
          .isInstanceOfSatisfying(
              InvalidInput.class, e -> assertThat(e.field()).isEqualTo("limit"));
    }
  }

  private static List<Conversation.Id> walked(Scene scene, Order order, int limit) {
    var ids = new ArrayList<Conversation.Id>();
    Conversation.@Nullable Cursor after = null;
    do {
      var page = scene.conversations.list(scene.owner, order, after, limit);
      page.data().forEach(conversation -> ids.add(conversation.id()));
      after = page.after();
    } while (after != null);
    return ids;
  }
}
