package chat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.Conversation.Change;
import chat.model.Conversation.Cursor;
import chat.model.Conversation.Status;
import chat.model.Conversation.TitleBy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConversationTest {
  private static final Instant THEN = Instant.parse("2026-01-02T03:04:05.000006Z");
  private static final Instant NOW = THEN.plusSeconds(1);

  // titleFrom

  @Test
  void aTitleIsTheFirstLineThatSaysSomething() {
    assertThat(Conversation.titleFrom("Hello")).isEqualTo("Hello");
    assertThat(Conversation.titleFrom("\n \t\n  Hello \t  there  \nmore")).isEqualTo("Hello there");
    assertThat(Conversation.titleFrom("")).isNull();
    assertThat(Conversation.titleFrom(" \n\t\r\n")).isNull();
  }

  @Test
  void aLongTitleIsCutBetweenWords() {
    var words = "word ".repeat(30).strip();
    assertThat(Conversation.titleFrom("x".repeat(80))).isEqualTo("x".repeat(80));
    assertThat(Conversation.titleFrom(words)).isEqualTo("word ".repeat(15) + "word…");
    assertThat(Conversation.titleFrom("x".repeat(81))).isEqualTo("x".repeat(79) + "…");
    assertThat(Conversation.titleFrom("a " + "x".repeat(100)))
        .as("a cut far to the left would say too little")
        .isEqualTo("a " + "x".repeat(77) + "…");
  }

  @Test
  void aTitleNeverEndsInHalfACharacter() {
    for (int lead = 70; lead <= 82; lead++) {
      var title = Conversation.titleFrom("x".repeat(lead) + "😀".repeat(20));
      assertThat(title).isNotNull();
      assertThat(Text.hasUnpairedSurrogate(String.valueOf(title))).isFalse();
      assertThat(title).hasSizeLessThanOrEqualTo(80);
    }
  }

  // with

  @Test
  void aChangeSetsWhatItNamesAndLeavesTheRest() {
    var before = conversation("Old", TitleBy.MODEL);
    var change = new Change("New", TitleBy.USER, Status.LOCKED, "why", List.of("a.org"), Json.NULL);

    var after = before.with(change, NOW);

    assertThat(after.title()).isEqualTo("New");
    assertThat(after.titleBy()).isEqualTo(TitleBy.USER);
    assertThat(after.status()).isEqualTo(Status.LOCKED);
    assertThat(after.statusReason()).isEqualTo("why");
    assertThat(after.allowedImageDomains()).containsExactly("a.org");
    assertThat(after.metadata()).isEqualTo(Json.NULL);
    assertThat(after.version()).isEqualTo(before.version() + 1);
    assertThat(after.updatedAt()).isEqualTo(NOW);
    assertThat(after.createdAt()).isEqualTo(THEN);
    var open = after.with(Change.status(Status.ACTIVE), NOW);
    assertThat(open.statusReason()).as("the reason goes with its status").isNull();
    assertThat(open.title()).isEqualTo("New");
  }

  @Test
  void aChangeThatChangesNothingGivesTheSameConversation() {
    var before = conversation("Same", TitleBy.USER);

    assertThat(before.with(Change.NONE, NOW)).isSameAs(before);
    assertThat(before.with(Change.title("Same", TitleBy.USER), NOW)).isSameAs(before);
    assertThat(before.with(Change.title("Less", TitleBy.MODEL), NOW)).isSameAs(before);
  }

  @Test
  void aTitleYieldsToOneOfTheSameOrGreaterWeight() {
    for (var present : TitleBy.values()) {
      for (var by : TitleBy.values()) {
        var after = conversation("present", present).with(Change.title("new", by), NOW);
        boolean yields = by.compareTo(present) >= 0;
        assertThat(after.title()).isEqualTo(yields ? "new" : "present");
        assertThat(after.titleBy()).isEqualTo(yields ? by : present);
      }
    }
  }

  @Test
  void itsActivityNeverGoesBack() {
    var before = conversation(null, TitleBy.FIRST_MESSAGE);
    assertThat(before.touched(THEN.minusSeconds(9)).updatedAt()).isEqualTo(THEN);
    assertThat(before.touched(THEN.minusSeconds(9)).version()).isEqualTo(before.version() + 1);
  }

  @Test
  void aTitleHasOneToTwoHundredCharactersHoweverTheyAreWritten() {
    Change.title("x", TitleBy.USER);
    Change.title("😀".repeat(200), TitleBy.USER);
    for (var bad : List.of("", " ", "x".repeat(201), "😀".repeat(201), "a\0b")) {
      assertThatThrownBy(() -> Change.title(bad, TitleBy.USER))
          .isInstanceOfSatisfying(
              ChatException.InvalidInput.class, e -> assertThat(e.field()).isEqualTo("title"));
    }
  }

  // Cursor

  @Test
  void aCursorComesBackFromItsText() {
    for (var at : List.of(THEN, Instant.EPOCH, Instant.ofEpochSecond(-5, 999_999_000))) {
      var cursor = new Cursor(at, Conversation.Id.next());
      assertThat(Cursor.decode(cursor.encoded())).contains(cursor);
      assertThat(cursor.encoded()).matches("[A-Za-z0-9_-]+");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "%%%",
        "1.2",
        "1.2.3.4",
        "a.0.00000000-0000-0000-0000-000000000000",
        "1.-1.00000000-0000-0000-0000-000000000000",
        "1.0.0-0-0-0-0",
        "+1.0.00000000-0000-0000-0000-000000000000",
        "99999999999999999999.0.00000000-0000-0000-0000-000000000000",
        "9223372036854775807.0.00000000-0000-0000-0000-000000000000"
      })
  void whatIsNoCursorIsEmpty(String plain) {
    var encoded =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
    assertThat(Cursor.decode(plain)).isEmpty();
    assertThat(Cursor.decode(encoded)).isEmpty();
  }

  private static Conversation conversation(@Nullable String title, TitleBy by) {
    return new Conversation(
        new UserId("ada"),
        new Conversation.Id(new UUID(1, 2)),
        title,
        by,
        Status.ACTIVE,
        null,
        null,
        Json.EMPTY,
        7,
        THEN,
        THEN);
  }
}
