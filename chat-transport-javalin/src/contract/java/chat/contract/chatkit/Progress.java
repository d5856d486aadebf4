package chat.contract.chatkit;

import static chat.contract.chatkit.Field.present;
import static chat.contract.chatkit.Field.require;

import chat.contract.chatkit.Field.Root;
import chat.contract.chatkit.Model.AssistantContent;
import chat.contract.chatkit.Model.AssistantMessage;
import chat.contract.chatkit.Model.GeneratedImage;
import chat.contract.chatkit.Model.Item;
import chat.contract.chatkit.Model.Task;
import chat.contract.chatkit.Model.Widget;
import chat.contract.chatkit.Model.Workflow;
import chat.contract.chatkit.Model.WorkflowItem;
import chat.contract.chatkit.ModelEvent.AnnotationAdded;
import chat.contract.chatkit.ModelEvent.ComponentUpdated;
import chat.contract.chatkit.ModelEvent.ImageUpdated;
import chat.contract.chatkit.ModelEvent.PartAdded;
import chat.contract.chatkit.ModelEvent.PartDone;
import chat.contract.chatkit.ModelEvent.RootUpdated;
import chat.contract.chatkit.ModelEvent.TaskAdded;
import chat.contract.chatkit.ModelEvent.TaskUpdated;
import chat.contract.chatkit.ModelEvent.TextDelta;
import chat.contract.chatkit.ModelEvent.ValueDelta;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does to an item what an update says. */
final class Progress {
  private Progress() {}

  static Item of(Item item, ModelEvent.Update update) {
    return switch (update) {
      case PartAdded it -> {
        var parts = parts(item);
        require(it.contentIndex() == parts.size(), "part " + it.contentIndex());
        parts.add(it.content());
        yield said(item, parts);
      }
      case TextDelta it -> {
        var parts = parts(item);
        var part = parts.get(it.contentIndex());
        parts.set(
            it.contentIndex(),
            new AssistantContent(part.type(), part.text() + it.delta(), part.annotations()));
        yield said(item, parts);
      }
      case AnnotationAdded it -> {
        var parts = parts(item);
        var part = parts.get(it.contentIndex());
        require(it.annotationIndex() == part.annotations().size(), "annotation's index");
        var annotations = new ArrayList<>(part.annotations());
        annotations.add(it.annotation());
        parts.set(it.contentIndex(), new AssistantContent(part.type(), part.text(), annotations));
        yield said(item, parts);
      }
      case PartDone it -> {
        var part = parts(item).get(it.contentIndex());
        require(part.text().equals(it.content().text()), "not the text that was streamed");
        yield item;
      }
      case ValueDelta it -> {
        var root = widget(item).widget().value().deepCopy();
        var text = component(root, it.componentId());
        require(text.path("type").asText().matches("Text|Markdown"), "a delta of no text");
        text.put("value", text.path("value").asText() + it.delta());
        yield shown(item, root);
      }
      case ComponentUpdated it -> {
        var root = widget(item).widget().value().deepCopy();
        var component = component(root, it.componentId());
        component.removeAll();
        component.setAll((ObjectNode) it.component().value());
        yield shown(item, root);
      }
      case RootUpdated it -> {
        require(!it.widget().equals(widget(item).widget()), "an update without a change");
        yield shown(item, it.widget().value());
      }
      case TaskAdded it -> {
        var tasks = tasks(item);
        require(it.taskIndex() == tasks.size(), "task " + it.taskIndex());
        tasks.add(it.task());
        yield done(item, tasks);
      }
      case TaskUpdated it -> {
        var tasks = tasks(item);
        boolean changed = !tasks.get(it.taskIndex()).equals(it.task());
        require(changed, "an update without a change");
        tasks.set(it.taskIndex(), it.task());
        yield done(item, tasks);
      }
      case ImageUpdated it -> {
        require(item instanceof GeneratedImage, "no image");
        yield new GeneratedImage(item.id(), item.threadId(), item.createdAt(), it.image());
      }
    };
  }

  private static List<AssistantContent> parts(Item item) {
    require(item instanceof AssistantMessage, "no assistant message");
    return new ArrayList<>(((AssistantMessage) item).content());
  }

  private static Item said(Item item, List<AssistantContent> parts) {
    return new AssistantMessage(item.id(), item.threadId(), item.createdAt(), parts);
  }

  private static Widget widget(Item item) {
    require(item instanceof Widget, "no widget");
    return (Widget) item;
  }

  private static Item shown(Item item, JsonNode root) {
    return new Widget(
        item.id(), item.threadId(), item.createdAt(), new Root(root), widget(item).copyText());
  }

  private static ObjectNode component(JsonNode node, String id) {
    return present(found(node, id), "no component " + id);
  }

  private static @Nullable ObjectNode found(JsonNode node, String id) {
    if (node instanceof ObjectNode object && node.path("id").asText().equals(id)) return object;
    var children = node.path("children");
    if (!(children instanceof ArrayNode)) return children.isObject() ? found(children, id) : null;
    for (var child : children) {
      var found = found(child, id);
      if (found != null) return found;
    }
    return null;
  }

  private static List<Task> tasks(Item item) {
    require(item instanceof WorkflowItem, "no workflow");
    return new ArrayList<>(((WorkflowItem) item).workflow().tasks());
  }

  private static Item done(Item item, List<Task> tasks) {
    var workflow = ((WorkflowItem) item).workflow();
    var next = new Workflow(workflow.type(), tasks, workflow.summary(), workflow.expanded());
    return new WorkflowItem(item.id(), item.threadId(), item.createdAt(), next);
  }
}
