package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.InvalidInput;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Conversation.Change;
import chat.model.Conversation.TitleBy;
import chat.model.Json;
import chat.model.Search;
import chat.model.Search.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Shows the promises of {@code search}. */
interface SearchPromises extends StoreContract {

  @Test
  default void whatTitlesUsersAndAssistantsSayIsFoundAndNothingElse() {
    var scene = new Scene(store());
    var titled = scene.conversation();
    scene.conversations.change(scene.owner, titled, Change.title("A walk in Oslo", TitleBy.USER));
    var asked = scene.exchange(null, "Where is Bergen?", "There.").conversation();
    var answered = scene.exchange(null, "Where else?", "Near Bergen, at the sea.").conversation();
    var silent = scene.begins("What now?");
    silent.stores(
        silent.message(new Content.Reasoning("Bergen, or Oslo?", null)),
        silent.message(Content.ToolCall.pending("bergen", null, new Json("{\"city\":\"Oslo\"}"))),
        silent.message(new Content.HiddenContext(new Json("{\"city\":\"Bergen\"}"))));
    silent.completes();

    assertThat(found(scene, "oslo")).containsExactly(titled);
    assertThat(found(scene, "bergen")).containsExactly(answered, asked);
    assertThat(found(scene, "bergen sea")).containsExactly(answered);
    assertThat(found(scene, "bergen -sea")).containsExactly(asked);
    assertThat(found(scene, "bergen there")).as("all of it in one text").isEmpty();
    assertThat(found(scene, "\"where is\"")).containsExactly(asked);
    assertThat(found(scene, "\"is where\"")).isEmpty();
    assertThat(found(scene, "elsewhere")).isEmpty();
  }

  @Test
  default void aLongTextIsFoundAsFarAsTheSearchReaches() {
    var scene = new Scene(store());
    var many = new StringBuilder();
    for (int i = 0; many.length() < 1_000_000; i++)
      many.append(Integer.toString(i, 36)).append(' ');
    var reached = "first " + many.substring(0, Search.REACH - 20) + " almost " + many + " last";
    var one = scene.exchange(null, "q", reached).conversation();
    var two = scene.exchange(null, "q", "x".repeat(1_000_000) + " behind").conversation();
    var three = scene.exchange(null, "q", "\uD83D\uDE00 天".repeat(200_000)).conversation();
    var han = new StringBuilder("開始");
    IntStream.range(0x4e00, 0xa000).forEach(han::appendCodePoint);
    IntStream.range(0x20000, 0x33000).forEach(han::appendCodePoint);
    var four = scene.exchange(null, "q", han.toString()).conversation();

    assertThat(found(scene, "first almost")).containsExactly(one);
    assertThat(found(scene, "last")).isEmpty();
    assertThat(found(scene, "behind")).isEmpty();
    assertThat(found(scene, "天天")).containsExactly(three);
    assertThat(found(scene, "開始")).as("however many words there are").containsExactly(four);
    assertThat(scene.texts(two)).hasSize(2);
  }

  @Test
  default void wordsAreComparedWithoutCaseAndAccentsInEveryScript() {
    var scene = new Scene(store());
    var latin = scene.exchange(null, "Crème BRÛLÉE, s'il vous plaît", "a").conversation();
    var code =
        scene.exchange(null, "call System.out.println(user_name, v1.25)", "a").conversation();
    var greek = scene.exchange(null, "Καλημέρα κόσμε, ΟΔΟΣ", "a").conversation();
    var han = scene.exchange(null, "今天天气很好。明天呢?", "a").conversation();
    var kana = scene.exchange(null, "コーヒーをください", "a").conversation();
    var hangul = scene.exchange(null, "서울에서 만나요", "a").conversation();

    assertThat(found(scene, "creme brulee ")).containsExactly(latin);
    assertThat(found(scene, "PLAÎT ")).containsExactly(latin);
    assertThat(found(scene, "println ")).containsExactly(code);
    assertThat(found(scene, "name v1.25")).containsExactly(code);
    assertThat(found(scene, "system.out ")).containsExactly(code);
    assertThat(found(scene, "καλημερα ")).containsExactly(greek);
    assertThat(found(scene, "οδος ")).containsExactly(greek);
    assertThat(found(scene, "ΟΔΟΣ ")).containsExactly(greek);
    assertThat(found(scene, "天气 ")).containsExactly(han);
    assertThat(found(scene, "气天 ")).isEmpty();
    assertThat(found(scene, "ヒー ")).containsExactly(kana);
    assertThat(found(scene, "서울 ")).containsExactly(hangul);
  }

  @Test
  default void theLastWordMayStillBeTyped() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "The weather in Oslo", "fine").conversation();

    for (var typed : List.of("w", "wea", "weather", "weather i", "\"weather in os", "-rain w")) {
      assertThat(found(scene, typed)).as(typed).containsExactly(id);
    }
    for (var typed : List.of("wea ", "wea oslo", "\"wea\"", "weather x", "ather", "-oslo w")) {
      assertThat(found(scene, typed)).as(typed).isEmpty();
    }
  }

  @Test
  default void aConversationIsOneHitAtItsNewestMessageElseByItsTitle() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "tea one", "tea two").conversation();
    scene.exchange(id, "coffee", "Or some\n tea, then,  or TEA?");
    scene.exchange(id, "no", "well");
    scene.conversations.change(scene.owner, id, Change.title("Tea and cake", TitleBy.USER));

    var hit = hit(scene, "tea");
    assertThat(hit.conversation()).isEqualTo(scene.found(id));
    assertThat(hit.message()).isEqualTo(scene.history(id).get(3).id());
    assertThat(hit.snippet())
        .containsExactly(
            new Piece("Or some ", false),
            new Piece("tea", true),
            new Piece(", then, or ", false),
            new Piece("TEA", true),
            new Piece("?", false));
    var byTitle = hit(scene, "cake");
    assertThat(byTitle.message()).isNull();
    assertThat(byTitle.snippet())
        .containsExactly(new Piece("Tea and ", false), new Piece("cake", true));
    assertThat(hit(scene, "one").message()).isEqualTo(scene.history(id).get(0).id());
  }

  @Test
  default void hitsComeByNewestActivityAndPageAfterPageGivesEachOnce() {
    var scene = new Scene(store());
    var common = new ArrayList<Conversation.Id>();
    var rare = new ArrayList<Conversation.Id>();
    for (int i = 0; i < 60; i++) {
      boolean second = i % 20 == 0;
      var id = scene.exchange(null, "common", second ? "rare" : "other").conversation();
      common.addFirst(id);
      if (second) rare.addFirst(id);
    }
    var woken = common.removeLast();
    scene.exchange(woken, "more", "and more");
    common.addFirst(woken);
    rare.addFirst(rare.removeLast());

    for (int limit : new int[] {1, 7, 200}) {
      assertThat(walked(scene, "common", limit)).as("common, %d", limit).isEqualTo(common);
      assertThat(walked(scene, "rare", limit)).as("rare, %d", limit).isEqualTo(rare);
    }
    for (int limit : new int[] {-1, 0, 201}) {
      assertThatThrownBy(
              () -> scene.conversations.search(scene.owner, Search.of("common"), null, limit))
          .isInstanceOfSatisfying(
              InvalidInput.class, e -> assertThat(e.field()).isEqualTo("limit"));
    }
  }

  @Test
  default void whatWasSaidLongAgoIsFoundToo() {
    var scene = new Scene(store());
    var id = scene.exchange(null, "needle", "found").conversation();
    for (int i = 0; i < 30; i++) scene.exchange(id, "hay", "straw");
    var other = scene.exchange(null, "needle", "found").conversation();

    assertThat(found(scene, "needle")).containsExactly(other, id);
  }

  @Test
  default void whatIsRenamedEditedRetriedSwitchedToOrDeletedIsFoundAsItIsNow() {
    var scene = new Scene(store());
    var turn = scene.exchange(null, "apples", "green ones");
    var id = turn.conversation();
    scene.conversations.change(scene.owner, id, Change.title("Fruit", TitleBy.USER));
    assertThat(found(scene, "fruit")).containsExactly(id);
    scene.conversations.change(scene.owner, id, Change.title("Harvest", TitleBy.USER));
    assertThat(found(scene, "fruit")).isEmpty();
    assertThat(found(scene, "harvest")).containsExactly(id);

    scene.begins(Samples.retry(id, turn.question())).answers("red ones");
    assertThat(found(scene, "green")).isEmpty();
    assertThat(found(scene, "red")).containsExactly(id);
    scene.begins(Samples.edit(id, turn.question(), "pears")).answers("yellow ones");
    assertThat(found(scene, "apples")).isEmpty();
    assertThat(found(scene, "yellow")).containsExactly(id);

    scene.conversations.activate(scene.owner, id, turn.question());
    assertThat(found(scene, "yellow")).isEmpty();
    assertThat(found(scene, "apples")).containsExactly(id);
    assertThat(hit(scene, "apples").message()).isEqualTo(turn.question());
    scene.conversations.delete(scene.owner, id);
    assertThat(found(scene, "apples")).isEmpty();
    assertThat(found(scene, "harvest")).isEmpty();
  }

  @Test
  default void aTextIsFoundAsItWasStoredLast() {
    var scene = new Scene(store());
    var turn = scene.begins("q");
    var half = turn.text("half an answ");
    turn.stores(half);
    turn.stores(half.with(new Content.AssistantText("half an answer", List.of()), 1));
    turn.completes();

    assertThat(found(scene, "answer ")).containsExactly(turn.conversation());
    assertThat(found(scene, "answ ")).isEmpty();
  }

  @Test
  default void onlyTheOwnersAreFound() {
    var scene = new Scene(store());
    var other = new Scene(store());
    var mine = scene.exchange(null, "secret plans", "yes").conversation();
    other.exchange(null, "secret plans", "no");

    assertThat(found(scene, "secret")).containsExactly(mine);
    assertThat(found(new Scene(store()), "secret")).isEmpty();
  }

  @Test
  default void whateverIsTypedIsAnsweredAndASearchForNothingFindsNothing() {
    var scene = new Scene(store());
    scene.exchange(null, "some & words | or ! none", "a:b <-> c");

    for (var typed :
        List.of(
            "",
            " ",
            "&|!:*<->'\\",
            "-",
            "\"",
            "-\"",
            "\"\"",
            "-some",
            "\0",
            "\uD800",
            "'",
            "\\",
            "%",
            "_",
            "q\0b",
            "qué\uDC00",
            "x".repeat(Search.LENGTH),
            "天".repeat(Search.LENGTH),
            "- ".repeat(500),
            "q ".repeat(500),
            "\"q -".repeat(250),
            "q:* & b",
            "q:b:c' <-> \\'")) {
      assertThat(found(scene, typed)).as(typed).isEmpty();
    }
    assertThat(found(scene, "some\0words&c")).isEmpty();
    assertThat(found(scene, "some\0words")).hasSize(1);
    assertThat(found(scene, "some' & 'or")).hasSize(1);
    assertThatThrownBy(() -> Search.of("x".repeat(Search.LENGTH + 1)))
        .isInstanceOf(InvalidInput.class);
  }

  private static Search.Hit hit(Scene scene, String typed) {
    var page = scene.conversations.search(scene.owner, Search.of(typed), null, 2);
    assertThat(page.data()).as(typed).hasSize(1);
    return page.data().get(0);
  }

  private static List<Conversation.Id> found(Scene scene, String typed) {
    return walked(scene, typed, 20);
  }

  private static List<Conversation.Id> walked(Scene scene, String typed, int limit) {
    var ids = new ArrayList<Conversation.Id>();
    Conversation.@Nullable Cursor after = null;
    do {
      var page = scene.conversations.search(scene.owner, Search.of(typed), after, limit);
      page.data().forEach(hit -> ids.add(hit.conversation().id()));
      after = page.after();
    } while (after != null);
    return ids;
  }
}
