package chat.contract.chatkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.contract.chatkit.Examples.Value;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader takes, and that it takes nothing else: every example, changed in every place. */
class StrictReaderTest {
  /** What may be absent, by the tables of the protocol. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "allowed_image_domains",
          "answer",
          "attribution",
          "copy_text",
          "description",
          "group",
          "icon",
          "index",
          "inline_label",
          "label",
          "model",
          "output",
          "progress",
          "quoted_text",
          "reason",
          "summary",
          "timestamp",
          "title_query",
          "tool_choice",
          "updated_item",
          "upload_descriptor");

  private static final String COMPONENT = ".*/(widget|component)(/children(/\\d+)?)*";

  private static boolean isOptional(ObjectNode parent, String field) {
    var type = parent.path("type").asText();
    return switch (field) {
      case "title" -> parent.has("status") || parent.has("status_indicator") || parent.has("level");
      case "content" -> type.equals("custom");
      case "message" -> type.equals("error");
      case "image" -> type.equals("generated_image");
      case "thread_id" -> parent.has("mime_type");
      default -> OPTIONAL.contains(field);
    };
  }

  private static void read(Value value, JsonNode json) {
    StrictReader.read(value.model(), json.toString());
  }

  @Test
  void takesEveryExample() throws Exception {
    for (var value : Examples.values()) {
      assertThatCode(() -> read(value, value.json())).as(value.name()).doesNotThrowAnyException();
    }
  }

  @Test
  void refusesEveryExampleWithOneThingChanged() throws Exception {
    int changes = 0;
    var seen = new TreeSet<String>();
    for (var value : Examples.values()) {
      if (!seen.add(value.json().toString())) continue;
      for (var changed : changed(value.json())) {
        changes++;
        assertThatThrownBy(
                () -> read(value, changed.json()),
                "%s %s: %s",
                value.name(),
                changed.what(),
                changed.json())
            .isInstanceOf(AssertionError.class);
      }
    }
    assertThat(changes).isGreaterThan(10_000);
  }

  /** Examples there are of all twelve events, all ten updates, and all items that are shown. */
  @Test
  void seesEveryTypeOfTheProtocol() throws Exception {
    var types = new TreeSet<String>();
    for (var value : Examples.values()) {
      types.addAll(value.json().findValuesAsText("type"));
    }
    assertThat(types)
        .contains(
            ("thread.created thread.updated thread.item.added thread.item.updated thread.item.done"
                    + " thread.item.removed thread.item.replaced stream_options progress_update"
                    + " client_effect error notice user_message assistant_message client_tool_call"
                    + " widget generated_image structured_input workflow task input_text input_tag"
                    + " output_text annotation url file entity image custom reasoning web_search"
                    + " thought multiple_choice freeform active locked closed")
                .split(" "))
        .contains(
            "assistant_message.content_part.added",
            "assistant_message.content_part.text_delta",
            "assistant_message.content_part.annotation_added",
            "assistant_message.content_part.done",
            "widget.streaming_text.value_delta",
            "widget.component.updated",
            "widget.root.updated",
            "workflow.task.added",
            "workflow.task.updated",
            "generated_image.updated");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"stream_options\",\"stream_options\":{\"allow_cancel\":true}}",
        "{\"type\":\"stream_options\",\"stream_options\":{\"allow_cancel\":true}} ",
        "{\"type\":\"stream_options\",\"stream_options\":{\"allow_cancel\":true}}{}",
        "{\"type\":\"progress_update\",\"text\":\"\\u00e4\"}",
        "{\"type\":\"progress_update\",\"text\":\"a\",\"text\":\"a\"}",
        "{\"type\":\"progress_update\",\"icon\":\"smiley\",\"text\":\"a\"}",
        "{\"type\":\"client_effect\",\"name\":\"a\",\"data\":null}",
        "{\"type\":\"error\",\"code\":\"other\",\"allow_retry\":false}",
        "{\"type\":\"thread.item.removed\",\"item_id\":\"msg_1\"}",
        "{\"type\":\"end\"}",
        "[]",
        "null",
        "no json"
      })
  void refusesWhatIsNoEvent(String text) {
    assertThatThrownBy(() -> StrictReader.event(text)).isInstanceOf(AssertionError.class);
  }

  @Test
  void takesWhatHasNoNeedToBeEscaped() {
    StrictReader.event(
        "{\"type\":\"progress_update\",\"text\":\"ä\\n\\\"\\\\u00e4\u2028\\u0007\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hidden_context_item", "sdk_hidden_context"})
  void refusesWhatOnlyTheModelMaySee(String type) {
    var event =
        "{\"type\":\"thread.item.done\",\"item\":{\"type\":\"%s\",\"id\":\"msg_%032x\","
                .formatted(type, 1)
            + "\"thread_id\":\"thr_%032x\",".formatted(1)
            + "\"created_at\":\"2026-01-01T00:00:00.000000Z\",\"content\":\"x\"}}";
    assertThatThrownBy(() -> StrictReader.event(event)).isInstanceOf(AssertionError.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.123Z",
        "2026-01-01T00:00:00.123456",
        "2026-01-01T00:00:00.123456+00:00",
        "1767225600"
      })
  void refusesATimeThatIsNotInMicrosecondsOfUtc(String time) {
    assertThatThrownBy(() -> new Field.Timestamp(time)).hasMessageContaining("time");
  }

  /** Is an example that is none any more. */
  private record Changed(String what, JsonNode json) {}

  private static List<Changed> changed(JsonNode json) {
    var all = new ArrayList<Changed>();
    change(json, "", json, false, all);
    return all;
  }

  private static void change(
      JsonNode whole, String at, JsonNode node, boolean widget, List<Changed> all) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) change(whole, at + "/" + i, node.get(i), widget, all);
      return;
    }
    if (!(node instanceof ObjectNode object)) return;
    if (!widget) with(all, "added", whole, at, it -> it.put("added", 1));
    for (var field : object.properties()) {
      var name = field.getKey();
      var here = at + "/" + name;
      with(all, "null at " + here, whole, at, it -> it.putNull(name));
      boolean open = widget && !(name.equals("type") && at.matches(COMPONENT));
      if (!open) {
        boolean any = name.equals("output");
        if (!any) with(all, "another type at " + here, whole, at, it -> retype(it, name));
        if (!isOptional(object, name))
          with(all, "without " + here, whole, at, it -> it.remove(name));
      }
      if (isFree(object, name)) continue;
      boolean inside = widget || name.equals("component") || isRoot(object, name);
      change(whole, here, field.getValue(), inside, all);
    }
  }

  private static boolean isRoot(ObjectNode parent, String field) {
    return field.equals("widget") && parent.get(field).has("type") && !parent.get(field).has("id");
  }

  /** What integrations put there as they please. */
  private static boolean isFree(ObjectNode parent, String field) {
    return Set.of("arguments", "output", "headers", "metadata").contains(field)
        || (field.equals("data") && !parent.has("has_more"));
  }

  private static void retype(ObjectNode object, String field) {
    if (object.get(field).isTextual()) object.put(field, 7);
    else object.put(field, "text");
  }

  private static void with(
      List<Changed> all, String what, JsonNode whole, String at, Consumer<ObjectNode> change) {
    var copy = whole.deepCopy();
    change.accept((ObjectNode) copy.at(at));
    all.add(new Changed(what, copy));
  }
}
