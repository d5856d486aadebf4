package chat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.UserId;
import chat.model.Window;
import chat.port.TurnJournal.Rest;
import chat.port.TurnJournal.Segment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the contracts cannot show, since they do not hold the clock. */
class InMemoryStoreTest {
  private static final UserId ADA = new UserId("ada");
  private static final Rest COMPLETED =
      new Rest(
          Turn.State.COMPLETED, null, null, List.of(), 1, List.of(), List.of(), Segment.EMPTY, 1);
  private Instant now = Instant.parse("2026-01-02T03:04:05.123456789Z");
  private final InMemoryStore store = new InMemoryStore(() -> now);

  @Test
  void timesAreMicrosecondsAndRiseWithinAConversationWhenTheClockStandsStillOrGoesBack() {
    store.journal().renew("here", Duration.ofMinutes(1));
    var id = store.conversations().create(ADA, Conversation.Change.NONE, null, "").id();
    for (int i = 0; i < 3; i++) {
      var accepted = store.conversations().accept(ADA, request(id), "here", 15, ready -> {});
      store.journal().leave(Objects.requireNonNull(accepted.work()).lease(), COMPLETED);
      now = now.minusSeconds(i);
    }

    var messages = store.conversations().window(ADA, id, Window.Query.newest(9)).messages();

    var first = Instant.parse("2026-01-02T03:04:05.123456Z");
    assertThat(messages)
        .extracting(Message::createdAt)
        .containsExactly(first, first.plusNanos(1000), first.plusNanos(2000));
  }

  @Test
  void aLeaseRunsOutWithTheClockAndNotBefore() {
    store.journal().renew("here", Duration.ofSeconds(15));
    store.journal().renew("there", Duration.ofHours(1));
    store.conversations().accept(ADA, request(null), "here", 15, ready -> {});

    now = now.plusSeconds(14);
    assertThat(store.journal().claim("there", 1, 15, Duration.ZERO, false)).isEmpty();
    now = now.plusSeconds(1);
    assertThat(store.journal().claim("there", 1, 15, Duration.ofSeconds(16), false))
        .as("the store is not up for long enough")
        .isEmpty();
    assertThat(store.journal().claim("there", 1, 15, Duration.ofSeconds(15), false)).hasSize(1);
  }

  @Test
  void anInstanceThatNobodyKnowsGetsNoWork() {
    assertThatThrownBy(
            () -> store.conversations().accept(ADA, request(null), "nobody", 15, ready -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store.conversations().list(ADA, Conversation.Order.CREATED_ASC, null, 1).data())
        .isEmpty();
  }

  private static Turn.Request request(Conversation.@Nullable Id to) {
    var input = new Turn.Input.Send(to, null, Content.UserInput.of("hello"), null);
    return new Turn.Request(input, Turn.OnBusy.REJECT, null, "", null, false);
  }
}
