package chat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.port.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryTest {
  private final List<TurnEvent.Numbered> events = new ArrayList<>();

  private void happened(TurnEvent... more) {
    for (var event : more) events.add(new TurnEvent.Numbered(events.size() + 1, event));
  }

  @Test
  void aTextThatWasBegunIsPutTogetherAgain() {
    var id = Message.Id.next();
    happened(
        new TurnEvent.MessageStarted(id, Content.Kind.TEXT),
        new TurnEvent.MessageDelta(id, "Hel"),
        new TurnEvent.MessageDelta(id, "lo"));
    assertThat(Recovery.unstored(events))
        .containsExactly(new Recovery.Unstored(id, new Content.AssistantText("Hello", List.of())));
  }

  @Test
  void whatWasStoredOrTakenBackOrNeverSaidAnythingIsNot() {
    var removed = Message.Id.next();
    var silent = Message.Id.next();
    var call = Message.Id.next();
    happened(
        new TurnEvent.MessageStarted(removed, Content.Kind.REASONING),
        new TurnEvent.ReasoningDelta(removed, "hm"),
        new TurnEvent.MessageRemoved(removed),
        new TurnEvent.MessageStarted(silent, Content.Kind.TEXT),
        new TurnEvent.ToolStarted(call, "search", null));
    assertThat(Recovery.unstored(events)).isEmpty();
  }

  @Test
  void anEventThatIsThereTwiceCountsOnce() {
    var id = Message.Id.next();
    happened(
        new TurnEvent.MessageStarted(id, Content.Kind.REASONING),
        new TurnEvent.ReasoningDelta(id, "hm"));
    events.add(events.get(1));
    assertThat(Recovery.unstored(events))
        .containsExactly(new Recovery.Unstored(id, new Content.Reasoning("hm", null)));
  }

  @Test
  void whatWasOpenIsAsItWasLastSeen() {
    var stored = shown(1, widget("Hel"), 0, true);
    var done = shown(2, widget("x"), 1, false);
    happened(
        new TurnEvent.WidgetDelta(stored.id(), "t", "lo", false),
        new TurnEvent.WidgetComponentUpdated(stored.id(), "gone", Json.EMPTY),
        new TurnEvent.MessageUpdated(stored.with(widget("Bye"), 3)),
        new TurnEvent.WidgetDelta(stored.id(), "t", "!", true),
        new TurnEvent.MessageUpdated(stored.with(widget("older"), 2)));
    var opened = Recovery.opened(work(List.of(stored, done)));
    assertThat(opened).hasSize(1);
    assertThat(opened.get(0).id()).isEqualTo(stored.id());
    assertThat(opened.get(0).partial()).isTrue();
    assertThat(((Content.Widget) opened.get(0).content()).root().canonical())
        .isEqualTo(((Content.Widget) widget("Bye!")).root().canonical());
  }

  private static Content widget(String value) {
    var text = "{\"type\":\"Text\",\"id\":\"t\",\"value\":\"" + value + "\"}";
    return new Content.Widget(new Json("{\"type\":\"Card\",\"children\":[" + text + "]}"), null);
  }

  private static final Turn.Id TURN = Turn.Id.next();
  private static final Conversation.Id CONVERSATION = Conversation.Id.next();
  private static final UserId OWNER = new UserId("alice");

  private static Message shown(long seq, Content content, int revision, boolean partial) {
    return new Message(
        Message.Id.next(),
        CONVERSATION,
        seq,
        TURN,
        1,
        null,
        Message.Siblings.ONLY,
        content,
        partial,
        revision,
        null,
        Instant.EPOCH);
  }

  private Lease.Work work(List<Message> history) {
    var turn =
        new Turn(
            OWNER,
            TURN,
            CONVERSATION,
            null,
            Turn.State.RUNNING,
            null,
            null,
            Turn.Usage.NONE,
            List.of(),
            null,
            0,
            0,
            Instant.EPOCH,
            null);
    var lease = new Lease(OWNER, CONVERSATION, TURN, 1, 2, Instant.EPOCH);
    return new Lease.Work(
        lease, Lease.Why.RECOVER, turn, Content.Options.NONE, 1, null, history, events);
  }
}
