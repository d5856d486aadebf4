package chat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Content;
import chat.model.Message;
import chat.model.TurnEvent;
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
}
