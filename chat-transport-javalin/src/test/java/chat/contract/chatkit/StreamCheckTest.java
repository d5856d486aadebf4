package chat.contract.chatkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which streams can be, and that a stream with its events in another order, or fewer, cannot. */
class StreamCheckTest {
  private static void check(String operation, List<JsonNode> events) {
    var check = new StreamCheck(operation);
    for (var event : events) check.accept(StrictReader.event(event.toString()));
    check.end();
  }

  @Test
  void takesEveryExample() throws Exception {
    for (var stream : Examples.streams()) {
      assertThatCode(() -> check(stream.operation(), stream.events()))
          .as(stream.name())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void refusesTwoEventsInTheOtherOrder() throws Exception {
    int swaps = 0;
    for (var stream : Examples.streams()) {
      for (int i = 0; i + 1 < stream.events().size(); i++) {
        var events = new ArrayList<>(stream.events());
        if (mayComeFirst(events.get(i), events.get(i + 1))) continue;
        Collections.swap(events, i, i + 1);
        swaps++;
        assertThatThrownBy(
                () -> check(stream.operation(), events),
                "%s with %s and %s swapped",
                stream,
                events.get(i),
                events.get(i + 1))
            .isInstanceOf(AssertionError.class);
      }
    }
    assertThat(swaps).isGreaterThan(150);
  }

  /** What is told may stand anywhere behind the options, and sources among the text. */
  private static boolean mayComeFirst(JsonNode one, JsonNode other) {
    var types = List.of(kind(one), kind(other));
    boolean behind = !types.contains("stream_options") && !types.contains("error");
    boolean free =
        types.stream()
            .anyMatch(it -> it.matches("thread.updated|progress_update|notice|client_effect"));
    boolean texts = types.stream().allMatch(it -> it.matches(".*(text_delta|annotation_added)"));
    boolean shown =
        types.stream().allMatch(it -> it.matches(".*(root|task|image|generated_image).updated"));
    boolean tasks =
        types.contains("workflow.task.updated")
            && !one.at("/update/task_index").equals(other.at("/update/task_index"));
    boolean among = texts && !types.get(0).equals(types.get(1));
    return behind && (free || among || shown || tasks || isApart(one, other));
  }

  /** What is replaced, and what is done of others, stands in no order. */
  private static boolean isApart(JsonNode one, JsonNode other) {
    boolean ends = isDone(one) && isWork(one) && other.has("item");
    return !id(one).equals(id(other)) && (isLate(one) || isLate(other) || ends);
  }

  private static boolean isDone(JsonNode event) {
    return kind(event).equals("thread.item.done");
  }

  /** Tells whether it is a workflow that others need not wait for, as they do for thoughts. */
  private static boolean isWork(JsonNode event) {
    return event.at("/item/workflow/type").asText().equals("custom");
  }

  private static String id(JsonNode event) {
    return event.path("item_id").asText() + event.at("/item/id").asText();
  }

  private static boolean isLate(JsonNode event) {
    return kind(event).endsWith("replaced") || kind(event).endsWith("removed");
  }

  private static String kind(JsonNode event) {
    var type = event.path("type").asText();
    return type.equals("thread.item.updated") ? event.at("/update/type").asText() : type;
  }

  @Test
  void refusesAStreamWithoutOneOfItsEvents() throws Exception {
    int drops = 0;
    for (var stream : Examples.streams()) {
      for (int i = 0; i < stream.events().size(); i++) {
        var events = new ArrayList<>(stream.events());
        var dropped = events.remove(i);
        if (mayBeMissing(stream.events(), i)) continue;
        drops++;
        assertThatThrownBy(
                () -> check(stream.operation(), events), "%s without %s", stream, dropped)
            .isInstanceOf(AssertionError.class);
      }
    }
    assertThat(drops).isGreaterThan(200);
  }

  /** Tells whether an item ends as soon as it began: then the end alone says all. */
  private static boolean isOneBreath(List<JsonNode> events, int index) {
    boolean begins = kind(events.get(index)).equals("thread.item.added");
    return begins
        && isDone(events.get(index + 1))
        && id(events.get(index)).equals(id(events.get(index + 1)));
  }

  /** What nothing else in the stream speaks of. */
  private static boolean mayBeMissing(List<JsonNode> events, int index) {
    var kind = kind(events.get(index));
    if (kind.matches(
        "thread.updated|progress_update|notice|client_effect|error|.*.replaced|.*removed")) {
      return true;
    }
    boolean failed = index + 1 < events.size() && kind(events.get(index + 1)).equals("error");
    if (kind.equals("stream_options") && failed) return true;
    boolean gone =
        events.stream()
            .anyMatch(it -> kind(it).endsWith("removed") && id(it).equals(id(events.get(index))));
    if (gone && kind.endsWith("delta")) return true;
    boolean overwritten =
        events.stream()
            .anyMatch(
                it -> kind(it).endsWith("root.updated") && id(it).equals(id(events.get(index))));
    if (overwritten && kind.endsWith("value_delta")) return true;
    if (kind.endsWith(".updated")) {
      boolean last = !kind(events.get(index + 1)).equals(kind);
      return !last || kind.equals("generated_image.updated");
    }
    var id = events.get(index).at("/item/id");
    boolean whole = events.stream().filter(it -> it.at("/item/id").equals(id)).count() == 1;
    boolean user = events.get(index).at("/item/type").asText().equals("user_message");
    if (isOneBreath(events, index)) return true;
    boolean cut = kind(events.get(events.size() - 1)).equals("error");
    return kind.equals("thread.item.done") && (whole || cut) && !user;
  }
}
